"""Watches the Secrets that stores read their identities from, by name: a credential that is mended is used at once.

Called by sync.delivery. A watch takes one name in all namespaces, and the API server sends what has that name alone, so
neither other Secrets nor any value come in. Stores name few: those beyond `LIMIT` are found by the next retry.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.watch import Reflector
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.sync.state import WatchedStore

LIMIT: Final = 16


class CredentialWatch:
    """One watch for each name. `wake` is told of a Secret that was made, changed or deleted since the watch began.

    `namespace` is the only one that is watched, "" for all. Needs list and watch on Secrets.
    """

    def __init__(
        self, client: Client, namespace: str, stores: Store[WatchedStore], wake: Callable[[Key], None]
    ) -> None:
        self._client = client
        self._namespace = namespace
        self._wake = wake
        self._named: Counter[str] = Counter()
        self._changed = asyncio.Event()
        stores.subscribe(self._on_store)

    async def run(self) -> None:
        """Watch until cancelled."""
        running: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                self._changed.clear()
                for name in running.keys() - self._named.keys():
                    running.pop(name).cancel()
                for name in sorted(self._named.keys() - running.keys())[: LIMIT - len(running)]:
                    running[name] = group.create_task(self._watch(name))
                await self._changed.wait()

    async def _watch(self, name: str) -> None:
        seen: Store[str] = Store()
        selection = Selection(namespace=self._namespace, field_selector=f"metadata.name={name}", metadata_only=True)

        def tell(key: Key, _old: str | None, _new: str | None) -> None:
            if seen.has_synced:
                self._wake(key)

        seen.subscribe(tell)
        await Reflector(self._client, SECRETS, _version, seen, selection=selection).run()

    def _on_store(self, _key: Key, old: WatchedStore | None, new: WatchedStore | None) -> None:
        before, after = (each.credentials if each is not None else frozenset() for each in (old, new))
        if before == after:
            return
        self._named.subtract({secret.name for secret in before})
        self._named.update({secret.name for secret in after})
        self._named = +self._named
        self._changed.set()


def _version(document: bytes) -> str:
    return objects.partial(document).metadata.resource_version
