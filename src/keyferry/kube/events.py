"""Records events without ever making a reconcile wait: a bounded queue, one task, repetitions counted in one object."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from keyferry.kube.wire import events
from keyferry.kube.wire.events import EventType, ObjectReference, Occurrence
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, Resource
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.runtime.clock import Clock

_LOG = structlog.get_logger(__name__)

QUEUE_LIMIT: Final = 1000
REMEMBERED: Final = 4096
WINDOW: Final = timedelta(minutes=10)
PROMPT: Final = 5  # repetitions written as they come; later ones are written together, once a `PAUSE`
PAUSE: Final = timedelta(minutes=5)  # so that a thousand objects that fail for a day write little, as client-go's do


class EventApi(Protocol):
    """What a recorder needs of `kube.client.Client`, whose errors it expects."""

    async def create(self, resource: Resource, namespace: str, body: bytes, /) -> bytes:
        """Create an event."""
        ...

    async def merge_patch(self, resource: Resource, key: Key, patch: bytes, /) -> bytes:
        """Count a repetition."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posted:
    """An event in the cluster: how often it happened, and when that was written last."""

    event: Key
    count: int
    last: datetime


class Recorder:
    """Writes events in the name of `component`; `instance` is the pod. Needs "create" and "patch" on events."""

    def __init__(self, client: EventApi, component: str, *, clock: Clock, instance: str = "") -> None:
        self._client = client
        self._component = component
        self._instance = instance or component
        self._clock = clock
        self._waiting: deque[Occurrence] = deque(maxlen=QUEUE_LIMIT)
        self._posted: OrderedDict[Occurrence, _Posted] = OrderedDict()
        self._awake = asyncio.Event()
        self._serial = 0
        self.dropped = 0
        self._dropped_told = 0

    def record(self, involved: ObjectReference, type_: EventType, reason: str, message: str) -> None:
        """Queue an event and return at once. When the queue is full the oldest is dropped and counted."""
        if len(self._waiting) == QUEUE_LIMIT:
            self.dropped += 1
        self._waiting.append(
            Occurrence(involved=involved, type=type_, reason=reason, message=events.cut(message)),
        )
        self._awake.set()

    async def run(self) -> None:
        """Write events until cancelled. A failure costs the one event."""
        while True:
            await self._awake.wait()
            await self.flush()

    async def flush(self) -> None:
        """Write what is queued now, oldest first."""
        self._awake.clear()
        if self.dropped > self._dropped_told:
            _LOG.warning("event.dropped", count=self.dropped - self._dropped_told)
            self._dropped_told = self.dropped
        while self._waiting:
            occurrence = self._waiting.popleft()
            try:
                await self._write(occurrence)
            except KeyferryError as problem:
                _LOG.warning(
                    "event.lost",
                    about=f"{occurrence.involved.namespace}/{occurrence.involved.name}",
                    lost=occurrence.reason,
                    error=type(problem).__name__,
                    reason=str(problem),
                )

    async def _write(self, occurrence: Occurrence) -> None:
        now = self._clock.now()
        same = _without_version(occurrence)
        posted = self._posted.get(same)
        if posted is not None and now - posted.last <= WINDOW:
            counted = replace(posted, count=posted.count + 1)
            if counted.count > PROMPT and now - posted.last < PAUSE:
                self._remember(same, counted)
                return
            if await self._count(counted, now):
                self._remember(same, replace(counted, last=now))
                return
        event = events.key(occurrence, self._next_serial(now))
        body = events.body(event, occurrence, self._component, self._instance, now)
        await self._client.create(EVENTS, event.namespace, body)
        self._remember(same, _Posted(event=event, count=1, last=now))

    async def _count(self, posted: _Posted, now: datetime) -> bool:
        """Say how often the event has happened by now; False when the server has forgotten it."""
        try:
            await self._client.merge_patch(EVENTS, posted.event, events.repetition(posted.count, now))
        except NotFound:
            return False
        return True

    def _remember(self, same: Occurrence, posted: _Posted) -> None:
        self._posted[same] = posted
        self._posted.move_to_end(same)
        while len(self._posted) > REMEMBERED:
            self._posted.popitem(last=False)

    def _next_serial(self, now: datetime) -> str:
        """Return a serial as client-go's, the instant in hexadecimal, and never the same twice."""
        nanoseconds = int(now.timestamp() * 1_000_000) * 1000
        self._serial = max(self._serial + 1, nanoseconds)
        return f"{self._serial:x}"


def _without_version(occurrence: Occurrence) -> Occurrence:
    """Return what makes two events the same: all but the object's version."""
    return replace(occurrence, involved=_at_any_version(occurrence.involved))


def _at_any_version(involved: ObjectReference) -> ObjectReference:
    return ObjectReference(
        api_version=involved.api_version,
        kind=involved.kind,
        name=involved.name,
        namespace=involved.namespace,
        uid=involved.uid,
    )
