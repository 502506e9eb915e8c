"""The cluster's SecretProviderClasses: one watch for the whole node process, and who is told of their changes.

A class is kept as the API server sent it and parsed when a volume asks, so what nobody on this node mounts costs its
bytes alone. Needs "get", "list" and "watch" on secretproviderclasses.
"""

from collections.abc import Callable

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

OnClass = Callable[[Key], None]
OnHint = Callable[[Key, RelayedHint], None]


class Classes:
    """Finds classes, before and while their watch is under way."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._seen: Store[WatchedClass] = Store()
        self._seen.subscribe(self._changed)
        self._reflector = Reflector(client, CLASSES, watched_class.decode, self._seen)
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
        seen = self._seen.get(key) or await self._ask(key)
        return seen.parsed()

    async def _ask(self, key: Key) -> WatchedClass:
        where = Where(kind=CLASSES.kind, namespace=key.namespace, name=key.name)
        try:
            return await self._client.get(CLASSES, key, watched_class.decode)
        except NotFound as problem:
            raise NotFound(
                what=f"failed to get secretproviderclass {key}",
                cause=f"not found: {problem.what}",
                remedy=problem.remedy or "create it in the pod's namespace, or correct secretProviderClass in the pod",
                where=where,
            ) from problem
        except msgspec.MsgspecError as problem:
            raise SpecError(
                what=f"failed to get secretproviderclass {key}",
                cause=f"it cannot be read: {foreign(str(problem))}",
                remedy="correct it",
                where=where,
            ) from None

    def _changed(self, key: Key, old: WatchedClass | None, new: WatchedClass | None) -> None:
        if old is None or new is None or old.identity != new.identity:
            for tell in self._on_change:
                tell(key)
        if old is None or new is None:
            return
        for hint in watched_class.unheard(old, new):
            for hear in self._on_hint:
                hear(key, hint)
