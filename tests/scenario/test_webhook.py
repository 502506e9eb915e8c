"""The validating webhook in the lab, asked by the API server for a real kubectl. One lab for all stories."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from keyferry.cli import looking, webhook_plugin
from keyferry.cli.session import Session
from keyferry.cli.webhook_plugin import Webhook
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS, Resource
from tests.fakes import programs
from tests.fakes.patience import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")

FAIL: Mapping[str, Mapping[str, Any]] = {webhook_plugin.VALIDATION: {"failurePolicy": "Fail"}}
KV: Mapping[str, Any] = {"name": "kv", "kind": "SecretStore"}
ONE_KEY: Mapping[str, Any] = {
    "secretStoreRef": KV,
    "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
}
AZURE: Mapping[str, Any] = {
    "authType": "WorkloadIdentity",
    "vaultUrl": "https://kv-stage.vault.azure.net",
    "serviceAccountRef": {"name": "reader"},
}
CONFIGURATIONS = Resource(
    group="admissionregistration.k8s.io",
    version="v1",
    plural="validatingwebhookconfigurations",
    kind="ValidatingWebhookConfiguration",
    namespaced=False,
)
GENERATOR = {"apiVersion": "generators.external-secrets.io/v1alpha1", "kind": "Password", "name": "p"}
DENIED = 'admission webhook "validate.externalsecret.external-secrets.io" denied the request: '


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What kubectl printed, and how it ended."""

    code: int
    out: str
    err: str


Kubectl = Callable[..., Awaitable[Said]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def webhook(session: Session) -> AsyncIterator[Webhook]:
    """A running webhook that the API server asks."""
    webhook = session.webhook(session.lab.folder / "webhook.log")
    await session.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one"}})
    async with programs.living(webhook):
        await session.admit_by(webhook, FAIL)
        yield webhook


@pytest.fixture(scope="module")
def run(session: Session, kubectl: str, webhook: Webhook) -> Kubectl:
    """Kubectl with the administrator's credentials; documents go to its standard input."""
    assert webhook.port

    async def run(*arguments: str, document: Mapping[str, Any] | None = None) -> Said:
        given = b"" if document is None else json.dumps(document).encode()
        ended = await programs.run(kubectl, *arguments, given=given, environment=session.environment)
        return Said(code=ended.code, out=ended.out, err=ended.err)

    return run


async def shown(webhook: Webhook) -> str:
    """Return the certificate that it shows now."""
    return await asyncio.to_thread(ssl.get_server_certificate, (webhook_plugin.HOST, webhook.port))


def external(name: str, spec: Mapping[str, Any], version: str = "v1") -> dict[str, Any]:
    return {
        "apiVersion": f"external-secrets.io/{version}",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": "one"},
        "spec": dict(spec),
    }


def store(name: str, *, kind: str = "SecretStore", azure: Mapping[str, Any] | None = None, **spec: Any) -> Any:
    place = {} if kind == "ClusterSecretStore" else {"namespace": "one"}
    provider = {"provider": {"azurekv": {**AZURE, **(azure or {})}}}
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": kind,
        "metadata": {"name": name, **place},
        "spec": {**provider, **spec},
    }


async def test_a_mistake_is_refused_with_its_place_and_remedy(run: Kubectl) -> None:
    said = await run("apply", "-f", "-", document=external("empty", {"secretStoreRef": KV}))
    assert said.code == 1
    assert f'Error from server (Forbidden): error when creating "STDIN": {DENIED}spec' in said.err
    assert "To mend it: " in said.err
    assert (await run("get", "es", "empty", "-n", "one")).code == 1, "nothing was stored"


async def test_an_edit_and_a_dry_run_are_reviewed_as_well(run: Kubectl) -> None:
    good = external("edited", ONE_KEY)
    assert (await run("apply", "-f", "-", document=good)).code == 0
    bad = {**good, "spec": {**ONE_KEY, "target": {"creationPolicy": "None", "deletionPolicy": "Delete"}}}
    for flags in ((), ("--server-side", "--force-conflicts"), ("--dry-run=server",)):
        said = await run("apply", *flags, "-f", "-", document=bad)
        assert (said.code, DENIED in said.err) == (1, True), said
    patch = '[{"op": "remove", "path": "/spec/data"}]'
    said = await run("patch", "es", "edited", "-n", "one", "--type=json", "-p", patch)
    assert DENIED in said.err
    said = await run("label", "es", "edited", "-n", "one", "team=blue")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({**ONE_KEY, "target": {"creationPolicy": "Merge", "deletionPolicy": "Delete"}}, id="delete-merge"),
        pytest.param({**ONE_KEY, "target": {"creationPolicy": "None", "deletionPolicy": "Delete"}}, id="delete-none"),
        pytest.param({**ONE_KEY, "target": {"creationPolicy": "None", "deletionPolicy": "Merge"}}, id="merge-none"),
        pytest.param({"secretStoreRef": KV, "data": [], "dataFrom": []}, id="reads-nothing"),
        pytest.param(
            {**ONE_KEY, "target": {"template": {"type": "bootstrap.kubernetes.io/token"}}}, id="bootstrap-token"
        ),
        pytest.param(
            {
                **ONE_KEY,
                "target": {
                    "template": {
                        "type": "kubernetes.io/service-account-token",
                        "metadata": {"annotations": {"kubernetes.io/service-account.name": "admin"}},
                    }
                },
            },
            id="service-account-token",
        ),
        pytest.param(
            {
                **ONE_KEY,
                "target": {
                    "template": {
                        "type": "kubernetes.io/service-account-token",
                        "templateFrom": [{"target": "annotations", "literal": "a: b"}],
                    }
                },
            },
            id="service-account-token-by-a-template",
        ),
        pytest.param(
            {**ONE_KEY, "target": {"template": {"templateFrom": [{"target": "spec", "literal": "a: b"}]}}},
            id="a-target-that-secrets-have-not",
        ),
        pytest.param(
            {"secretStoreRef": KV, "dataFrom": [{"extract": {"key": "a"}, "find": {"name": {"regexp": "b"}}}]},
            id="extract-and-find",
        ),
        pytest.param({"secretStoreRef": KV, "dataFrom": [{}]}, id="an-entry-that-reads-nothing"),
        pytest.param({"secretStoreRef": KV, "dataFrom": [{"sourceRef": {}}]}, id="a-source-that-is-none"),
        pytest.param({**ONE_KEY, "data": [*ONE_KEY["data"]] * 2}, id="a-key-twice"),
    ],
)
async def test_upstreams_rules_for_external_secrets(run: Kubectl, spec: Mapping[str, Any]) -> None:
    said = await run("create", "--validate=false", "-f", "-", document=external("ruled", spec))
    assert said.code == 1
    assert DENIED in said.err or "is invalid" in said.err, "by the webhook, or by the schema before it"


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(
            {**ONE_KEY, "target": {"creationPolicy": "Orphan", "deletionPolicy": "Delete"}}, id="orphan-delete"
        ),
        pytest.param(
            {**ONE_KEY, "data": [*ONE_KEY["data"]] * 2, "target": {"deletionPolicy": "Delete"}}, id="a-key-twice-delete"
        ),
        pytest.param({"dataFrom": [{"sourceRef": {"generatorRef": GENERATOR}}]}, id="a-generator-without-a-store"),
    ],
)
async def test_what_upstream_takes_is_taken(run: Kubectl, spec: Mapping[str, Any]) -> None:
    said = await run("create", "--dry-run=server", "-f", "-", document=external("taken", spec))
    assert said.code == 0, said.err


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            store("s", kind="ClusterSecretStore", conditions=[{"namespaceRegexes": ["team-("]}]),
            id="regular-expression",
        ),
        pytest.param(store("s", refreshInterval="soon"), id="interval"),
        pytest.param(
            store("s", azure={"serviceAccountRef": {"name": "r", "namespace": "two"}}), id="account-elsewhere"
        ),
        pytest.param(store("s", azure={"environmentType": "AzureStackCloud"}), id="stack-without-its-addresses"),
    ],
)
async def test_upstreams_rules_for_stores(run: Kubectl, document: Mapping[str, Any]) -> None:
    said = await run("create", "--dry-run=server", "-f", "-", document=document)
    if document["spec"]["provider"]["azurekv"].get("serviceAccountRef", {}).get("namespace") == "two":
        assert "keyferry.io/usable-from" in said.err, "it may be allowed by the account's owner, so it is a warning"
        return
    assert said.code == 1
    assert DENIED in said.err


@pytest.mark.parametrize(
    ("consent", "is_warned"),
    [
        pytest.param({"keyferry.io/usable-from": "one"}, False, id="its-owner-consents"),
        pytest.param({"keyferry.io/usable-from": "three"}, True, id="its-owner-consents-to-another"),
    ],
)
async def test_a_borrowed_account_is_warned_of_until_its_owner_consents(
    session: Session, run: Kubectl, consent: Mapping[str, str], is_warned: bool
) -> None:
    """The store comes right after the account, as where both are in one file."""
    name = f"lent-{is_warned}".lower()
    await session.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "two"}})
    metadata = {"name": name, "namespace": "two", "annotations": consent}
    await session.put({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    borrowing = store(name, azure={"serviceAccountRef": {"name": name, "namespace": "two"}})
    for command in ("create", "replace"):
        said = await run(command, "-f", "-", document=borrowing)
        assert said.code == 0, said.err
        assert ("its owner must consent" in said.err) is is_warned


async def test_an_old_version_is_taken_and_the_new_one_named(run: Kubectl) -> None:
    said = await run("apply", "-f", "-", document=external("old", ONE_KEY, "v1beta1"))
    assert said.code == 0, said.err
    assert "Warning: " in said.err
    assert "external-secrets.io/v1" in said.err
    said = await run("apply", "-f", "-", document=external("new", ONE_KEY))
    assert (said.code, said.err) == (0, "")


async def test_an_old_mistake_keeps_nobody_from_letting_go(run: Kubectl, session: Session, webhook: Webhook) -> None:
    await session.client.delete(CONFIGURATIONS, Key(namespace="", name=webhook_plugin.VALIDATION))
    bad = external("stuck", {"secretStoreRef": KV})
    bad["metadata"]["finalizers"] = ["example.com/hold"]
    assert (await run("apply", "-f", "-", document=bad)).code == 0
    await session.admit_by(webhook, FAIL)
    assert (await run("delete", "es", "stuck", "-n", "one", "--wait=false")).code == 0
    patch = '{"metadata": {"finalizers": null}}'
    said = await run("patch", "es", "stuck", "-n", "one", "--type=merge", "-p", patch)
    assert said.code == 0, said.err
    assert (await run("get", "es", "stuck", "-n", "one")).code == 1


async def test_a_new_certificate_is_taken_without_a_refused_request(
    run: Kubectl, session: Session, webhook: Webhook
) -> None:
    before = await shown(webhook)
    await session.client.delete(SECRETS, Key(namespace=webhook_plugin.NAMESPACE, name=webhook_plugin.SECRET))

    async def look() -> bool | None:
        said = await run("create", "--dry-run=server", "-f", "-", document=external("meanwhile", ONE_KEY))
        assert (said.code, said.err) == (0, "")
        return True if await shown(webhook) != before else None

    await looking.until(look, seconds=PATIENCE, what="the new certificate")


async def test_while_it_is_down_the_policy_decides(run: Kubectl, session: Session, webhook: Webhook) -> None:
    await webhook.kill()
    try:
        said = await run("create", "--dry-run=server", "-f", "-", document=external("down", ONE_KEY))
        url = f"https://keyferry-webhook.keyferry.svc:443{webhook_plugin.VALIDATION_PATH}?timeout=5s"
        why = f'failed to call webhook: Post "{url}": dial tcp 127.0.0.1:{webhook.port}: connect: connection refused'
        assert said.code == 1
        assert f'Internal error occurred: failed calling webhook "{DENIED.split(chr(34))[1]}": {why}' in said.err
        await session.admit_by(webhook)
        said = await run("create", "--dry-run=server", "-f", "-", document=external("down", {"secretStoreRef": KV}))
        assert (said.code, said.err) == (0, "")
    finally:
        await webhook.start()
        await session.admit_by(webhook, FAIL)
    said = await run("create", "--dry-run=server", "-f", "-", document=external("down", {"secretStoreRef": KV}))
    assert DENIED in said.err


async def test_no_value_reaches_its_log(session: Session, run: Kubectl) -> None:
    spec = {**ONE_KEY, "target": {"template": {"data": {"a": "canary-in-a-template {{ .PASSWORD "}}}}
    await run("create", "--dry-run=server", "-f", "-", document=external("logged", spec))
    log = (session.lab.folder / "webhook.log").read_text()
    assert "canary" not in log
    events = [msgspec.json.decode(line)["event"] for line in log.splitlines()]
    kept = {f"certificate.{event}" for event in ("made", "shown", "registered", "not_kept", "not_trusted")}
    assert set(events) <= {*kept, "webhook.not_registered", "watch.expired", "webhook.ending"}
