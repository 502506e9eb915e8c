"""The ConfigMaps and Secrets that hold templates: read by name, and watched by their metadata once one is named.

Called by sync.observe (reads) and sync.delivery (watches). A ConfigMap's content is kept while its version stays; a
Secret's is read each time, since a cache keeps no values. Needs get, list and watch for both kinds.
"""

import asyncio
import base64
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.watch import Reflector
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS, Resource
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.model.secrets import SecretValue
from keyferry.sync.state import Unread

Source = tuple[str, Key]  # kind, and the object
Content = Mapping[str, SecretValue]

KINDS: Final[Mapping[str, Resource]] = {resource.kind: resource for resource in (CONFIG_MAPS, SECRETS)}
LIMIT_BYTES: Final = 4 << 20  # of the content that is kept
GONE: Final = ""  # in place of a version


class _Wire(msgspec.Struct, frozen=True):
    metadata: ObjectMeta
    data: dict[str, str] = {}


class TemplateSources:
    """What templates are made of, for one operator process."""

    def __init__(self, client: Client, namespace: str = "", limit_bytes: int = LIMIT_BYTES) -> None:
        """`namespace` is the only one that is watched, "" for all."""
        self._limit_bytes = limit_bytes
        self._client = client
        selection = Selection(namespace=namespace, metadata_only=True)
        self._versions: dict[str, Store[str]] = {kind: Store() for kind in KINDS}
        self._reflectors: dict[str, Reflector[Any]] = {
            kind: Reflector(client, resource, _version, self._versions[kind], selection=selection)
            for kind, resource in KINDS.items()
        }
        self._needed = {kind: asyncio.Event() for kind in KINDS}
        self._seen: dict[Source, str] = {}  # the version that was read last
        self._kept: OrderedDict[Source, tuple[str, Content]] = OrderedDict()
        self._kept_bytes = 0

    def need(self, source: Source) -> None:
        """Watch the kind of `source` from now on."""
        self._needed[source[0]].set()

    def version(self, source: Source) -> str | None:
        """Return the version that the watch knows of an object, None of one that it does not know."""
        return self._versions[source[0]].get(source[1])

    async def watch(self) -> None:
        """Watch each kind once it is needed, until cancelled."""
        await asyncio.gather(*(self._watch(kind) for kind in KINDS))

    def on_change(self, callback: Callable[[Source], None]) -> None:
        """Call `callback` when an object is another than was read last."""
        for kind, versions in self._versions.items():
            versions.subscribe(_listener(kind, self._seen, callback))

    async def read(self, source: Source) -> Content | Unread:
        """Return the content as of now; a failure is data."""
        kind, key = source
        kept = self._kept.get(source)
        if kept is not None and kept[0] == self.version(source):
            self._kept.move_to_end(source)
            return kept[1]
        try:
            version, content = await self._client.get(KINDS[kind], key, _DECODERS[kind])
        except KeyferryError as refusal:
            if isinstance(refusal, NotFound):
                self._seen[source] = GONE
            return Unread(error=refusal.with_traceback(None))
        self._seen[source] = version
        if kind == CONFIG_MAPS.kind:
            self._keep(source, version, content)
        return content

    async def _watch(self, kind: str) -> None:
        await self._needed[kind].wait()
        await self._reflectors[kind].run()

    def _keep(self, source: Source, version: str, content: Content) -> None:
        before = self._kept.pop(source, None)
        self._kept_bytes += _size(content) - (_size(before[1]) if before else 0)
        self._kept[source] = (version, content)
        while self._kept_bytes > self._limit_bytes:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._kept_bytes -= _size(oldest)


def _listener(
    kind: str, seen: dict[Source, str], callback: Callable[[Source], None]
) -> Callable[[Key, str | None, str | None], None]:
    def changed(key: Key, old: str | None, new: str | None) -> None:
        source = (kind, key)
        known = seen.get(source, old)  # nobody has read it: as it was when the watch began, it is right
        if known is not None and known != (new or GONE):
            callback(source)

    return changed


def _version(document: bytes | msgspec.Raw) -> str:
    return objects.partial(document).metadata.resource_version


def _config_map(document: bytes) -> tuple[str, Content]:
    read = msgspec.json.decode(document, type=_Wire)
    return read.metadata.resource_version, {key: SecretValue(text.encode()) for key, text in read.data.items()}


def _secret(document: bytes) -> tuple[str, Content]:
    read = msgspec.json.decode(document, type=_Wire)
    content = {key: SecretValue(base64.b64decode(text)) for key, text in read.data.items()}
    return read.metadata.resource_version, content


def _size(content: Content) -> int:
    return sum(len(key) + len(value) for key, value in content.items())


_DECODERS: Final = {CONFIG_MAPS.kind: _config_map, SECRETS.kind: _secret}
