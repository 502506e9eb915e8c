"""The cluster's SecretProviderClasses: one watch for the whole node process, and who is told of their changes.

A class is kept as the API server sent it and parsed when a volume asks, so what nobody on this node mounts costs its
bytes alone. Needs "get", "list" and "watch" on secretproviderclasses.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import msgspec

from keyferry.kube.client import Client
from keyferry.kube.controller.store import Store
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import NotFound, SpecError, Where, foreign
from keyferry.mount.cluster import watched_class
from keyferry.mount.cluster.kinds import CLASSES
from keyferry.mount.cluster.watched_class import WatchedClass
from keyferry.spec.secret_provider_class import SecretProviderClass
from keyferry.vault.events.relay import RelayedHint

# So long nobody is asked again for a class that is not there: one that is deleted fails for all its volumes, on every
# node, again and again. If it comes, the watch tells.
ABSENT: Final = timedelta(seconds=15)

OnClass = Callable[[Key], None]
OnHint = Callable[[Key, RelayedHint], None]


class Classes:
    """Finds classes, before and while their watch is under way."""

    def __init__(self, client: Client, absent: timedelta = ABSENT) -> None:
        self._client = client
        self._believed = absent
        self._seen: Store[WatchedClass] = Store()
        self._seen.subscribe(self._changed)
        self._reflector = Reflector(client, CLASSES, watched_class.decode, self._seen)
        self._absent: dict[Key, tuple[float, NotFound]] = {}  # until when, on the loop's clock
        self._on_change: list[OnClass] = []
        self._on_hint: list[OnHint] = []

    async def run(self) -> None:
        """Watch until cancelled."""
        await self._reflector.run()

    def on_change(self, callback: OnClass) -> None:
        """Call `callback(key)` when a class is there, says something else, or is gone."""
        self._on_change.append(callback)

    def on_hint(self, callback: OnHint) -> None:
        """Call `callback(key, hint)` for each hint of the operator that comes while the watch is under way.

        `key` is the class's, and who may edit that can write any hint: it is a reason to look and never believed.
        Those that were there before are old: who starts reads everything anyway.
        """
        self._on_hint.append(callback)

    async def find(self, namespace: str, name: str) -> SecretProviderClass:
        """Return what a class says. One that the watch has not brought yet is asked for.

        NotFound without it; SpecError with everything that is wrong with it; else what the API server refuses.
        """
        key = Key(namespace=namespace, name=name)
        seen = self._seen.get(key)
        until, absence = self._absent.get(key, (0.0, None))
        if seen is None and absence is not None and until > asyncio.get_running_loop().time():
            raise absence.with_traceback(None)
        return (seen or await self._ask(key)).parsed()

    async def _ask(self, key: Key) -> WatchedClass:
        where = Where(kind=CLASSES.kind, namespace=key.namespace, name=key.name)
        try:
            return await self._client.get(CLASSES, key, watched_class.decode)
        except NotFound as problem:
            raise self._noted(key, _missing(problem, key, where)) from None
        except msgspec.MsgspecError as problem:
            raise SpecError(
                what=f"failed to get secretproviderclass {key}",
                cause=f"it cannot be read: {foreign(str(problem))}",
                remedy="correct it",
                where=where,
            ) from None

    def _noted(self, key: Key, absence: NotFound) -> NotFound:
        """Note that there is no such class, and forget what is not believed of others any more."""
        now = asyncio.get_running_loop().time()
        self._absent = {other: known for other, known in self._absent.items() if known[0] > now}
        self._absent[key] = now + self._believed.total_seconds(), absence
        return absence

    def _changed(self, key: Key, old: WatchedClass | None, new: WatchedClass | None) -> None:
        self._absent.pop(key, None)
        if old is None or new is None or old.identity != new.identity:
            for tell in self._on_change:
                tell(key)
        if old is None or new is None:
            return
        for hint in watched_class.unheard(old, new):
            for hear in self._on_hint:
                hear(key, hint)


def _missing(problem: NotFound, key: Key, where: Where) -> NotFound:
    return NotFound(
        what=f"failed to get secretproviderclass {key}",
        cause=f"not found: {problem.what}",
        remedy=problem.remedy or "create it in the pod's namespace, or correct secretProviderClass in the pod",
        where=where,
    )
