"""Two replicas of the webhook with exactly the rights of deploy/webhook.yaml: all works, and no right is idle.

What they were let do and were refused is what the lab's API server noted of their requests.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
import pytest_asyncio
import yaml

from keyferry.admit.certificates import registrations
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.cli import looking, webhook_plugin
from keyferry.cli.session import Session
from keyferry.cli.webhook_plugin import Webhook
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS, SECRETS, Resource
from keyferry.lab.kubernetes.access.usage import Use
from keyferry.lab.serve.kubernetes import kubeconfig
from keyferry.model.errors import GrantError, NotFound
from keyferry.model.identity import ServiceAccountRef
from tests.fakes import programs
from tests.fakes.patience import PATIENCE
from tests.scenario import roles

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANIFEST = Path(__file__).parents[2] / "deploy" / "webhook.yaml"
ACCOUNT = ServiceAccountRef(namespace=webhook_plugin.NAMESPACE, name=webhook_plugin.SERVICE)
USER = f"system:serviceaccount:{ACCOUNT.namespace}:{ACCOUNT.name}"
SERVICE = Key(namespace=webhook_plugin.NAMESPACE, name=webhook_plugin.SERVICE)
SECRET = Key(namespace=webhook_plugin.NAMESPACE, name=webhook_plugin.SECRET)
CLIENT = "11111111-1111-4111-8111-111111111111"
CONFIGURATIONS = ((MUTATING, "keyferry-mutate"), (VALIDATING, "keyferry-validate"), (VALIDATING, "keyferry-advise"))
NEVER_ASKED: Mapping[Use, str] = {}

Json = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replicas(session: Session) -> AsyncIterator[tuple[Webhook, Webhook]]:
    """Two webhooks that are their ServiceAccount, started at the same time; the Service leads to the first."""
    for document in yaml.safe_load_all(MANIFEST.read_text()):
        await session.put(document)
    server, folder = session.lab.kubernetes, session.lab.folder
    token = await session.client.create_token(ACCOUNT, ())
    file = folder / "webhook.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(kubeconfig(server.url, server.authority.certificate_pem, token.token.reveal().decode()))
    one, two = (session.webhook(folder / f"webhook-{name}.log", file) for name in ("one", "two"))
    async with AsyncExitStack() as stack:
        for webhook in (one, two):
            stack.push_async_callback(webhook.stop)
        await asyncio.gather(one.start(), two.start())
        try:
            await session.admit_by(one)
            await looking.until(two.is_ready, seconds=PATIENCE, what="the second replica")
        except Exception as error:
            error.add_note("".join((folder / f"webhook-{name}.log").read_text()[-3000:] for name in ("one", "two")))
            raise
        for name in ("one", "two"):
            await session.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        yield one, two


async def admitted(session: Session, name: str) -> Json:
    """Create a ServiceAccount and a pod of it without delay; return the pod."""
    annotations = {"azure.workload.identity/client-id": CLIENT}
    metadata: Json = {"name": name, "namespace": "one"}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**metadata, "annotations": annotations}}
    await session.put(account)
    spec = {"serviceAccountName": name, "containers": [{"name": "app", "image": "registry.example/app:1.0"}]}
    labels = {"azure.workload.identity/use": "true"}
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {**metadata, "labels": labels}, "spec": spec}
    pod: Json = msgspec.json.decode(await session.client.create(PODS, "one", msgspec.json.encode(body)))
    return pod


def variables(pod: Json) -> Json:
    return {one["name"]: one.get("value") for one in pod["spec"]["containers"][0].get("env", ())}


def client_id(pod: Json) -> str:
    return str(variables(pod)["AZURE_CLIENT_ID"])


async def bundle(session: Session, resource: Resource, name: str) -> tuple[bytes, ...]:
    """Return what API servers are told to trust by a configuration."""
    return registrations.bundles(await session.client.get(resource, Key(name=name), registrations.decode), SERVICE)


async def test_both_show_what_one_of_them_made(session: Session, replicas: tuple[Webhook, Webhook]) -> None:
    shown = set()
    for webhook in replicas:
        session.lab.kubernetes.lead(SERVICE.namespace, SERVICE.name, webhook.port)
        pod = await admitted(session, f"by-{webhook.port}")
        assert client_id(pod) == CLIENT
        assert variables(pod)["AZURE_TENANT_ID"] == session.lab.seed.tenants[0].id
        shown.add(await roles.certificate(webhook.port))
    assert len(shown) == 1


async def test_a_pod_right_after_its_account_is_not_lost(session: Session, replicas: tuple[Webhook, Webhook]) -> None:
    for number in range(20):
        assert client_id(await admitted(session, f"quick-{number}")) == CLIENT


async def test_an_account_that_no_watch_has_told_of_is_asked_for(replicas: tuple[Webhook, Webhook]) -> None:
    """An API server refuses such a pod itself; so somebody else asks, and the answer shows that it was looked for."""
    pod = {"metadata": {"name": "p"}, "spec": {"serviceAccountName": "nobody", "containers": [{"name": "app"}]}}
    question = {"uid": "1", "operation": "CREATE", "namespace": "one", "object": pod, "kind": {"kind": "Pod"}}
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": question}
    url = f"https://{webhook_plugin.HOST}:{replicas[0].port}/mutate-v1-pod"
    async with aiohttp.ClientSession() as http, http.post(url, json=review, ssl=False) as answer:
        said = (await answer.json())["response"]
    assert not said["allowed"]
    assert "one/nobody" in said["status"]["message"]


async def test_mistakes_are_refused(session: Session, replicas: tuple[Webhook, Webhook]) -> None:
    body = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "empty", "namespace": "one"},
        "spec": {"secretStoreRef": {"name": "kv"}, "dataFrom": [{}]},
    }
    with pytest.raises(GrantError, match="so it delivers nothing"):
        await session.put(body)


async def test_whoever_resets_the_bundle_is_corrected(session: Session, replicas: tuple[Webhook, Webhook]) -> None:
    key = Key(name="keyferry-mutate")
    document = await session.client.get(MUTATING, key, registrations.decode)
    (before,) = registrations.bundles(document, SERVICE)
    body = registrations.with_bundle(document, SERVICE, session.lab.authority.certificate_pem)
    await session.client.replace(MUTATING, key, body or b"")

    async def corrected() -> bool | None:
        return await bundle(session, MUTATING, key.name) == (before,) or None

    await looking.until(corrected, seconds=PATIENCE, what="the bundle")


@pytest.mark.parametrize("flags", [(), ("--server-side", "--force-conflicts")], ids=["by-kubectl", "by-the-server"])
async def test_applying_the_manifest_again_keeps_the_bundle(
    session: Session, replicas: tuple[Webhook, Webhook], kubectl: str, flags: tuple[str, ...]
) -> None:
    before = {name: await bundle(session, resource, name) for resource, name in CONFIGURATIONS}
    documents = [one for one in yaml.safe_load_all(MANIFEST.read_text()) if one["kind"].endswith("Configuration")]
    for _ in range(2):
        given = yaml.safe_dump_all(documents).encode()
        ended = await programs.run(kubectl, "apply", *flags, "-f", "-", given=given, environment=session.environment)
        assert ended.code == 0, ended.err
        assert {name: await bundle(session, resource, name) for resource, name in CONFIGURATIONS} == before


@pytest.mark.parametrize("mishap", ["deleted", "spoilt"])
async def test_another_certificate_costs_no_pod(
    session: Session, replicas: tuple[Webhook, Webhook], mishap: str
) -> None:
    before = await roles.certificate(replicas[0].port)
    if mishap == "deleted":
        await session.client.delete(SECRETS, SECRET)
    else:
        data = {"data": {"tls.crt": base64.b64encode(b"not this").decode()}}
        await session.client.merge_patch(SECRETS, SECRET, msgspec.json.encode(data))
    numbers = count()

    async def show_one_other() -> bool | None:
        number = next(numbers)
        session.lab.kubernetes.lead(SERVICE.namespace, SERVICE.name, replicas[number % 2].port)
        assert client_id(await admitted(session, f"{mishap}-{number}")) == CLIENT
        shown = {await roles.certificate(one.port) for one in replicas}
        return (before not in shown and len(shown) == 1) or None

    await looking.until(show_one_other, seconds=PATIENCE, what="one certificate, another than before, on both")


async def test_while_one_is_killed_the_other_serves(session: Session, replicas: tuple[Webhook, Webhook]) -> None:
    await replicas[0].kill()
    session.lab.kubernetes.lead(SERVICE.namespace, SERVICE.name, replicas[1].port)
    assert client_id(await admitted(session, "survivor")) == CLIENT
    await replicas[0].start()
    await looking.until(replicas[0].is_ready, seconds=PATIENCE, what="the first replica again")
    assert await roles.certificate(replicas[0].port) == await roles.certificate(replicas[1].port)


async def test_no_key_reaches_a_log(session: Session, replicas: tuple[Webhook, Webhook]) -> None:
    try:
        document = await session.client.get(SECRETS, SECRET, msgspec.json.decode)
    except NotFound:
        pytest.fail("there is no certificate")
    keys = [base64.b64decode(document["data"][name]).decode().splitlines()[1] for name in ("ca.key", "tls.key")]
    for name in ("one", "two"):
        log = (session.lab.folder / f"webhook-{name}.log").read_text()
        assert log
        assert "PRIVATE KEY" not in log
        assert [key for key in keys if key in log] == []


async def test_they_were_refused_nothing_and_use_all_that_they_may(
    session: Session, replicas: tuple[Webhook, Webhook]
) -> None:
    usage = session.lab.kubernetes.api.cluster.usage
    assert usage.of(USER, allowed=False) == frozenset()
    given, used = roles.granted(MANIFEST), usage.of(USER, allowed=True)
    assert used <= given
    assert given - used == NEVER_ASKED.keys(), "a rule that nobody needs, or a story that is missing here"
