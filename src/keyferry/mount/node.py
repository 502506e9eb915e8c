"""The CSI plugin of one node, wired: volumes, what keeps them in step, and the sockets on which kubelet calls.

Called by run. What kubelet needs is served last and taken away first.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from prometheus_client import CollectorRegistry

from keyferry import __version__
from keyferry.kube.client import Client
from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.loop import Controller, Limits
from keyferry.kube.controller.queue import REFRESH
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError, Unavailable
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.cluster.classes import Classes
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.cluster.pod_statuses import PodStatuses
from keyferry.mount.cluster.reports import Reports
from keyferry.mount.cluster.synced_secrets import SyncedSecrets
from keyferry.mount.disk.volumes import Volumes
from keyferry.mount.keeper import Keeper, Parts
from keyferry.mount.known import Known
from keyferry.mount.metrics import Metrics, VolumeCollector
from keyferry.mount.publisher import Publisher
from keyferry.mount.rpc import csi_identity, csi_node, endpoints
from keyferry.mount.rpc.calls import Calls
from keyferry.mount.rpc.csi_identity import Plugin
from keyferry.mount.rpc.grpc_server import SocketServer
from keyferry.mount.rpc.liveness import Liveness
from keyferry.mount.rpc.registration import Registered, Registration
from keyferry.mount.settings import Settings
from keyferry.mount.state import Provider
from keyferry.mount.teller import Teller
from keyferry.mount.vendors.provider_client import Terms, VendorProviders
from keyferry.mount.wakes import Feeds, Wakes
from keyferry.runtime.clock import Clock
from keyferry.runtime.health import HealthServer
from keyferry.spec.secret_provider_class import AZURE

FINISHING: Final = timedelta(seconds=1)  # so long what a vault is asked may still be answered when the process ends
TELLERS: Final = 4
LONGEST_BACKOFF: Final = timedelta(seconds=40)

_LOG = structlog.get_logger(__name__)


class Node:
    """The parts of the plugin. `start` serves; `finish` ends it."""

    def __init__(
        self, settings: Settings, azure: Provider, tokens: KubeletTokens, client: Client, clock: Clock
    ) -> None:
        self._settings = settings
        self._azure = azure
        self.registry = CollectorRegistry()
        self._known = Known()
        self._volumes = Volumes(settings.volumes, clock=clock)
        self._vendors = VendorProviders(settings.vendors.folders, Terms(most_bytes=settings.vendors.most_bytes))
        self._classes = Classes(client)
        self._events = PodEvents(client, clock=clock, instance=settings.node_id)
        self._statuses = PodStatuses(client, settings.node_id)
        parts = Parts(
            known=self._known,
            classes=self._classes,
            provider_of=self._provider_of,
            disk=self._volumes,
            reports=Reports(self._statuses, SyncedSecrets(client, self._events, clock)),
            events=self._events,
            metrics=Metrics(self.registry),
            clock=clock,
            tell=self._tell,
            plain="--without-tmpfs is set on this node" if settings.volumes.without_tmpfs else "",
        )
        self._questions = parts.questions
        self._publisher = Publisher(
            parts, Keeper(parts, settings.rotation_interval), self._volumes, tokens, self._wake_after
        )
        limits = Limits(workers=settings.concurrent)
        self._looks = Controller(
            "volume", self._publisher.look, limits=limits, backoff=Backoff(longest=LONGEST_BACKOFF)
        )
        self._tells = Controller("report", Teller(parts).tell, limits=Limits(workers=TELLERS))
        self._calls = Calls()
        self._server = self._csi()
        self._registration: Registration | None = None
        self._looking: asyncio.Task[None] | None = None

    def watch(self, feeds: Feeds) -> None:
        """Let what the vaults' feeds see, and what the operator heard, wake the volumes that it concerns."""
        Wakes(self._known, self._looks, feeds).connect(self._classes)

    def measure(self, health: HealthServer) -> None:
        """Add what is known of volumes to metrics and health."""
        self.registry.register(VolumeCollector(self._states))
        health.alive_when("csi", Liveness(self._server.path).problem)
        health.ready_when("kubelet", self._unregistered)

    async def start(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> list[asyncio.Task[None]]:
        """Take up what an earlier process left, and serve. SpecError where nothing can be mounted or listened on.

        `stop` is set where kubelet would not have the driver: whoever restarts the process tries again.
        """
        await self._check_mounting()
        for request in await self._volumes.published():
            self._publisher.resume(request)
        self._looking = group.create_task(self._looks.run())
        tasks = [
            group.create_task(self._classes.run()),
            group.create_task(self._statuses.run()),
            group.create_task(self._events.run()),
            group.create_task(self._tells.run()),
            self._looking,
        ]
        await self._server.open()
        self._registration = self._register(stop)
        if self._registration is not None:
            await self._registration.open()
        return tasks

    async def finish(self) -> None:
        """Take no further call, end those under way, and write the events that they caused."""
        if self._registration is not None:
            await self._registration.close()
        await self._server.close()
        self._looks.stop()
        self._tells.stop()
        await self._settle()
        await self._volumes.aclose()
        await self._vendors.close()
        await self._events.flush()

    async def _settle(self) -> None:
        """Let what is under way end. A vault that does not answer by then is waited for no longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FINISHING.total_seconds()):
                await self._calls.settle()
        self._questions.close()
        await self._calls.settle()
        if self._looking is not None:
            await asyncio.wait({self._looking})

    async def _check_mounting(self) -> None:
        refusal = await self._volumes.may_mount()
        if refusal:
            raise SpecError(
                what="this process cannot mount memory file systems",
                cause=refusal,
                remedy="run it as root in a privileged container; where that cannot be, --without-tmpfs makes plain "
                "directories, whose content can reach a disk",
            )
        if self._settings.volumes.without_tmpfs:
            _LOG.warning("volumes.plain", reason="--without-tmpfs: secrets are written into plain directories")
        elif self._volumes.can_swap:
            _LOG.warning("volumes.can_swap", reason="the kernel is older than 6.4: memory file systems can be swapped")

    def _csi(self) -> SocketServer:
        settings = self._settings
        plugin = Plugin(driver_name=settings.driver_name, version=__version__, node_id=settings.node_id)
        services = [
            csi_identity.identity(plugin),
            csi_identity.controller(),
            csi_node.node(plugin, self._publisher, self._calls),
        ]
        return SocketServer(Path(endpoints.socket_path(settings.endpoint, "--endpoint")), services)

    def _register(self, stop: asyncio.Event) -> Registration | None:
        settings = self._settings
        if not settings.registration_folder:
            return None
        registered = Registered(
            driver_name=settings.driver_name, endpoint=settings.registered_path or str(self._server.path)
        )

        def refused(error: Unavailable) -> None:
            _LOG.error("node.not_registered", reason=str(error))
            stop.set()

        return Registration(Path(settings.registration_folder), registered, refused)

    def _unregistered(self) -> str:
        return "" if self._registration is None else self._registration.missing()

    def _provider_of(self, name: str) -> Provider:
        return self._azure if name == AZURE else self._vendors

    def _tell(self, key: Key) -> None:
        self._tells.enqueue(key)

    def _wake_after(self, key: Key, after: timedelta) -> None:
        self._looks.enqueue(key, after=after, priority=REFRESH)

    def _states(self) -> Iterator[str]:
        for volume in self._known.all():
            yield "failing" if volume.failing else "stale" if volume.stale_since is not None else "well"
