"""The stage of the stories: an Azure with a few identities, and verbs to act in it and to look at what follows."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import msgspec

from keyferry.cli import looking
from keyferry.cli.engineer import ACCOUNT, Engineer, read_facts
from keyferry.cli.looking import Seen
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.identity.http import open_session as open_http
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.secrets import SecretValue
from keyferry.spec.conditions import Condition, ConditionStatus
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.patience import PATIENCE
from tests.scenario.tidying import Tidying

TENANT = "99999999-9999-4999-8999-999999999999"
OTHER_TENANT = "88888888-8888-4888-8888-888888888888"
READER = "11111111-1111-4111-8111-111111111111"
NOBODY = "22222222-2222-4222-8222-222222222222"
ENGINEER = "55555555-5555-4555-8555-555555555555"
ISSUER = "https://westeurope.oic.prod-aks.azure.com/stage/"
CANARY = "canary-value-that-must-never-be-shown"
NAMESPACES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _credential(name: str, subject: str) -> dict[str, Any]:
    return {"name": name, "issuer": ISSUER, "subject": subject, "audiences": ["api://AzureADTokenExchange"]}


SEED: dict[str, Any] = {
    "cluster": {"issuer": ISSUER},
    "tenants": [{"id": TENANT}, {"id": OTHER_TENANT}],
    "vaults": [
        {
            "name": "kv-stage",
            "tenantId": TENANT,
            "secrets": {
                "db-password": {"value": f"{CANARY}-db"},
                "api-key": {"value": f"{CANARY}-api"},
                "settings": {"json": {"host": "db.example", "nested": {"port": 5432}, "password": f"{CANARY}-json"}},
                "disabled-key": {"value": f"{CANARY}-disabled", "enabled": False},
            },
        },
    ],
    "identities": [
        {
            "name": "reader",
            "clientId": READER,
            "tenantId": TENANT,
            "federatedCredentials": [
                _credential(f"reader-{name}", f"system:serviceaccount:{name}:reader") for name in NAMESPACES
            ],
        },
        {
            "name": "nobody",
            "clientId": NOBODY,
            "tenantId": TENANT,
            "federatedCredentials": [
                _credential(f"nobody-{name}", f"system:serviceaccount:{name}:nobody") for name in NAMESPACES
            ],
        },
        {
            "name": "platform-engineer",
            "clientId": ENGINEER,
            "tenantId": TENANT,
            "federatedCredentials": [
                _credential("engineer", "system:serviceaccount:keyferry-lab:platform-engineer"),
            ],
        },
    ],
    "roleAssignments": [
        {"identity": "reader", "role": "Key Vault Secrets User", "scope": "vaults/kv-stage"},
        {"identity": "platform-engineer", "role": "Key Vault Secrets Officer", "scope": "vaults/kv-stage"},
        {"identity": "platform-engineer", "role": "Contributor", "scope": "resourceGroups/rg-keyferry-lab"},
    ],
}


class Stage:
    """A running lab with one operator. Names of objects are `db` in the namespace of the story unless told.

    Namespaces, and objects of the whole cluster, are told by the story's names and are called otherwise on the cluster;
    a Key holds what the cluster calls them.
    """

    def __init__(self, session: Session, engineer: Engineer, operator: Process, prefix: str = "") -> None:
        self.session = session
        self.client = session.client
        self.engineer = engineer
        self.operator = operator
        self.manifests = Tidying(session.client)
        self._prefix = prefix

    @classmethod
    @asynccontextmanager
    async def open(
        cls, session: Session, *arguments: str, prefix: str = "", is_tidy: bool = False
    ) -> AsyncIterator[Self]:
        """Start the operator; stop it at the end, once all that was made is gone if the cluster shall be tidy."""
        operator = session.operator(session.lab.folder / "operator.log", *arguments)
        async with open_http() as http:
            engineer = Engineer(read_facts(session.lab.folder), session.client, http)
            stage = cls(session, engineer, operator, prefix)
            home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ACCOUNT.namespace}}
            await stage.manifests.apply(home)
            await engineer.arrive()
            try:
                await operator.start()
                yield stage
                if is_tidy:
                    await stage.manifests.tidy()
            finally:
                await operator.stop()
                await engineer.credentials.aclose()

    def named(self, name: str) -> str:
        """Return what a namespace, or an object of the whole cluster, is called on the cluster."""
        return name if name.startswith(self._prefix) else f"{self._prefix}{name}"

    def key(self, namespace: str, name: str) -> Key:
        """Return where an object of a story's namespace is on the cluster."""
        return Key(namespace=self.named(namespace), name=name)

    async def prepare(self, namespace: str, *, account: Mapping[str, Any] | None = None, **azure: Any) -> None:
        """Create namespace, ServiceAccount `reader` and store `kv`, with these deviations of the store's azurekv."""
        await self.apply("v1", "Namespace", "", namespace)
        if account is None:
            account = {"annotations": {"azure.workload.identity/client-id": READER}}
        await self.apply("v1", "ServiceAccount", namespace, "reader", metadata=account)
        await self.put_store(namespace, **azure)

    async def put_store(self, namespace: str, **azure: Any) -> None:
        """Create or replace the store `kv`."""
        fields = {
            "authType": "WorkloadIdentity",
            "tenantId": TENANT,
            "vaultUrl": "https://kv-stage.vault.azure.net",
            "serviceAccountRef": {"name": "reader"},
        } | azure
        spec = {"provider": {"azurekv": {key: value for key, value in fields.items() if value is not None}}}
        await self.apply("external-secrets.io/v1", "SecretStore", namespace, "kv", spec=spec)

    async def put(self, namespace: str, name: str = "db", **spec: Any) -> Key:
        """Create or replace an ExternalSecret that reads `db-password`, with these deviations of its spec."""
        fields = {
            "refreshInterval": "1s",
            "secretStoreRef": {"name": "kv", "kind": "SecretStore"},
            "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
        } | spec
        await self.apply("external-secrets.io/v1", "ExternalSecret", namespace, name, spec=fields)
        return self.key(namespace, name)

    async def apply(
        self,
        api_version: str,
        kind: str,
        namespace: str,
        name: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> None:
        """Apply one document."""
        place = {"name": name, "namespace": self.named(namespace)} if namespace else {"name": self.named(name)}
        await self.manifests.apply(
            {"apiVersion": api_version, "kind": kind, "metadata": {**place, **(metadata or {})}, **rest},
        )

    async def ready(self, key: Key) -> Condition:
        """Wait for Ready=True."""
        return await self._until(key, ConditionStatus.TRUE, ())

    async def failing(self, key: Key, *words: str) -> Condition:
        """Wait for Ready=False with all these words in its message."""
        return await self._until(key, ConditionStatus.FALSE, words)

    async def _until(self, key: Key, status: ConditionStatus, words: tuple[str, ...]) -> Condition:
        last = ""

        async def look() -> Condition | None:
            nonlocal last
            condition = await looking.ready(self.client, key)
            last = f"{condition.status}: {condition.message}" if condition else "no condition"
            right = condition is not None and condition.status is status
            return condition if right and all(word in last for word in words) else None

        try:
            return await looking.until(look, seconds=PATIENCE, what=f"Ready={status} of {key} with {words}")
        except Exception as error:
            error.add_note(f"it says {last}")
            raise

    async def secret(self, key: Key) -> Seen:
        """Wait for a Secret to exist."""
        return await looking.until(lambda: looking.secret(self.client, key), seconds=PATIENCE, what=f"Secret {key}")

    async def holding(self, key: Key, **values: str) -> Seen:
        """Wait for a Secret to hold exactly these values."""
        digests = {name: SecretValue(value.encode()).digest() for name, value in values.items()}

        async def look() -> Seen | None:
            seen = await looking.secret(self.client, key)
            return seen if seen is not None and seen.digests == digests else None

        return await looking.until(look, seconds=PATIENCE, what=f"Secret {key} with the wanted values")

    async def rotate(self, name: str, value: str) -> None:
        """Store a new version of a secret of the vault."""
        await self.engineer.set_secret("https://kv-stage.vault.azure.net", name, value)

    async def patch_secret(self, key: Key, patch: Mapping[str, Any]) -> None:
        """Change a Secret by hand."""
        await self.client.merge_patch(SECRETS, key, msgspec.json.encode(patch))

    async def delete_external(self, key: Key) -> None:
        """Delete an ExternalSecret."""
        await self.client.delete(EXTERNAL_SECRETS, key)
