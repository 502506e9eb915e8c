"""A node's whole way from kubelet's calls to files, but for the disk: real reader, provider, copies, publisher, queue.

Around it a lab's Azure in virtual time, and what each identity was given by the vaults.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import aiohttp
from prometheus_client import CollectorRegistry

from keyferry.identity.credentials import Credentials
from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.loop import Controller
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.keyvault.audit import AuditRecord
from keyferry.model.errors import KeyferryError
from keyferry.model.secrets import SecretValue
from keyferry.mount.azure.cloud_files import CloudFiles
from keyferry.mount.azure.copies import Copies
from keyferry.mount.azure.identities import IdentityPolicy
from keyferry.mount.azure.provider import AzureProvider, ProviderRules
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.copies.last_good import LastGood
from keyferry.mount.copies.master_key import MasterKey
from keyferry.mount.keeper import Keeper, Parts
from keyferry.mount.known import Known
from keyferry.mount.metrics import Metrics
from keyferry.mount.publisher import Publisher
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import Payload, PodRef
from keyferry.mount.wakes import Wakes
from keyferry.vault.reader import Reader
from tests.fakes import lab_azure
from tests.fakes.kube_client import WorldClient
from tests.fakes.kube_world import KubeWorld
from tests.fakes.lab_session import ClusterTokens, LabSession, VirtualClock
from tests.fakes.mount_stage import FakeClasses, FakePlace, FakeReports

T = TypeVar("T")
INTERVAL: Final = timedelta(seconds=20)
MAIN, SPARE = "kv-main", "kv-spare"
ADMINISTRATOR: Final = "55555555-5555-4555-8555-555555555555"


class InlineExecutor(ThreadPoolExecutor):
    """Does at once what is given to it: virtual time does not pass while a thread writes a file."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as failure:  # noqa: BLE001  (it is whose who waits for the result)
            done.set_exception(failure)
        return done


@dataclass
class Vaults:
    """The vaults from an administrator's side, on whose way nothing goes wrong. Values are `vault|name|number`."""

    azure: Azure
    clock: VirtualClock
    newest: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    read: dict[tuple[str, str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    versions: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    _current: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _token: str = ""

    def __post_init__(self) -> None:
        self._session = LabSession(self.azure, self.clock)
        self.azure.keyvault.audit.on_record(self._note)

    async def put(self, vault: str, name: str) -> None:
        number = self.newest[vault, name] + 1
        self.newest[vault, name] = number
        body = await self.call("PUT", vault, f"secrets/{name}", {"value": f"{vault}|{name}|{number}"})
        if "id" in body:
            self.versions[vault, name].append(body["id"].rpartition("/")[2])
        else:
            self.newest[vault, name] = number - 1

    async def call(self, method: str, vault: str, path: str, body: Any = None) -> dict[str, Any]:
        if not self._token:
            self._token = await self._new_token()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        url = f"https://{vault}.vault.azure.net/{path}?api-version=7.6"
        answer = await self._session.request(
            method, url, headers=headers, data="" if body is None else json.dumps(body)
        )
        if answer.status == 401:
            self._token = ""
            return await self.call(method, vault, path, body)
        text = await answer.read()
        return dict(json.loads(text)) if text else {}

    async def _new_token(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": ADMINISTRATOR,
            "client_secret": "proof",
            "scope": lab_azure.VAULT_SCOPE,
        }
        url = f"https://login.microsoftonline.com/{lab_azure.TENANT}/oauth2/v2.0/token"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._session.request("POST", url, headers=headers, data=form)
        return str(json.loads(await answer.read())["access_token"])

    def _note(self, record: AuditRecord) -> None:
        if record.operation == "SecretGet" and record.status == 200:
            path = record.request_uri.partition("/secrets/")[2].partition("?")[0]
            name, _, version = path.partition("/")
            made = self.versions[record.vault, name]
            number = made.index(version) + 1 if version in made else self._current[record.vault, name]
            self.read[record.caller_client_id, record.vault, name].add(number)
        elif record.operation == "SecretSet" and record.status == 200:
            self._current[record.vault, record.request_uri.partition("/secrets/")[2].partition("?")[0]] += 1


class WatchedPlace(FakePlace):
    """Volumes in memory; `on_fill` sees what a pod is given before the pod does."""

    def __init__(self, on_fill: Callable[[str, Payload], None]) -> None:
        super().__init__()
        self._on_fill = on_fill

    async def fill(self, target_path: str, payload: Payload, group: int | None) -> tuple[str, ...]:
        self._on_fill(target_path, payload)
        return await super().fill(target_path, payload, group)


class DeliveringNode:
    """One process. `place` and `folder` outlive it."""

    def __init__(
        self, session: LabSession, clock: VirtualClock, classes: FakeClasses, place: FakePlace, folder: Path
    ) -> None:
        wire = cast("aiohttp.ClientSession", session)
        self.credentials = Credentials(ClusterTokens(clock), wire, clock)
        self.reader = Reader(self.credentials, wire, clock)
        self.last_good = LastGood(folder, MasterKey(value=SecretValue(b"k" * 32), is_new=False), clock)
        rules = ProviderRules(identities=IdentityPolicy(requests_tokens=True))
        provider = AzureProvider(self.reader, CloudFiles(()), rules, Copies(self.last_good, clock))
        world = KubeWorld()
        world.seed(NAMESPACES, {"metadata": {"name": "app"}})
        self.known, self.place = Known(), place
        parts = Parts(
            known=self.known,
            classes=classes,
            provider_of=lambda _: provider,
            disk=place,
            reports=FakeReports(),
            events=PodEvents(WorldClient(world), clock=clock, instance="node-1"),
            metrics=Metrics(CollectorRegistry()),
            clock=clock,
            tell=lambda _: None,
        )
        keeper = Keeper(parts, INTERVAL)
        self.publisher = Publisher(parts, keeper, place, KubeletTokens(clock), self._wake)
        backoff: Backoff[Key] = Backoff(longest=timedelta(seconds=10))
        self.looks = Controller("volume", self.publisher.look, backoff=backoff, jitter=lambda: 0.5)
        self.reader.on_change(Wakes(self.known, self.looks, self.reader).on_change)

    async def start(self) -> None:
        await self.last_good.start()
        self._running = asyncio.create_task(self.looks.run())

    async def end(self) -> None:
        self.looks.stop()
        await self._running
        await self.reader.aclose()
        await self.credentials.aclose()

    async def publish(self, request: PublishRequest) -> bool:
        """Return whether kubelet was told that it is there."""
        try:
            await self.publisher.publish(request)
        except KeyferryError:
            return False
        return True

    def _wake(self, key: Key, after: timedelta) -> None:
        self.looks.enqueue(key, after=after)


def request(volume_id: str, class_name: str, account: str) -> PublishRequest:
    """Kubelet's call for the one volume of a pod."""
    return PublishRequest(
        volume_id=volume_id,
        target_path=f"/{volume_id}",
        class_name=class_name,
        pod=PodRef(namespace="app", name=volume_id, uid=f"uid-{volume_id}", service_account=account),
        attributes={"secretProviderClass": class_name},
    )
