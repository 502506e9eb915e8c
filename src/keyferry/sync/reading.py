"""Reads from the vault what one spec names, as data: a failed read is an outcome, not an exception.

Called by sync.observe, which knows the stores; a part of it in a file of its own. Two entries of a spec that name one
object share its read, and each read goes to the store's fallback vaults while the first one is unavailable.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar, assert_never

from keyferry.model.errors import KeyferryError, SpecError
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretValue, SecretVersion, VaultUrl
from keyferry.spec.keys import ObjectType
from keyferry.spec.sources import (
    DataFrom,
    DataItem,
    Extract,
    Find,
    Generate,
    GeneratorRef,
    Nothing,
    RemoteRef,
    StoreRef,
)
from keyferry.sync import finding
from keyferry.sync.consumers import Interest
from keyferry.sync.state import Found, Got, Made, Read, Unread
from keyferry.sync.stores.directory import Access
from keyferry.vault import fallback
from keyferry.vault.names import NOUNS, vault_name
from keyferry.vault.verified import Listing, Verified

LATEST: Final = SecretVersion("")
EVERY_NAME: Final = ""
KINDS: Final = {
    ObjectType.SECRET: ObjectKind.SECRET,
    ObjectType.CERT: ObjectKind.CERTIFICATE,
    ObjectType.KEY: ObjectKind.KEY,
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old a value may be: `interval`, None where it is read only when something changes; or as of now."""

    interval: timedelta | None
    fresh: bool


class Source(Protocol):
    """Where values come from: vault.reader's Reader, whose rules and errors these are."""

    async def read(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Verified:
        """Return the object."""
        ...

    def remembered(self, identity: Identity, ref: SecretRef, interval: timedelta) -> Verified | None:
        """Return at once what is young enough in memory, None where `read` may have to ask."""
        ...

    async def list_properties(
        self, identity: Identity, vault_url: VaultUrl, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Listing:
        """Return the properties of all secrets of a vault."""
        ...


class Generators(Protocol):
    """What makes values up: sync.generators."""

    async def generate(self, reference: GeneratorRef, namespace: str) -> Mapping[str, bytes]:
        """Return new values for an object of `namespace`, which may name its own generators and the cluster's.

        Raises SpecError, NotFound, GrantError, Throttled or Unavailable.
        """
        ...


class _NoGenerators:
    """Refuses: a process without generators."""

    async def generate(self, reference: GeneratorRef, namespace: str) -> Mapping[str, bytes]:
        """Raise SpecError."""
        raise SpecError(what=f"{reference} of {namespace} cannot be used", cause="this process has no generators")


NO_GENERATORS: Final[Generators] = _NoGenerators()


def named(entry: Extract | Find | DataItem) -> tuple[ObjectKind, str]:
    """Return the kind and name of what an entry reads; the name is `EVERY_NAME` where only a list can tell."""
    if isinstance(entry, Find):
        return ObjectKind.SECRET, EVERY_NAME
    return KINDS[entry.remote.object.type], entry.remote.object.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What a spec's own ExternalSecret adds: its stores, its generators, and who hears what it reads.

    `concern` is told of each interest before its object is asked for, so that no change falls in between.
    """

    access_to: Callable[[StoreRef | None], Awaitable[Access]]
    generate: Callable[[GeneratorRef], Awaitable[Mapping[str, bytes]]]
    concern: Callable[[Interest], None]


class Reading:
    """One pass over one spec. What it found out beside the values stands in `at`, `fallbacks` and `interests`."""

    def __init__(
        self,
        reader: Source,
        freshness: Freshness,
        ports: Ports,
    ) -> None:
        self.at: datetime | None = None  # everything that was read holds then or later
        self.fallbacks: dict[str, None] = {}  # what is to be told of vaults that stood in, in order
        self.interests: set[Interest] = set()
        self._reader = reader
        self._freshness = freshness
        self._ports = ports
        self._reads: dict[tuple[Access, SecretRef], asyncio.Task[Read]] = {}

    async def all(
        self, data_from: Sequence[DataFrom], data: Sequence[DataItem]
    ) -> tuple[tuple[Read | Found | Made, ...], tuple[Read, ...]]:
        """Read what all entries name, at the same time, and return an outcome for each."""
        remembered = await self._remembered((*data_from, *data))
        if remembered is not None:
            return tuple(remembered[: len(data_from)]), tuple(remembered[len(data_from) :])
        found, read = await asyncio.gather(
            asyncio.gather(*(self.source(source) for source in data_from)),
            asyncio.gather(*(self.item(item) for item in data)),
        )
        return tuple(found), tuple(read)

    async def item(self, item: DataItem) -> Read:
        """Read the one object of a `data` entry."""
        return await self._remote(item.remote, item.store)

    async def source(self, source: DataFrom) -> Read | Found | Made:
        """Read what a `dataFrom` entry names."""
        match source:
            case Extract():
                return await self._remote(source.remote, source.store)
            case Find():
                return await self._find(source)
            case Generate():
                return await self._made(source.generator)
            case Nothing():
                return Made(values={})
            case _:
                assert_never(source)

    async def _remembered(self, entries: Sequence[DataFrom | DataItem]) -> list[Got] | None:
        """Return what all the entries name, where all of it is young enough in memory; else None.

        It makes no task, and from the last look at memory to its end nobody else has a turn.
        """
        interval = self._freshness.interval
        if interval is None or self._freshness.fresh:
            return None
        named = [(entry.store, entry.remote) for entry in entries if isinstance(entry, DataItem | Extract)]
        if len(named) < len(entries):
            return None
        try:
            stores = {store: await self._ports.access_to(store) for store in {store for store, _ in named}}
        except KeyferryError:
            return None  # to be told for each entry
        found = []
        for access, ref in ((stores[store], _ref(stores[store], remote)) for store, remote in named):
            verified = self._reader.remembered(access.identity, ref, interval)
            if verified is None:
                return None
            found.append((access, ref, verified))
        return [self._got(access, ref, verified) for access, ref, verified in found]

    async def _made(self, generator: GeneratorRef) -> Made | Unread:
        try:
            values = await self._ports.generate(generator)
        except KeyferryError as refusal:
            return Unread(error=refusal.with_traceback(None))
        return Made(values={key: SecretValue(value) for key, value in values.items()})

    async def _remote(self, remote: RemoteRef, store: StoreRef | None) -> Read:
        try:
            access = await self._ports.access_to(store)
        except KeyferryError as refusal:
            return Unread(error=refusal)
        return await self._read(access, _ref(access, remote))

    async def _find(self, find: Find) -> Found:
        try:
            access = await self._ports.access_to(find.store)
            names, source = await self._list(access, find)
        except KeyferryError as refusal:
            return Found(error=refusal)
        there = replace(access, vault_url=source, fallbacks=())
        refs = [SecretRef(vault_url=source, name=name) for name in names]
        reads = await asyncio.gather(*(self._read(there, ref) for ref in refs))
        return Found(reads=tuple(zip(names, reads, strict=True)))

    async def _list(self, access: Access, find: Find) -> tuple[list[SecretName], VaultUrl]:
        """Return the names that match, and the vault that told them."""
        asked = self._freshness
        self._concern(access, access.vault_url, ObjectKind.SECRET, EVERY_NAME)
        delivered = await fallback.ask(
            lambda url: self._reader.list_properties(access.identity, url, interval=asked.interval, fresh=asked.fresh),
            access.vault_url,
            access.fallbacks,
        )
        self._note(access, delivered, delivered.answer.at, "the list of secrets")
        self._concern(access, delivered.vault_url, ObjectKind.SECRET, EVERY_NAME)
        return list(finding.matching(find, delivered.answer.properties)), delivered.vault_url

    async def _read(self, access: Access, ref: SecretRef) -> Read:
        key = access, ref
        if key not in self._reads:
            self._reads[key] = asyncio.ensure_future(self._read_once(access, ref))
        return await self._reads[key]

    async def _read_once(self, access: Access, ref: SecretRef) -> Read:
        asked = self._freshness

        async def question(url: VaultUrl) -> Verified:
            there = ref if url == ref.vault_url else replace(ref, vault_url=url)
            return await self._reader.read(access.identity, there, interval=asked.interval, fresh=asked.fresh)

        self._concern(access, ref.vault_url, ref.kind, ref.name)
        try:
            delivered = await fallback.ask(question, access.vault_url, access.fallbacks)
        except KeyferryError as refusal:
            return Unread(error=refusal.with_traceback(None))  # its frames would keep everything else that was read
        self._note(access, delivered, delivered.answer.at, f"{NOUNS[ref.kind]} {ref.name}")
        self._concern(access, delivered.vault_url, ref.kind, ref.name)
        return Got(bundle=delivered.answer.bundle, vault_url=delivered.vault_url)

    def _got(self, access: Access, ref: SecretRef, verified: Verified) -> Got:
        self.at = verified.at if self.at is None else min(self.at, verified.at)
        self.interests.add(_interest(access, ref.vault_url, ref.kind, ref.name))
        return Got(bundle=verified.bundle, vault_url=ref.vault_url)

    def _concern(self, access: Access, url: VaultUrl, kind: ObjectKind, name: str) -> None:
        if self._freshness.interval is not None:
            interest = _interest(access, url, kind, name)
            self.interests.add(interest)
            self._ports.concern(interest)

    def _note(self, access: Access, delivered: fallback.Delivered[T], at: datetime, what: str) -> None:
        self.at = at if self.at is None else min(self.at, at)
        if delivered.instead_of is not None:
            first, other = vault_name(access.vault_url), vault_name(delivered.vault_url)
            self.fallbacks[f"{what} came from {other}, because {first} is unavailable: {delivered.instead_of}"] = None


def _ref(access: Access, remote: RemoteRef) -> SecretRef:
    name, version = SecretName(remote.object.name), SecretVersion(remote.version)
    return SecretRef(vault_url=access.vault_url, name=name, version=version, kind=KINDS[remote.object.type])


def _interest(access: Access, url: VaultUrl, kind: ObjectKind, name: str) -> Interest:
    return Interest(identity=access.identity, vault_url=url, kind=kind, name=name.lower())
