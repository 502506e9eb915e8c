"""Hands on what Event Grid tells to the nodes: as an annotation of each SecretProviderClass that names the object.

Every node watches classes anyway, so this needs no connection between operator and nodes, and no list of them. A hint
says where to look and is never believed; one that is lost costs the time until the next look. Needs "list", "watch" and
"patch" on secretproviderclasses, where that kind is installed.
"""

import asyncio
from collections.abc import Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.loop import Again, Controller, Done, Limits, Result
from keyferry.kube.controller.store import Store
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound, Unavailable
from keyferry.model.wellknown import CHANGED_ANNOTATION
from keyferry.runtime.clock import Clock
from keyferry.sync.events import named_objects
from keyferry.sync.events.named_objects import NamingClass
from keyferry.sync.kinds import CLASSES
from keyferry.vault.events import relay
from keyferry.vault.events.hints import Hint
from keyferry.vault.events.relay import RelayedHint

OBJECT_INDEX: Final = "object"
PAUSE: Final = timedelta(seconds=1)  # between two writes to one class
LOOK: Final = timedelta(minutes=1)  # whether the kind is installed by now
WORKERS: Final = 8
LONGEST_BACKOFF: Final = timedelta(seconds=40)

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    at: datetime
    hints: tuple[RelayedHint, ...]


class ClassHints:
    """Knows which classes name what, and writes to each at most once in a `PAUSE`. `namespace` "" is for all."""

    def __init__(self, client: Client, clock: Clock, namespace: str = "") -> None:
        self._client = client
        self._clock = clock
        self._classes: Store[NamingClass] = Store({OBJECT_INDEX: _terms})
        self._classes.subscribe(self._changed)
        selection = Selection(namespace=namespace)
        self._reflector = Reflector(client, CLASSES, named_objects.decode, self._classes, selection=selection)
        self._writes = Controller(
            "secretproviderclass-hints",
            self._write,
            limits=Limits(workers=WORKERS),
            backoff=Backoff(longest=LONGEST_BACKOFF),
        )
        self._waiting: dict[Key, tuple[RelayedHint, ...]] = {}
        self._written: dict[Key, _Written] = {}

    async def run(self) -> None:
        """Watch and write until cancelled, from when on the kind is installed."""
        await self._installed()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._reflector.run())
            group.create_task(self._writes.run())

    def heard(self, hint: Hint) -> None:
        """Let the nodes know of an event, where a class names its object. Returns at once."""
        at_ms = int(self._clock.now().timestamp() * 1000)
        told = RelayedHint(kind=hint.kind, name=hint.name, version=hint.version, at_ms=at_ms)
        for key in self._classes.indexed(OBJECT_INDEX, (hint.vault, hint.name.lower())):
            self._waiting[key] = relay.merged(self._waiting.get(key, ()), (told,))
            self._writes.enqueue(key)

    async def _write(self, key: Key) -> Result:
        written = self._written.get(key)
        rest = timedelta() if written is None else PAUSE - abs(self._clock.now() - written.at)
        if rest > timedelta():
            return Again(rest)
        news, seen = self._waiting.pop(key, ()), self._classes.get(key)
        if seen is None or not news:
            return Done()
        ours = () if written is None else written.hints  # the watch may not have brought them back yet
        hints = relay.merged((*relay.decode(seen.hints), *ours), news)
        try:
            await self._client.merge_patch(CLASSES, key, _patch(relay.encode(hints)))
        except NotFound:
            return Done()
        except Unavailable:
            self._waiting[key] = relay.merged(news, self._waiting.get(key, ()))
            raise
        self._written[key] = _Written(at=self._clock.now(), hints=hints)
        _LOG.info("hints.handed_on", secretproviderclass=str(key), hints=len(news))
        return Done()

    async def _installed(self) -> None:
        """Wait for the kind: few clusters have the node plugin, and a watch of nothing would complain for ever."""
        while True:
            with suppress(KeyferryError):
                if CLASSES in await self._client.served(CLASSES.api_version):
                    return
            await asyncio.sleep(LOOK.total_seconds())

    def _changed(self, key: Key, _old: NamingClass | None, new: NamingClass | None) -> None:
        if new is None:
            self._waiting.pop(key, None)
            self._written.pop(key, None)


def _terms(_key: Key, named: NamingClass) -> Iterable[Hashable]:
    return named_objects.terms(named)


def _patch(text: str) -> bytes:
    return msgspec.json.encode({"metadata": {"annotations": {CHANGED_ANNOTATION: text}}})
