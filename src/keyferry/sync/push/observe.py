"""Reads the world for one PushSecret: the caches, and the source itself, live. Decides nothing.

A source's values are read when they are to be pushed and kept nowhere; what is watched of Secrets has none.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from keyferry.kube.client import Client
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound, SpecError, Where
from keyferry.model.secrets import SecretValue
from keyferry.spec import push_secret
from keyferry.spec.label_selectors import LabelSelector
from keyferry.spec.push_secret import PushSecret
from keyferry.spec.secret_store import SecretStore
from keyferry.spec.sources import StoreRef
from keyferry.sync.push import targets, wire
from keyferry.sync.push.state import SourceSecret, SourceVersion, StoreToWrite, WatchedPushSecret
from keyferry.sync.reading import Generators
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.directory import is_of_other_class

NAMESPACE_INDEX: Final = "namespace"
GENERATED: Final = "generated"


class SourceGone(NotFound):
    """The Secret that a PushSecret names does not exist."""


class Classes(Protocol):
    """What knows whose a store is: the stores' Directory."""

    def parsed(self, key: Key) -> SecretStore | SpecError | None:
        """Return a store's spec, or what is wrong with it; None when it is gone."""
        ...

    def is_foreign(self, references: Iterable[StoreRef], namespace: str, controller_class: str) -> bool:
        """Tell whether another operator's controller class is named by any of the stores."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """What the watches keep. `sources` holds every Secret without its content, once there is a PushSecret."""

    pushes: Store[WatchedPushSecret]
    sources: Store[SourceVersion]
    stores: Store[WatchedStore]


class Observer:
    """Answers what is, for one operator process."""

    def __init__(self, caches: Caches, client: Client, stores: Classes, generators: Generators) -> None:
        self._caches = caches
        self._client = client
        self._stores = stores
        self._generators = generators
        self._pushed: dict[Key, frozenset[str]] = {}
        self._marked: set[Key] = set()

    def watched(self, key: Key) -> WatchedPushSecret | None:
        """Return what the cache holds of a PushSecret; None when it is gone, and then nothing of it is kept."""
        found = self._caches.pushes.get(key)
        if found is None:
            self._pushed.pop(key, None)
            self._marked.discard(key)
        return found

    def is_there(self, seen: WatchedPushSecret) -> bool:
        """Tell whether this very PushSecret exists still."""
        known = self._caches.pushes.get(seen.metadata.key)
        return known is not None and known.metadata.uid == seen.metadata.uid

    def spec(self, watched: WatchedPushSecret) -> PushSecret | SpecError:
        """Parse the spec; what is wrong with it comes back as data."""
        try:
            return push_secret.parse(wire.spec_document(watched))
        except SpecError as problem:
            return problem

    def stores(self, spec: PushSecret) -> tuple[StoreToWrite, ...]:
        """Return the stores that are meant. Raises NotFound or SpecError."""
        return targets.resolved(spec, self._caches.stores.values())

    def is_foreign(self, watched: WatchedPushSecret, controller_class: str) -> bool:
        """Tell whether every store that it names or has pushed to, and that exists, is another operator's."""
        parsed = (self._stores.parsed(store) for store in watched.outline.holder.stores)
        known = [is_of_other_class(store, controller_class) for store in parsed if store is not None]
        return bool(known) and all(known)

    def ours(self, found: Iterable[StoreToWrite], namespace: str, controller_class: str) -> tuple[StoreToWrite, ...]:
        """Return the stores that are not another operator's."""
        return tuple(
            store for store in found if not self._stores.is_foreign((store.reference,), namespace, controller_class)
        )

    def mark(self, key: Key) -> None:
        """Let a PushSecret be carried out at its next turn, whatever its interval says."""
        self._marked.add(key)

    def is_woken(self, watched: WatchedPushSecret) -> bool:
        """Tell whether the source is another than the one that was pushed, or something else asks for a push.

        What an earlier process pushed is told by the instant: a source that was written since then may be another.
        """
        key = watched.metadata.key
        if key in self._marked:
            return True
        if not self._caches.sources.has_synced or not _has_secret(watched):
            return False
        present = self._present(watched)
        pushed = self._pushed.get(key)
        if pushed is not None:
            return pushed != frozenset(version.version for version in present)
        if watched.outline.secret and not present:
            return bool(watched.status.synced)
        since = watched.status.refresh_time
        return since is not None and any(
            version.changed_at is not None and version.changed_at >= since for version in present
        )

    def begins(self, key: Key) -> None:
        """Take in that a push begins: what asks for one from now on asks for another."""
        self._marked.discard(key)

    def pushed(self, key: Key, sources: Iterable[SourceSecret]) -> None:
        """Take in that this is what the vaults hold now."""
        self._pushed[key] = frozenset(source.version for source in sources)

    def note_status(self, seen: WatchedPushSecret, stored: bytes) -> None:
        """Keep what was just written until the watch tells it too, unless it has told anything newer."""
        known = self._caches.pushes.get(seen.metadata.key)
        if known is not None and known.metadata.resource_version == seen.metadata.resource_version:
            self._caches.pushes.applied(seen.metadata.key, wire.push_secret(stored))

    async def sources(self, spec: PushSecret) -> tuple[SourceSecret, ...]:
        """Read the source. Raises SourceGone, and what the API server or a generator raises."""
        source = spec.source
        if source.generator is not None:
            made = await self._generators.generate(source.generator, spec.namespace)
            data = {key: SecretValue(value) for key, value in made.items()}
            return (SourceSecret(name=GENERATED, version="", data=data),)
        if source.secret:
            return (await self._named(spec),)
        assert source.selector is not None, "parse lets no source pass without one of the three"
        return await self._selected(spec.namespace, source.selector)

    async def _named(self, spec: PushSecret) -> SourceSecret:
        key = Key(namespace=spec.namespace, name=spec.source.secret)
        try:
            return await self._client.get(SECRETS, key, _source)
        except NotFound:
            raise SourceGone(
                what=f"Secret {key} does not exist",
                cause=f"PushSecret {spec.namespace}/{spec.name} pushes it",
                remedy="create the Secret, or correct spec.selector.secret.name",
                where=Where(
                    kind="PushSecret", namespace=spec.namespace, name=spec.name, path="spec.selector.secret.name"
                ),
            ) from None

    async def _selected(self, namespace: str, selector: LabelSelector) -> tuple[SourceSecret, ...]:
        query = targets.label_selector(selector)
        pages = self._client.list(SECRETS, namespace=namespace, label_selector=query)
        return tuple([_source(bytes(item)) async for page in pages for item in page.items])

    def _present(self, watched: WatchedPushSecret) -> list[SourceVersion]:
        outline, namespace = watched.outline, watched.metadata.namespace
        if outline.secret:
            found = self._caches.sources.get(Key(namespace=namespace, name=outline.secret))
            return [] if found is None else [found]
        keys = self._caches.sources.indexed(NAMESPACE_INDEX, namespace)
        versions = (self._caches.sources.get(key) for key in keys)
        return [
            version
            for version in versions
            if version is not None and outline.selector is not None and outline.selector.fits(version.labels)
        ]


def _has_secret(watched: WatchedPushSecret) -> bool:
    return bool(watched.outline.secret) or watched.outline.selector is not None


class _Meta(msgspec.Struct, rename="camel"):
    name: str
    uid: str = ""
    resource_version: str = ""


class _Secret(msgspec.Struct):
    metadata: _Meta
    data: Mapping[str, str] | None = None


def _source(document: bytes) -> SourceSecret:
    read = msgspec.json.decode(document, type=_Secret)
    return SourceSecret(
        name=read.metadata.name,
        version=wire.version_of(read.metadata.uid, read.metadata.resource_version),
        data={key: SecretValue(base64.b64decode(value)) for key, value in (read.data or {}).items()},
    )
