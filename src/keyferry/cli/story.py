"""The demo's chapters, in their order. Each line tells what was checked, with the real ids; values are never shown."""

import base64
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import aiohttp
import msgspec
from rich.console import Console
from rich.markup import escape

from keyferry.cli import chain, examples, kubectl, looking
from keyferry.cli.engineer import Engineer
from keyferry.cli.looking import Seen
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.identity.federation import FederatedCredential, Rejection, TokenFacts, difference, explain
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import Bug
from keyferry.model.identity import ServiceAccountRef, WorkloadIdentity
from keyferry.model.secrets import SecretValue, VaultUrl
from keyferry.spec.conditions import Condition, ConditionStatus
from keyferry.sync.kinds import EXTERNAL_SECRETS

PROD: Final = VaultUrl("https://kv-prod.vault.azure.net")
APPS: Final = VaultUrl("https://kv-apps.vault.azure.net")
OPERATOR_ACCOUNT: Final = ServiceAccountRef(namespace="external-secrets", name="external-secrets")
IDENTITY: Final = "external-secrets"
PER_KEY: Final = Key(namespace="app", name="app-db-credentials")
BY_NAME: Final = Key(namespace="rancher-apps", name="sensitive-by-name")
EVERYTHING: Final = Key(namespace="rancher-apps", name="everything")
ROTATED: Final = "catalog-db-password"
MANIFESTS: Final = ("sync-per-key.yaml", "sync-find.yaml")
WRONG_SUBJECT: Final = 700213
SOON: Final = 60.0
A_REFRESH: Final = 90.0


class Story:
    """Tells itself once, from an empty lab to a broken and mended chain."""

    def __init__(
        self,
        session: Session,
        engineer: Engineer,
        operator: Process,
        http: aiohttp.ClientSession,
        console: Console,
    ) -> None:
        self._session = session
        self._client = session.client
        self._engineer = engineer
        self._operator = operator
        self._http = http
        self._console = console

    async def tell(self) -> None:
        """Tell all chapters. Raises the error of whatever does not hold."""
        await self._prepare()
        await self._walk_the_chain()
        await self._show_the_secrets()
        await self._rotate()
        await self._edit()
        await self._delete()
        await self._break()
        await self._mend()

    async def _prepare(self) -> None:
        lab = self._session.lab
        self._chapter("A cluster, an Azure, and nothing stored between them")
        self._line("API server", f"{lab.kubernetes.url}, as kubectl sees it")
        self._line("Azure", f"{', '.join(lab.azure.host_names()[-2:])}, login.microsoftonline.com, by an HTTPS proxy")
        await self._session.install()
        await self._engineer.arrive()
        applied = await self._apply([str(examples.find(name)) for name in MANIFESTS])
        self._line("manifests", f"{', '.join(MANIFESTS)}: {applied}")
        await self._operator.start()
        self._line("operator", f"`keyferry operator`, process {self._operator.pid}")

    async def _apply(self, files: Sequence[str]) -> str:
        program = shutil.which("kubectl")
        if program is None:
            objects = await self._session.apply([examples.find(name) for name in MANIFESTS])
            return f"{len(objects)} objects applied (no kubectl on the PATH, so by keyferry's own client)"
        lines = await kubectl.apply(program, files, self._session.environment)
        return f"{len(lines)} objects applied by kubectl"

    async def _walk_the_chain(self) -> None:
        self._chapter("The chain, link by link")
        identity = self._engineer.identity_of(IDENTITY, OPERATOR_ACCOUNT)
        ends = chain.Ends(identity=identity, issuer=self._session.lab.issuer, vault_url=PROD)
        async for link in chain.walk(ends, self._client, self._engineer, self._http):
            self._line(link.name, link.seen)

    async def _show_the_secrets(self) -> None:
        for key in (PER_KEY, BY_NAME, EVERYTHING):
            await self._until_ready(key)
            seen = await self._secret(key)
            first = min(seen.digests)
            self._line(f"Secret {key}", f"{len(seen.digests)} keys; {seen.line(first)}")

    async def _rotate(self) -> None:
        self._chapter("The value is rotated in the vault; the Secret follows by itself")
        before = await self._secret(BY_NAME)
        value = secrets.token_urlsafe(24)
        version = await self._engineer.set_secret(APPS, ROTATED, value)
        expected = SecretValue(value.encode()).digest()
        self._line("Key Vault", f"{ROTATED} has version {version[:8]}…, digest {before.digests[ROTATED]} → {expected}")
        with self._console.status("waiting for the next refresh (refreshInterval: 30s in the manifest)"):
            seen = await looking.until(
                lambda: self._with_digest(BY_NAME, ROTATED, expected),
                seconds=A_REFRESH,
                what=f"the new value in Secret {BY_NAME}",
            )
        self._line(f"Secret {BY_NAME}", f"{seen.line(ROTATED)}, the vault's own")

    async def _edit(self) -> None:
        self._chapter("Somebody edits the Secret by hand; it is put back at once")
        before = await self._secret(PER_KEY)
        patch = {"data": {"DB_PASSWORD": base64.b64encode(b"edited by hand").decode()}}
        await self._client.merge_patch(SECRETS, PER_KEY, msgspec.json.encode(patch))
        edited = SecretValue(b"edited by hand").digest()
        self._line("edited", f"DB_PASSWORD: digest {before.digests['DB_PASSWORD']} → {edited}")
        seen = await looking.until(
            lambda: self._with_digest(PER_KEY, "DB_PASSWORD", before.digests["DB_PASSWORD"]),
            seconds=SOON,
            what=f"the repair of Secret {PER_KEY}",
        )
        self._line("reverted", seen.line("DB_PASSWORD"))

    async def _delete(self) -> None:
        self._chapter("Somebody deletes the Secret; it is built again")
        before = await self._secret(PER_KEY)
        await self._client.delete(SECRETS, PER_KEY)
        self._line("deleted", f"uid {before.uid}")
        seen = await looking.until(
            lambda: self._with_other_uid(PER_KEY, before.uid),
            seconds=SOON,
            what=f"the return of Secret {PER_KEY}",
        )
        self._line("rebuilt", f"uid {seen.uid}, {seen.line('DB_PASSWORD')}")

    async def _break(self) -> None:
        self._chapter("One character of the federated credential's subject is wrong")
        before = await self._secret(PER_KEY)
        (credential,) = await self._engineer.federated_credentials(IDENTITY)
        wrong = replace(credential, subject=credential.subject[:-1] + "z")
        await self._engineer.put_federated_credential(IDENTITY, wrong)
        self._line("Entra", f"federated credential {wrong.name!r} now trusts {wrong.subject}")
        await self._operator.kill()
        await self._operator.start()
        self._line("operator", "killed and started again: an access token lives for a day, a new process has none")
        await self._force_refresh(PER_KEY)
        condition = await self._until(PER_KEY, ConditionStatus.FALSE)
        self._line("ExternalSecret", f"Ready={condition.status} {condition.reason}")
        self._console.print(f"  [red]{escape(condition.message)}[/]")
        self._explain(wrong)
        after = await self._secret(PER_KEY)
        if after != before:
            raise Bug(what=f"Secret {PER_KEY} lost its last good value", remedy="report it with operator.log")
        self._line(f"Secret {PER_KEY}", f"the last good value is kept: {after.line('DB_PASSWORD')}")

    def _explain(self, wrong: FederatedCredential) -> None:
        """Hold what was presented against what is configured, which only who may read it in Azure can."""
        identity = self._identity()
        rejection = Rejection(code=WRONG_SUBJECT)
        error = explain(rejection, identity, TokenFacts(issuer=self._session.lab.issuer), [wrong])
        found = difference(identity.subject, wrong.subject)
        self._line("with read access in Azure", error.cause.rsplit(". ", maxsplit=1)[-1])
        for line in found.marker.splitlines():
            self._console.print(f"    {line}", markup=False)

    async def _mend(self) -> None:
        (wrong,) = await self._engineer.federated_credentials(IDENTITY)
        right = replace(wrong, subject=self._identity().subject)
        await self._engineer.put_federated_credential(IDENTITY, right)
        with self._console.status("mended; waiting for the operator to notice by itself"):
            condition = await self._until(PER_KEY, ConditionStatus.TRUE)
        self._line("mended", f"the subject is right again, and Ready={condition.status} {condition.reason} by itself")

    def _identity(self) -> WorkloadIdentity:
        return self._engineer.identity_of(IDENTITY, OPERATOR_ACCOUNT)

    async def _force_refresh(self, key: Key) -> None:
        """Any changed annotation makes an ExternalSecret due; this one is the convention."""
        patch: dict[str, Any] = {"metadata": {"annotations": {"external-secrets.io/force-sync": secrets.token_hex(4)}}}
        await self._client.merge_patch(EXTERNAL_SECRETS, key, msgspec.json.encode(patch))

    async def _until_ready(self, key: Key) -> Condition:
        return await self._until(key, ConditionStatus.TRUE)

    async def _until(self, key: Key, status: ConditionStatus) -> Condition:
        async def look() -> Condition | None:
            condition = await looking.ready(self._client, key)
            return condition if condition is not None and condition.status is status else None

        return await looking.until(look, seconds=A_REFRESH, what=f"Ready={status} of ExternalSecret {key}")

    async def _secret(self, key: Key) -> Seen:
        return await looking.until(lambda: looking.secret(self._client, key), seconds=SOON, what=f"Secret {key}")

    async def _with_digest(self, key: Key, entry: str, digest: str) -> Seen | None:
        seen = await looking.secret(self._client, key)
        return seen if seen is not None and seen.digests.get(entry) == digest else None

    async def _with_other_uid(self, key: Key, uid: str) -> Seen | None:
        seen = await looking.secret(self._client, key)
        return seen if seen is not None and seen.uid != uid else None

    def _chapter(self, title: str) -> None:
        self._console.print(f"\n[bold]{title}[/]")

    def _line(self, name: str, seen: str) -> None:
        self._console.print(f"  [green]✓[/] [cyan]{name}[/] · {escape(seen)}")
