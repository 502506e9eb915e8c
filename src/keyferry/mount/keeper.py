"""Keeps mounted volumes in step: one look at one volume, when something changed for it or its time has come.

Called by the controller's workers and by publisher, with the volume's turn in hand. A failure leaves the files as they
are and is told as an event, in the metrics and to whoever asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, Unavailable
from keyferry.model.identity import ServicePrincipal
from keyferry.mount import merging
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.known import Known, Volume
from keyferry.mount.metrics import Metrics
from keyferry.mount.questions import GivenUp, Questions
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import Delivery, Payload, Provider
from keyferry.runtime.clock import Clock
from keyferry.spec.secret_provider_class import SecretProviderClass

PAUSE: Final = timedelta(seconds=15)  # between two looks while a volume fails, or shows a copy
TELLING: Final = timedelta(seconds=2)  # that a pod waits for the API server; the rest is told while it runs
LONG: Final = timedelta(days=1)  # how old a value may be where nobody wants rotation

_LOG = structlog.get_logger(__name__)


class Classes(Protocol):
    """The cluster's SecretProviderClasses: mount.cluster.classes."""

    async def find(self, namespace: str, name: str) -> SecretProviderClass:
        """Return a class. NotFound, or the SpecError of what it says."""
        ...


class Disk(Protocol):
    """The volumes on this node: mount.disk.volumes."""

    async def fill(self, target_path: str, payload: Payload, group: int | None) -> tuple[str, ...]:
        """Write the payload in one swap; return the paths that changed."""
        ...


class Reports(Protocol):
    """What the cluster is told of a volume with new content: mount.cluster.reports."""

    async def tell(self, volume: Volume, spec: SecretProviderClass) -> bool:
        """Let the pod's status and the Secrets made of its files say so too; return whether they do."""
        ...

    async def tell_problem(self, volume: Volume, problem: str) -> None:
        """Let the pod's status say why the files stay as they are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Whom the work on a volume needs.

    `tell` queues what the cluster is told of a volume, by key; `telling` is how long a new pod waits for that. `plain`
    is why volumes are plain directories, "" where they are not.
    """

    known: Known
    classes: Classes
    provider_of: Callable[[str], Provider]
    disk: Disk
    reports: Reports
    events: PodEvents
    metrics: Metrics
    clock: Clock
    tell: Callable[[Key], None]
    plain: str = ""
    questions: Questions = field(default_factory=Questions)
    telling: timedelta = TELLING


class Keeper:
    """Looks at volumes. `interval` is how old their content may get, None where they are only repaired."""

    def __init__(self, parts: Parts, interval: timedelta | None) -> None:
        self._parts = parts
        self._interval = interval

    def is_due(self, volume: Volume) -> bool:
        """Tell whether a look would do something: for republishes, which come every minute or so."""
        if self._interval is None:
            return False
        if volume.verified_at is None or volume.failing or volume.stale_since is not None:
            return True
        return abs(self._parts.clock.now() - volume.verified_at) >= self._interval  # a clock set back tells no age

    def may_look(self, volume: Volume) -> bool:
        """Tell whether a change that was seen is any concern of the volume's: without rotation, only repairs are."""
        return self._interval is not None or volume.stale_since is not None

    def next_look(self, volume: Volume) -> timedelta | None:
        """Return how long until the volume is to be looked at, None where nothing but a call makes it so."""
        if volume.stale_since is not None:
            return PAUSE
        if self._interval is None or not volume.watched or volume.verified_at is None:
            return None
        if volume.failing:
            return PAUSE
        left = volume.verified_at + self._interval - self._parts.clock.now()
        return min(max(left, timedelta(seconds=1)), self._interval)

    async def look(self, volume: Volume) -> None:
        """Bring one volume in step. Raises the failure after telling of it; the files are what they were then.

        GivenUp where the volume goes meanwhile, which is no failure.
        """
        parts, started = self._parts, self._parts.clock.now()
        pod, name = volume.request.pod, volume.request.class_name
        try:
            rotated = await self._renewed(volume)
        except GivenUp:
            raise
        except KeyferryError as error:
            parts.metrics.look_failed(volume.provider, error)
            parts.events.rotation_failed(pod, name, error)
            volume.failing = str(error)
            parts.tell(volume.key)
            raise
        parts.metrics.looked(volume.provider, (parts.clock.now() - started).total_seconds(), rotated=bool(rotated))
        if rotated:
            _LOG.info("volume.rotated", pod=str(pod), secretproviderclass=name, files=len(rotated))
            parts.events.rotated(pod, name, rotated)

    async def _renewed(self, volume: Volume) -> tuple[str, ...]:
        parts, request = self._parts, volume.request
        spec = await parts.classes.find(request.pod.namespace, request.class_name)
        mount = merging.mount_of(spec, request)
        provider, interval = parts.provider_of(spec.provider), self._interval or LONG
        delivery = await parts.questions.ask(request.volume_id, lambda: provider.deliver(mount, interval=interval))
        _check_copy(volume, delivery)
        changed: tuple[str, ...] = ()
        if volume.is_unsure or delivery.payload != volume.payload:
            volume.is_unsure = True
            changed = await fill(parts.disk, request, delivery.payload)
        tell_of_sources(parts.events, volume, delivery)
        took(parts.known, volume, spec, delivery, parts.clock.now())
        parts.tell(volume.key)
        return changed


def _check_copy(volume: Volume, delivery: Delivery) -> None:
    """Raise why there is but a copy: one lets pods start, and takes nothing from a volume with files of its own."""
    if delivery.stale_since is not None and volume.stale_since is None:
        raise delivery.instead_of or Unavailable(what="the vault does not answer")


async def fill(disk: Disk, request: PublishRequest, payload: Payload) -> tuple[str, ...]:
    """Write what was delivered; return the paths that changed. What the provider wrote itself stays as it is."""
    if payload.is_written:
        return ()
    return await disk.fill(request.target_path, payload, request.group)


def took(known: Known, volume: Volume, spec: SecretProviderClass, delivery: Delivery, now: datetime) -> None:
    """Take in what a volume shows now."""
    volume.payload, volume.is_unsure = delivery.payload, False
    volume.provider = spec.provider
    volume.verified_at = delivery.verified_at or now
    volume.vault_url = delivery.vault_url
    volume.stale_since = delivery.stale_since
    volume.is_substitute = delivery.instead_of is not None
    volume.failing = ""
    known.watches(volume, delivery.watched)


def tell_of_sources(events: PodEvents, volume: Volume, delivery: Delivery) -> None:
    """Tell of a copy or another vault in place of the class's own, once of its return, and of a stored credential."""
    pod, name = volume.request.pod, volume.request.class_name
    if volume.payload is None and any(isinstance(each.identity, ServicePrincipal) for each in delivery.watched):
        events.stored_credential(pod, name)
    if delivery.stale_since is not None:
        if volume.stale_since != delivery.stale_since:
            events.served_stale(pod, name, delivery.stale_since, delivery.instead_of)
    elif delivery.instead_of is not None:
        if not volume.is_substitute or volume.vault_url != delivery.vault_url:
            events.fell_back(pod, name, delivery.vault_url, delivery.instead_of)
    elif volume.is_substitute or volume.stale_since is not None:
        events.vault_recovered(pod, name)
