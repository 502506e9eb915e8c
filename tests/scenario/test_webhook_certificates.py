"""The webhook with a certificate from files, as cert-manager brings it; and beside another that does the same."""

import json
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from keyferry.admit.certificates import issuing, registrations
from keyferry.admit.certificates.registrations import MUTATING, VALIDATING
from keyferry.cli import looking, webhook_plugin
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS
from keyferry.model.errors import Unavailable
from keyferry.runtime.clock import SystemClock
from tests.fakes import programs
from tests.fakes.patience import PATIENCE
from tests.scenario import roles

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICE = Key(namespace=webhook_plugin.NAMESPACE, name=webhook_plugin.SERVICE)
HOST = f"{SERVICE.name}.{SERVICE.namespace}.svc"
CLIENT = "11111111-1111-4111-8111-111111111111"
NAMES = ((MUTATING, "keyferry-mutate"), (VALIDATING, "keyferry-validate"), (VALIDATING, "keyferry-advise"))
UPSTREAM = "azure-wi-webhook-mutating-webhook-configuration"

Json = dict[str, Any]


class Manager:
    """What cert-manager does: files, which kubelet brings, and caBundle."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._session = session
        self._folder = folder
        self._authority = issuing.authority(SystemClock().now())

    def bring(self) -> None:
        """Write a new certificate."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        made = issuing.server(self._authority, (HOST,), SystemClock().now())
        for name, text in (("tls.crt", made.chain_pem), ("tls.key", made.key_pem.reveal())):
            (self._folder / name).touch(mode=0o600)
            (self._folder / name).write_bytes(text)

    async def inject(self) -> None:
        """Have API servers trust the authority."""
        for resource, name in NAMES:
            while not await self._injected(resource, name):
                pass

    async def _injected(self, resource: Any, name: str) -> bool:
        document = await self._session.client.get(resource, Key(name=name), registrations.decode)
        body = registrations.with_bundle(document, SERVICE, self._authority.certificate_pem)
        try:
            await self._session.client.replace(resource, Key(name=name), body or json.dumps(document).encode())
        except Conflict:
            return False
        return True


class Served:
    """A webhook that takes its certificate from a folder."""

    def __init__(self, session: Session) -> None:
        folder = session.lab.folder
        self.port, self._health = webhook_plugin.free_port(), webhook_plugin.free_port()
        self.manager = Manager(session, folder / "certificate")
        place = ["--address", f"{webhook_plugin.HOST}:{self.port}", "--metrics-addr", f"127.0.0.1:{self._health}"]
        flags = [
            "--cert-dir",
            str(folder / "certificate"),
            "--kubeconfig",
            str(session.lab.kubeconfig),
            "--grace",
            "0s",
        ]
        environment = {**session.environment, "AZURE_TENANT_ID": session.lab.seed.tenants[0].id}
        self.process = Process(["webhook", "--inject", *flags, *place], environment, folder / "webhook.log")

    async def missing(self) -> str:
        """Return what /readyz says, "" when it is ready."""
        try:
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{self._health}/readyz") as answer:
                return "" if answer.status == 200 else await answer.text()
        except aiohttp.ClientError as refusal:
            return type(refusal).__name__

    async def until(self, words: str) -> None:
        """Wait until it is not ready for this reason, or until it is ready for none."""

        async def look() -> bool | None:
            missing = await self.missing()
            return True if words in missing and bool(words) is bool(missing) else None

        await looking.until(look, seconds=PATIENCE, what=f"the webhook with {words or 'nothing missing'}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(session: Session) -> AsyncIterator[Served]:
    served = Served(session)
    for document in webhook_plugin.registration():
        await session.put(document)
    session.lab.kubernetes.lead(SERVICE.namespace, SERVICE.name, served.port)
    await session.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one"}})
    annotations = {"azure.workload.identity/client-id": CLIENT}
    metadata = {"name": "app", "namespace": "one", "annotations": annotations}
    await session.put({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    async with programs.living(served.process):
        yield served


async def admitted(session: Session, name: str) -> Json:
    labels = {"azure.workload.identity/use": "true"}
    spec = {"serviceAccountName": "app", "containers": [{"name": "app", "image": "registry.example/app:1.0"}]}
    metadata = {"name": name, "namespace": "one", "labels": labels}
    body = json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}).encode()
    pod: Json = json.loads(await session.client.create(PODS, "one", body))
    return pod


async def test_it_is_ready_when_files_and_bundle_are_there_and_fit(session: Session, served: Served) -> None:
    await served.until("tls.crt and tls.key are not in")
    served.manager.bring()
    await served.until("it has no caBundle")
    with pytest.raises(Unavailable, match=f'failed calling webhook "inject.workload-identity.keyferry.io".*{HOST}'):
        await admitted(session, "early")
    await served.manager.inject()
    await served.until("")
    assert (await admitted(session, "first"))["spec"]["containers"][0]["env"]


async def test_other_files_are_taken_without_a_refused_pod(session: Session, served: Served) -> None:
    before = await roles.certificate(served.port)
    served.manager.bring()
    numbers = count()

    async def shows_another() -> bool | None:
        assert (await admitted(session, f"renewed-{next(numbers)}"))["spec"]["containers"][0]["env"]
        return await roles.certificate(served.port) != before or None

    await looking.until(shows_another, seconds=PATIENCE, what="the new certificate")


async def test_two_webhooks_that_inject_come_to_the_same_as_one(session: Session, served: Served) -> None:
    alone = (await admitted(session, "alone"))["spec"]
    document = dict(await session.client.get(MUTATING, Key(name="keyferry-mutate"), registrations.decode))
    document["metadata"] = {"name": UPSTREAM}
    document["webhooks"][0]["name"] = "mutation.azure-workload-identity.io"
    await session.client.create(MUTATING, "", json.dumps(document).encode())
    both = (await admitted(session, "both"))["spec"]
    assert both["containers"][0]["env"] == alone["containers"][0]["env"]
    for spec in (alone, both):
        volumes = [one["name"] for one in spec["volumes"] if "azure" in one["name"]]
        assert [one["name"] for one in spec["containers"][0]["volumeMounts"] if "azure" in one["name"]] == volumes
        assert len(volumes) == 1
    await session.client.delete(MUTATING, Key(name=UPSTREAM))
