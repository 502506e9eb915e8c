"""The Secrets and ConfigMaps that the node's pods look at, each followed by a watch of its own, as a kubelet does."""

import asyncio
from collections.abc import Callable, Iterable

from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.cluster import Cluster
from keyferry.lab.serve.kubelet.mirror import Key, Mirror


class References:
    """What is held by at least one pod. `changed` is called with what came, changed or went."""

    def __init__(self, cluster: Cluster, changed: Callable[[Reference], None]) -> None:
        self._cluster = cluster
        self._changed = changed
        self._mirrors: dict[Reference, Mirror] = {}
        self._tasks: dict[Reference, asyncio.Task[None]] = {}
        self._holders: dict[Reference, set[str]] = {}

    def get(self, reference: Reference) -> Object | None:
        """Return the object as it is now, None where there is none. It must be held."""
        return self._mirrors[reference].objects.get((reference.namespace, reference.name))

    async def hold(self, holder: str, references: Iterable[Reference]) -> None:
        """Follow the references until `release`; return once each is known."""
        wanted = list(references)
        for reference in wanted:
            self._holders.setdefault(reference, set()).add(holder)
            if reference not in self._mirrors:
                self._follow(reference)
        for reference in wanted:
            await self._mirrors[reference].filled.wait()

    def release(self, holder: str) -> None:
        """Follow no longer what nobody else holds."""
        for reference in [one for one, holders in self._holders.items() if holder in holders]:
            self._holders[reference].discard(holder)
            if not self._holders[reference]:
                self._drop(reference)

    async def close(self) -> None:
        """Follow nothing any more."""
        tasks = list(self._tasks.values())
        for reference in list(self._mirrors):
            self._drop(reference)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _follow(self, reference: Reference) -> None:
        def changed(_key: Key) -> None:
            self._changed(reference)

        path = f"/api/v1/namespaces/{reference.namespace}/{reference.kind}"
        mirror = Mirror(self._cluster, path, fields=f"metadata.name={reference.name}", changed=changed)
        self._mirrors[reference] = mirror
        self._tasks[reference] = asyncio.create_task(mirror.run())

    def _drop(self, reference: Reference) -> None:
        self._tasks.pop(reference).cancel()
        del self._mirrors[reference]
        self._holders.pop(reference, None)
