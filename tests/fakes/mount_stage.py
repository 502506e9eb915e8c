"""A node's work without a node: classes in a dict, a provider that is told what to answer, volumes in memory."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from prometheus_client import CollectorRegistry

from keyferry.kube.controller.loop import Result
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, NAMESPACES
from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.model.identity import ClientId, ManagedIdentity
from keyferry.model.secrets import SecretName, SecretRef, SecretValue, VaultUrl
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.keeper import TELLING, Keeper, Parts
from keyferry.mount.known import Known, Volume
from keyferry.mount.metrics import Metrics
from keyferry.mount.publisher import Publisher
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import Delivery, Mount, MountedFile, ObjectVersion, Payload, PodRef, Watched
from keyferry.mount.teller import Teller
from keyferry.spec.secret_provider_class import SecretProviderClass
from tests.fakes.kube_client import WorldClient
from tests.fakes.kube_world import KubeWorld
from tests.fakes.offset_clock import OffsetClock

VAULT = VaultUrl("https://kv.vault.azure.net")
IDENTITY = ManagedIdentity(client_id=ClientId("11111111-1111-4111-8111-111111111111"))
POD = PodRef(namespace="app", name="web-1", uid="uid-1", service_account="web")
INTERVAL = timedelta(minutes=2)


def request(volume_id: str = "csi-1", pod: PodRef = POD, **fields: object) -> PublishRequest:
    target = f"/kubelet/pods/{pod.uid}/volumes/kubernetes.io~csi/{volume_id}/mount"
    attributes = {"secretProviderClass": "secrets"}
    given = PublishRequest(
        volume_id=volume_id, target_path=target, class_name="secrets", pod=pod, attributes=attributes
    )
    return replace(given, **fields)  # type: ignore[arg-type]  # fields by name


def spec(**fields: object) -> SecretProviderClass:
    given = SecretProviderClass(
        namespace="app",
        name="secrets",
        uid="class-uid",
        generation=1,
        provider="azure",
        parameters={"keyvaultName": "kv"},
    )
    return replace(given, **fields)  # type: ignore[arg-type]  # fields by name


def watched(name: str) -> Watched:
    return Watched(identity=IDENTITY, ref=SecretRef(vault_url=VAULT, name=SecretName(name)))


def payload(files: Mapping[str, str], version: str = "v1") -> Payload:
    return Payload(
        files=tuple(
            MountedFile(path=path, mode=0o644, content=SecretValue(text.encode())) for path, text in files.items()
        ),
        versions=tuple(ObjectVersion(id=f"secret/{path}", version=version) for path in files),
    )


class FakeClasses:
    def __init__(self) -> None:
        self.found: dict[tuple[str, str], SecretProviderClass] = {("app", "secrets"): spec()}

    async def find(self, namespace: str, name: str) -> SecretProviderClass:
        if (namespace, name) not in self.found:
            raise NotFound(what=f"failed to get secretproviderclass {namespace}/{name}", cause="not found")
        return self.found[namespace, name]


class FakeProvider:
    """Answers with `answer`, or raises `fails`; both can change at any time."""

    def __init__(self) -> None:
        self.answer = Delivery(payload=payload({"password": "one"}), watched=frozenset({watched("password")}))
        self.fails: KeyferryError | None = None
        self.asked: list[tuple[Mount, timedelta]] = []
        self.goes_on = asyncio.Event()
        self._news = asyncio.Event()
        self.goes_on.set()

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        self.asked.append((mount, interval))
        self._news.set()
        await self.goes_on.wait()
        if self.fails is not None:
            raise self.fails
        return self.answer

    async def is_asked(self, times: int) -> None:
        """Wait until it has been asked so often."""
        while len(self.asked) < times:
            self._news.clear()
            await self._news.wait()

    def has(self, files: Mapping[str, str], version: str, **fields: object) -> None:
        self.answer = replace(self.answer, payload=payload(files, version), **fields)  # type: ignore[arg-type]  # by name


class FakePlace:
    """Volumes by target, and those with files that a vendor's provider wrote itself.

    `fails` is raised by whatever is done next on the disk.
    """

    def __init__(self) -> None:
        self.volumes: dict[str, Payload | None] = {}
        self.vendors: set[str] = set()
        self.owners: dict[str, str] = {}
        self.groups: dict[str, int | None] = {}
        self.fails: KeyferryError | None = None
        self.full: KeyferryError | None = None
        self.tears = False  # what is full has taken the files all the same

    def check(self, volume_id: str, target_path: str) -> None:
        if self.owners.get(target_path, volume_id) != volume_id:
            raise SpecError(what="the target is another volume's")

    async def is_filled(self, target_path: str) -> bool:
        return self.volumes.get(target_path) is not None

    async def make(self, request: PublishRequest) -> bool:
        if self.fails is not None:
            raise self.fails
        self.volumes.setdefault(request.target_path, None)
        self.owners[request.target_path] = request.volume_id
        return request.target_path not in self.vendors

    async def fill(self, target_path: str, payload: Payload, group: int | None) -> tuple[str, ...]:
        if self.full is not None:
            if self.tears:
                self.volumes[target_path] = payload
            raise self.full
        before = self.volumes[target_path]
        old = {} if before is None else {file.path: file for file in before.files}
        new = {file.path: file for file in payload.files}
        self.volumes[target_path], self.groups[target_path] = payload, group
        return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)))

    async def remove(self, volume_id: str, target_path: str) -> None:
        if self.fails is not None:
            raise self.fails
        self.volumes.pop(target_path, None)
        self.owners.pop(target_path, None)

    def text(self, target_path: str, path: str) -> str:
        held = self.volumes[target_path]
        assert held is not None
        return next(file.content.reveal().decode() for file in held.files if file.path == path)


class FakeReports:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.problems: list[str] = []
        self.works = True
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def tell(self, volume: Volume, spec: SecretProviderClass) -> bool:
        assert volume.payload is not None
        await self.goes_on.wait()
        self.told.append(" ".join(f"{each.id}={each.version}" for each in volume.payload.versions))
        return self.works

    async def tell_problem(self, volume: Volume, problem: str) -> None:
        self.problems.append(problem)


class MountStage:
    """One node's publisher over fakes, on a clock that the test moves."""

    def __init__(self, interval: timedelta | None = INTERVAL, telling: timedelta = TELLING) -> None:
        self.clock = OffsetClock()
        self.classes, self.provider, self.place, self.reports = (
            FakeClasses(),
            FakeProvider(),
            FakePlace(),
            FakeReports(),
        )
        self.world = KubeWorld()
        self.world.seed(NAMESPACES, {"metadata": {"name": "app"}})
        self.registry = CollectorRegistry()
        self.known = Known()
        self.tokens = KubeletTokens(self.clock)
        self.woken: list[tuple[Key, timedelta]] = []
        self.tells: list[Key] = []
        self.events = PodEvents(WorldClient(self.world), clock=self.clock, instance="node-1")
        self.parts = Parts(
            known=self.known,
            classes=self.classes,
            provider_of=lambda _: self.provider,
            disk=self.place,
            reports=self.reports,
            events=self.events,
            metrics=Metrics(self.registry),
            clock=self.clock,
            tell=self.tells.append,
            telling=telling,
        )
        self.teller = Teller(self.parts)
        self.keeper = Keeper(self.parts, interval)
        self.publisher = Publisher(
            self.parts, self.keeper, self.place, self.tokens, lambda key, after: self.woken.append((key, after))
        )

    async def told(self) -> list[Result]:
        """Let the cluster be told of what waits for that; return what became of each."""
        waiting, self.tells[:] = tuple(dict.fromkeys(self.tells)), []
        return [await self.teller.tell(key) for key in waiting]

    async def reasons(self) -> list[str]:
        """The reasons of all events so far, in order."""
        await self.events.flush()
        return [str(each["reason"]) for each in self.world.all_of(EVENTS)]

    def count(self, name: str, **labels: str) -> float:
        """What a counter says."""
        return self.registry.get_sample_value(name, {"os_type": "linux", **labels}) or 0.0
