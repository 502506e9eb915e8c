"""One node over many lives of its process: the real publisher, keeper, volumes and ledger.

Its provider and its cluster do as told. What lies on the disk outlives a process, all else does not.
"""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry

from keyferry.kube.controller.loop import Again
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.model.errors import NotFound, Unavailable
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import SecretValue
from keyferry.mount.azure.offering import Offering
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.disk.volumes import Volumes
from keyferry.mount.keeper import Keeper, Parts
from keyferry.mount.known import Known, Volume
from keyferry.mount.metrics import Metrics
from keyferry.mount.publisher import Publisher
from keyferry.mount.rpc.calls import Calls
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.settings import VolumeSettings
from keyferry.mount.state import Delivery, Mount, PodRef, PodToken, Provider
from keyferry.mount.teller import Teller
from keyferry.spec.secret_provider_class import AZURE, SecretProviderClass
from tests.fakes import mount_stage
from tests.fakes.fate import Fate, FatedKernel
from tests.fakes.kube_client import WorldClient
from tests.fakes.kube_world import KubeWorld
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.patience import patient
from tests.fakes.volumes import shown, unmount_all

INTERVAL: Final = timedelta(minutes=2)
AUDIENCE: Final = "api://AzureADTokenExchange"
Shown = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod with one volume, made by the class of the same name as `class_name`."""

    volume_id: str
    account: str
    class_name: str

    @property
    def ref(self) -> PodRef:
        return PodRef(namespace="app", name=self.volume_id, uid=f"uid-{self.volume_id}", service_account=self.account)

    def target(self, root: Path) -> str:
        return f"{root}/pods/{self.ref.uid}/volumes/kubernetes.io~csi/secrets/mount"


@dataclass
class Cloud:
    """What outlives the process: values by object, classes, and what each volume was given."""

    fate: Fate
    clock: OffsetClock
    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("a", "b", "c"), 1))
    classes: dict[str, SecretProviderClass] = field(default_factory=dict)
    given: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    stale: dict[str, int] = field(default_factory=dict)  # the copies that stand for a vault that is down
    is_down: bool = False
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def define(self, name: str, provider: str, objects: str) -> None:
        parameters = {"keyvaultName": "kv", "objects": objects}
        self.classes[name] = mount_stage.spec(name=name, provider=provider, parameters=parameters)

    def newest(self, pod: Pod) -> Shown:
        return _files(pod.account, self.classes[pod.class_name].parameters["objects"], self.numbers)

    def fail_over(self) -> None:
        """The vault goes down; what was there is in copies."""
        if not self.is_down:
            self.is_down, self.stale = True, dict(self.numbers)


class CloudClasses:
    """mount.cluster.classes."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def find(self, namespace: str, name: str) -> SecretProviderClass:
        await self._cloud.fate.step_and_rest(1)
        if name not in self._cloud.classes:
            raise NotFound(what=f"failed to get secretproviderclass {namespace}/{name}", cause="not found")
        return self._cloud.classes[name]


class CloudProvider:
    """Gives each account its own values, as they are while it answers; copies, as of the time when the vault went."""

    def __init__(self, cloud: Cloud, tokens: KubeletTokens) -> None:
        self._cloud = cloud
        self._tokens = tokens

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        cloud = self._cloud
        await cloud.fate.step_and_rest()
        await self._tokens.create_token(mount.pod.account, (AUDIENCE,))
        numbers = cloud.stale if cloud.is_down else cloud.numbers
        files = _files(mount.pod.service_account, mount.parameters["objects"], numbers)
        cloud.given[mount.pod.name].append(files)
        delivery = Delivery(
            payload=mount_stage.payload(files, version=str(sum(numbers.values()))),
            watched=frozenset(mount_stage.watched(name) for name in files),
            verified_at=cloud.clock.now(),
        )
        await cloud.fate.step_and_rest()
        if cloud.is_down:
            down = Unavailable(what="the vault is down")
            return replace(delivery, stale_since=cloud.clock.now() - timedelta(minutes=9), instead_of=down)
        return delivery


class CloudReports:
    """mount.cluster.reports: says False where it could not."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def tell(self, volume: Volume, spec: SecretProviderClass) -> bool:
        if self._cloud.fate.strike():
            return False
        await asyncio.sleep(0)
        assert volume.payload is not None
        self._cloud.told[volume.request.volume_id] = tuple(
            file.content.reveal().decode() for file in volume.payload.files
        )
        return True

    async def tell_problem(self, volume: Volume, problem: str) -> None:
        self._cloud.fate.strike()
        await asyncio.sleep(0)


class FatedVolumes:
    """The real volumes; what a process does before and after each call on them is a step."""

    def __init__(self, volumes: Volumes, fate: Fate) -> None:
        self.real = volumes
        self._fate = fate

    def check(self, volume_id: str, target_path: str) -> None:
        self.real.check(volume_id, target_path)

    async def is_filled(self, target_path: str) -> bool:
        self._fate.step()
        return await self.real.is_filled(target_path)

    async def make(self, request: PublishRequest) -> bool:
        self._fate.step()
        is_empty = await self.real.make(request)
        self._fate.strike()  # made, and the process ends; or nobody notices
        return is_empty

    async def fill(self, target_path: str, payload: Any, group: int | None) -> tuple[str, ...]:
        self._fate.step()
        changed = await self.real.fill(target_path, payload, group)
        self._fate.step()  # written, and all the same something failed
        return changed

    async def remove(self, volume_id: str, target_path: str) -> None:
        self._fate.step()
        await self.real.remove(volume_id, target_path)
        self._fate.step()


class Node:
    """One process. To be made inside the loop."""

    def __init__(self, cloud: Cloud, root: Path, *, is_plain: bool) -> None:
        self.cloud, self.root = cloud, root
        self.tokens = KubeletTokens(cloud.clock)
        self.known = Known()
        self.woken: list[tuple[Key, timedelta]] = []
        self.tells: list[Key] = []
        self.calls = Calls()
        world = KubeWorld()
        world.seed(NAMESPACES, {"metadata": {"name": "app"}})
        settings = VolumeSettings(kubelet_root=root, folder=root / "plugin", without_tmpfs=is_plain)
        volumes = Volumes(settings, kernel=FatedKernel(cloud.fate), linger=timedelta(0))
        self.volumes = FatedVolumes(volumes, cloud.fate)
        provider: Provider = Offering(CloudProvider(cloud, self.tokens), self.tokens)
        parts = Parts(
            known=self.known,
            classes=CloudClasses(cloud),
            provider_of=lambda _: provider,
            disk=self.volumes,
            reports=CloudReports(cloud),
            events=PodEvents(WorldClient(world), clock=cloud.clock, instance="node-1"),
            metrics=Metrics(CollectorRegistry()),
            clock=cloud.clock,
            tell=self.tells.append,
        )
        self.teller = Teller(parts)
        self.keeper = Keeper(parts, INTERVAL)
        self.publisher = Publisher(parts, self.keeper, self.volumes, self.tokens, self._wake)

    async def start(self) -> None:
        for request in await self.volumes.real.published():
            self.publisher.resume(request)

    async def publish(self, pod: Pod) -> None:
        """As mount.rpc.csi_node does, with a token that ends in ten minutes."""
        request = self.request(pod)
        await self.calls.carry_out(request.target_path, lambda: self.publisher.publish(request))

    async def unpublish(self, pod: Pod) -> None:
        target = pod.target(self.root)
        await self.calls.carry_out(f"unpublish {target}", lambda: self.publisher.unpublish(pod.volume_id, target))

    async def look(self, pod: Pod) -> None:
        """One look, and what the cluster is told after it."""
        try:
            await self.publisher.look(Key(namespace="app", name=pod.volume_id))
        finally:
            await self.told()

    async def told(self) -> None:
        """Let the cluster be told of what waits for that; what did not work waits again."""
        waiting, self.tells[:] = tuple(dict.fromkeys(self.tells)), []
        for key in waiting:
            if isinstance(await self.teller.tell(key), Again):
                self.tells.append(key)

    def request(self, pod: Pod) -> PublishRequest:
        expires = self.cloud.clock.now() + timedelta(minutes=10)
        return PublishRequest(
            volume_id=pod.volume_id,
            target_path=pod.target(self.root),
            class_name=pod.class_name,
            pod=pod.ref,
            attributes={"secretProviderClass": pod.class_name},
            tokens={AUDIENCE: PodToken(token=SecretValue(b"t.t.t"), expires=expires)},
        )

    def account_of(self, pod: Pod) -> ServiceAccountRef:
        return pod.ref.account

    def _wake(self, key: Key, after: timedelta) -> None:
        assert after <= max(INTERVAL, timedelta(minutes=3)), "no volume is left alone for longer than that"
        self.woken.append((key, after))


def visible(target: str) -> Shown:
    """What a program in the pod sees: one whole set, or nothing."""
    folder = Path(target)
    return shown(folder) if folder.is_dir() else {}


def destroy(root: Path, target: str) -> None:
    """Somebody takes the mount and the directory away."""
    unmount_all(Path(target).parent)
    shutil.rmtree(target, ignore_errors=True)


async def bounded(work: Coroutine[Any, Any, None]) -> BaseException | None:
    """Do it within bounds; return how it failed."""
    try:
        async with patient():
            await work
    except TimeoutError:
        raise
    except BaseException as failure:  # noqa: BLE001  (a crash is one of the outcomes)
        return failure
    return None


async def cancelled_after(turns: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begin, and give up after some turns of the loop, as a caller whose patience ends."""
    task = asyncio.ensure_future(work())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _files(account: str, objects: str, numbers: Mapping[str, int]) -> dict[str, str]:
    return {name: f"{account}/{name}={numbers[name]}" for name in objects}


__all__ = ["AZURE", "Cloud", "Node", "Pod", "bounded", "cancelled_after", "destroy", "visible"]
