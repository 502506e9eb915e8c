"""What stories made on a cluster that is not theirs, and how it goes again."""

import contextlib
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from keyferry.cli import looking
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, Resource
from keyferry.model.errors import NotFound

PATIENCE = 120.0


class Tidying:
    """Applies objects of the whole cluster and remembers them. What was there before stays."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._manifests = Manifests(client)
        self._made: dict[tuple[Resource, Key], None] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.tidy()

    async def apply(self, document: Mapping[str, Any]) -> None:
        """Apply a document; one without a namespace is remembered."""
        metadata, api_version = document["metadata"], document["apiVersion"]
        if "namespace" not in metadata:
            served = await self._client.served(api_version)
            resource = next(one for one in served if one.kind == document["kind"])
            if not await self._has(resource, Key(name=metadata["name"])):
                self._made[resource, Key(name=metadata["name"])] = None
        await self._manifests.apply(document)

    async def tidy(self) -> None:
        """Delete all that was made: namespaces with their content first, as what is in them needs the rest."""
        found = list(self._made)
        self._made.clear()
        for is_namespace in (True, False):
            some = [(resource, key) for resource, key in found if (resource == NAMESPACES) is is_namespace]
            for resource, key in some:
                await self._delete(resource, key)
            for resource, key in some:
                await self._gone(resource, key)

    async def _delete(self, resource: Resource, key: Key) -> None:
        with contextlib.suppress(NotFound):
            await self._client.delete(resource, key)

    async def _gone(self, resource: Resource, key: Key) -> None:
        async def look() -> bool | None:
            return None if await self._has(resource, key) else True

        await looking.until(look, seconds=PATIENCE, what=f"the end of {resource.kind} {key}")

    async def _has(self, resource: Resource, key: Key) -> bool:
        try:
            await self._client.get(resource, key, bytes)
        except NotFound:
            return False
        return True
