"""The verbs of the Kubernetes API on any resource. Bodies go in and out as bytes: callers know the types.

Every method raises the model's errors and those of `kube.errors`, as `kube.wire.status` tells them apart.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import SystemRandom
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import msgspec

from keyferry.kube.config import ClusterConfig
from keyferry.kube.transport import CONNECTIONS, JSON, Call, Transport
from keyferry.kube.wire import discovery, pages, paths, status, tokens, watch
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.pages import Page
from keyferry.kube.wire.resources import SERVICE_ACCOUNTS, Resource
from keyferry.kube.wire.status import Asked
from keyferry.kube.wire.tokens import ServiceAccountToken
from keyferry.kube.wire.watch import WatchEvent
from keyferry.model.errors import Unavailable
from keyferry.model.identity import ServiceAccountRef
from keyferry.runtime.clock import Clock, SystemClock

T = TypeVar("T")

MERGE_PATCH: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
APPLY_PATCH: Final = "application/apply-patch+yaml"
_RANDOM: Final = SystemRandom()
WATCH_TIMEOUT: Final = timedelta(minutes=5)
WATCH_IDLE: Final = timedelta(seconds=90)  # the API server sends a bookmark every minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which objects of a resource. `metadata_only` asks the server to leave out everything but the metadata."""

    namespace: str = ""
    label_selector: str = ""
    field_selector: str = ""
    metadata_only: bool = False


class Client:
    """Speaks to one API server between entering and leaving `async with`. Safe for any number of tasks."""

    def __init__(
        self,
        config: ClusterConfig,
        *,
        field_manager: str = "keyferry",
        clock: Clock | None = None,
        jitter: Callable[[], float] = _RANDOM.random,
        connections: int = CONNECTIONS,
    ) -> None:
        """`connections` is how many requests are under way at once; each watch has a connection beside them."""
        self._field_manager = field_manager
        self._transport = Transport(config, clock or SystemClock(), jitter, connections)

    async def __aenter__(self) -> Self:
        await self._transport.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._transport.close()

    async def get(
        self,
        resource: Resource,
        key: Key,
        decode: Callable[[bytes], T],
        *,
        metadata_only: bool = False,
    ) -> T:
        """Read one object. NotFound when it does not exist; what `decode` raises goes through."""
        asked = Asked(verb="get", resource=resource, key=key)
        accept = _metadata_of("PartialObjectMetadata") if metadata_only else JSON
        return decode(
            await self._transport.send(Call(asked=asked, method="GET", path=paths.item(resource, key), accept=accept)),
        )

    async def list(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 500,
    ) -> AsyncGenerator[Page, None]:
        """Yield the pages of one consistent snapshot. Expired when reading them took too long: list again."""
        selection = Selection(namespace=namespace, label_selector=label_selector, field_selector=field_selector)
        async for page in self.pages(resource, selection, limit=limit):
            yield page

    async def pages(self, resource: Resource, selection: Selection, *, limit: int = 500) -> AsyncGenerator[Page, None]:
        """As `list`, for a `Selection`; `limit` 0 asks for everything in one page."""
        following = ""
        while True:
            page = await self._page(resource, selection, limit, following)
            yield page
            following = page.next_page
            if not following:
                return

    async def create(self, resource: Resource, namespace: str, body: bytes, *, field_manager: str = "") -> bytes:
        """Create the object and return it as stored. AlreadyExists when its name is taken."""
        asked = Asked(verb="create", resource=resource, key=Key(namespace=namespace, name=""))
        path = paths.home(resource, namespace) + self._manager(field_manager)
        return await self._transport.send(Call(asked=asked, method="POST", path=path, body=body))

    async def replace(
        self,
        resource: Resource,
        key: Key,
        body: bytes,
        *,
        field_manager: str = "",
        subresource: str = "",
    ) -> bytes:
        """Replace the object. Conflict when `metadata.resourceVersion` in `body` is no longer the stored one."""
        asked = Asked(verb="update", resource=resource, key=key, subresource=subresource)
        path = paths.item(resource, key, subresource) + self._manager(field_manager)
        return await self._transport.send(Call(asked=asked, method="PUT", path=path, body=body))

    async def merge_patch(
        self,
        resource: Resource,
        key: Key,
        patch: bytes,
        *,
        field_manager: str = "",
        subresource: str = "",
    ) -> bytes:
        """Merge `patch` in. A `metadata.resourceVersion` in it makes it conditional (Conflict)."""
        asked = Asked(verb="patch", resource=resource, key=key, subresource=subresource)
        path = paths.item(resource, key, subresource) + self._manager(field_manager)
        return await self._transport.send(
            Call(asked=asked, method="PATCH", path=path, body=patch, content_type=MERGE_PATCH),
        )

    async def json_patch(
        self,
        resource: Resource,
        key: Key,
        patch: bytes,
        *,
        field_manager: str = "",
        subresource: str = "",
    ) -> bytes:
        """Carry out the operations of `patch`, all or none. SpecError when one does not fit the object."""
        asked = Asked(verb="patch", resource=resource, key=key, subresource=subresource)
        path = paths.item(resource, key, subresource) + self._manager(field_manager)
        return await self._transport.send(
            Call(asked=asked, method="PATCH", path=path, body=patch, content_type=JSON_PATCH),
        )

    async def apply(
        self,
        resource: Resource,
        key: Key,
        body: bytes,
        *,
        field_manager: str,
        force: bool = False,
        subresource: str = "",
    ) -> bytes:
        """Server-side apply: make `field_manager` own exactly the fields of `body`. Conflict unless `force`."""
        asked = Asked(verb="patch", resource=resource, key=key, subresource=subresource)
        query = paths.query((("fieldManager", field_manager), ("force", "true" if force else "")))
        path = paths.item(resource, key, subresource) + query
        return await self._transport.send(
            Call(asked=asked, method="PATCH", path=path, body=body, content_type=APPLY_PATCH),
        )

    async def delete(
        self,
        resource: Resource,
        key: Key,
        *,
        uid: str = "",
        resource_version: str = "",
        propagation: str = "Background",
    ) -> None:
        """Delete the object, if it still is the one with `uid` and `resource_version` (Conflict otherwise)."""
        asked = Asked(verb="delete", resource=resource, key=key)
        options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        expected = {"uid": uid, "resourceVersion": resource_version}
        options["preconditions"] = {name: value for name, value in expected.items() if value}
        body = msgspec.json.encode(options)
        await self._transport.send(Call(asked=asked, method="DELETE", path=paths.item(resource, key), body=body))

    async def served(self, api_version: str) -> tuple[Resource, ...]:
        """Return the resources of a group and version, as `apps/v1`. NotFound when the server has none such."""
        everything = Resource(group="", version=api_version, plural=api_version, kind="APIResourceList")
        asked = Asked(verb="get", resource=everything, key=Key(name=""))
        call = Call(asked=asked, method="GET", path=discovery.path(api_version))
        return discovery.decode(await self._transport.send(call))

    async def version(self) -> discovery.Version:
        """Return the API server's release, which anybody may ask."""
        everything = Resource(group="", version="", plural="version", kind="Version")
        asked = Asked(verb="get", resource=everything, key=Key(name=""))
        return discovery.decode_version(
            await self._transport.send(Call(asked=asked, method="GET", path=discovery.VERSION_PATH))
        )

    async def create_token(
        self,
        account: ServiceAccountRef,
        audiences: tuple[str, ...],
        expiration: timedelta | None = None,
    ) -> ServiceAccountToken:
        """Ask for a token of `account`. Needs "create" on "serviceaccounts/token". NotFound without the account."""
        key = Key(namespace=account.namespace, name=account.name)
        asked = Asked(verb="create", resource=SERVICE_ACCOUNTS, key=key, subresource="token")
        path = paths.item(SERVICE_ACCOUNTS, key, "token")
        body = tokens.request(audiences, expiration)
        call = Call(asked=asked, method="POST", path=path, body=body, is_awaited=True)
        return tokens.decode(await self._transport.send(call))

    async def watch(
        self,
        resource: Resource,
        selection: Selection,
        resource_version: str,
        *,
        timeout: timedelta = WATCH_TIMEOUT,  # noqa: ASYNC109  (the server's, sent to it)
        idle: timedelta = WATCH_IDLE,
    ) -> AsyncGenerator[tuple[WatchEvent, ...], None]:
        """Yield the changes after `resource_version`, in the batches in which they arrive, until the server ends it.

        The first batch is empty and says that the server has accepted the watch.

        Expired when the version is no longer kept; Unavailable when nothing comes for `idle`. ERROR events are raised.
        """
        parameters = (
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", resource_version),
            ("timeoutSeconds", str(max(1, int(timeout.total_seconds())))),
        )
        call = _collection_call("watch", resource, selection, parameters)
        splitter = watch.Splitter()
        async for chunk in self._transport.stream(call, idle):
            batch = tuple(watch.decode(line) for line in splitter.feed(chunk))
            for event in batch:
                if event.type == watch.ERROR:
                    answer = status.decode(event.object)
                    raise status.refusal(call.asked, answer, answer.code or 500)
            if batch or not chunk:
                yield batch
        if splitter.pending_bytes:
            raise Unavailable(what=f"the answer to {call.asked} broke off", cause="its last event is incomplete")

    async def _page(self, resource: Resource, selection: Selection, limit: int, following: str) -> Page:
        parameters = (("limit", str(limit) if limit else ""), ("continue", following))
        return pages.decode(await self._transport.send(_collection_call("list", resource, selection, parameters)))

    def _manager(self, field_manager: str) -> str:
        return paths.query((("fieldManager", field_manager or self._field_manager),))


def _collection_call(
    verb: str,
    resource: Resource,
    selection: Selection,
    parameters: tuple[tuple[str, str], ...],
) -> Call:
    selectors = (("labelSelector", selection.label_selector), ("fieldSelector", selection.field_selector))
    kind = "PartialObjectMetadata" if verb == "watch" else "PartialObjectMetadataList"
    return Call(
        asked=Asked(verb=verb, resource=resource, key=Key(namespace=selection.namespace, name="")),
        method="GET",
        path=paths.collection(resource, selection.namespace) + paths.query((*selectors, *parameters)),
        accept=_metadata_of(kind) if selection.metadata_only else JSON,
    )


def _metadata_of(kind: str) -> str:
    """Ask for metadata alone, or for the whole where a server cannot do that."""
    return f"{JSON};as={kind};g=meta.k8s.io;v=v1,{JSON}"
