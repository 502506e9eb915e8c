"""Carries items into vaults and removals out of them, and says what became of each. Decides nothing.

Called by sync.push.reconciler; calls the stores' directory and vault.writing. A failed deed is data: others go on, but
a store that is unavailable is not asked for the rest.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from keyferry.identity.recent import Recent
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Unavailable, Where
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef
from keyferry.model.wellknown import OWNER_TAG, OWNER_TAG_VALUE
from keyferry.spec import keys
from keyferry.spec.keys import ObjectKey, ObjectType
from keyferry.spec.push_status import Record, remote_key
from keyferry.spec.sources import StoreRef
from keyferry.sync.push.state import Deed, PushItem, Removal, as_store_ref
from keyferry.sync.stores.directory import Access
from keyferry.vault.throttle import Priority
from keyferry.vault.writing.wish import Outcome, Wish

AT_ONCE: Final = 8  # of one PushSecret: a bundle of a hundred keys takes no longer than a vault needs
KINDS: Final = {
    ObjectType.SECRET: ObjectKind.SECRET,
    ObjectType.CERT: ObjectKind.CERTIFICATE,
    ObjectType.KEY: ObjectKind.KEY,
}

REMEMBERED: Final = 1_000  # pairs of a store and a namespace

OnWritten = Callable[[SecretRef], None]
Find = Callable[[StoreRef, Where], Awaitable[Access]]
_Place = tuple[StoreRef, str]


class Stores(Protocol):
    """What knows vaults and identities: the stores' Directory, whose errors these are."""

    async def access(self, reference: StoreRef, namespace: str, asker: Where) -> Access:
        """Return the vault and identity of a store for an object of `namespace`."""
        ...


class Writer(Protocol):
    """What writes: vault.writing's Writer, whose rules and errors these are."""

    async def push(
        self, identity: Identity, wish: Wish, *, only_if_absent: bool = False, priority: Priority = Priority.FIRST_READ
    ) -> Outcome:
        """Make an object as it shall be."""
        ...

    async def remove(self, identity: Identity, ref: SecretRef, *, priority: Priority = Priority.FIRST_READ) -> Outcome:
        """Delete an object of ours."""
        ...


class Carrier:
    """Works for one operator process. `on_written` is told of each object that has a new version."""

    def __init__(self, stores: Stores, writer: Writer, on_written: OnWritten) -> None:
        self._stores = stores
        self._writer = writer
        self._on_written = on_written
        self._last: Recent[_Place, _Last] = Recent(REMEMBERED)

    async def push(
        self, asker: Where, items: Sequence[PushItem], *, only_if_absent: bool, priority: Priority
    ) -> tuple[Deed, ...]:
        """Make every object as it shall be, each asked for with its store's identity for the asker's namespace."""
        trip = _Trip(self._access, asker)

        async def carry(item: PushItem) -> Deed:
            async def deed(access: Access) -> Outcome:
                wish = _wish(access, item)
                outcome = await self._writer.push(
                    access.identity, wish, only_if_absent=only_if_absent, priority=priority
                )
                if outcome is Outcome.WRITTEN:
                    self._on_written(wish.ref)
                return outcome

            store = f"{item.store.kind}/{item.store.name}"
            outcome = await trip.deed(item.store, deed)
            return Deed(store=store, name=item.name, record=item.record, outcome=outcome)

        return tuple(await asyncio.gather(*(carry(item) for item in items)))

    async def remove(
        self, asker: Where, removals: Iterable[Removal], *, priority: Priority, is_leaving: bool = False
    ) -> tuple[Deed, ...]:
        """Delete objects that were pushed, where they are still ours.

        One that `is_leaving` may do so as whom its store was asked last: a namespace that is deleted takes the store's
        ServiceAccount away first, and would wait for its PushSecrets for ever.
        """
        trip = _Trip(self._last_access if is_leaving else self._access, asker)

        async def carry(removal: Removal) -> Deed:
            async def deed(access: Access) -> Outcome:
                ref = _ref(access, keys.parse_object_key(remote_key(removal.record)))
                return await self._writer.remove(access.identity, ref, priority=priority)

            reference = as_store_ref(removal.store)
            outcome = await trip.deed(reference, deed) if reference else _unknown(asker, removal.store)
            return _deed(removal.store, removal.name, removal.record, outcome)

        return tuple(await asyncio.gather(*(carry(removal) for removal in removals)))

    async def _access(self, store: StoreRef, asker: Where) -> Access:
        access = await self._stores.access(store, asker.namespace, asker)
        self._last.take((store, asker.namespace), _Last).access = access
        return access

    def left(self, namespace: str) -> None:
        """Keep nothing of a namespace that is gone: one made anew under its name is another tenant's."""
        self._last.drop(lambda place: place[1] == namespace)

    async def _last_access(self, store: StoreRef, asker: Where) -> Access:
        """What is gone may be stood in for by what was; a refusal is a refusal."""
        try:
            return await self._access(store, asker)
        except NotFound:
            last = self._last.take((store, asker.namespace), _Last).access
            if last is None:
                raise
            return last


@dataclass(slots=True)
class _Last:
    """As whom a store was asked last for a namespace."""

    access: Access | None = None


class _Trip:
    """One pass over items: each store's identity is found once, and its deeds go some at a time."""

    def __init__(self, find: Find, asker: Where) -> None:
        self._find = find
        self._asker = asker
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._access: dict[StoreRef, Access] = {}
        self._down: dict[StoreRef, KeyferryError] = {}

    async def deed(self, store: StoreRef, deed: Callable[[Access], Awaitable[Outcome]]) -> Outcome | KeyferryError:
        async with self._slots:
            if store in self._down:
                return self._down[store]
            try:
                return await deed(await self._access_to(store))
            except KeyferryError as failure:
                if isinstance(failure, Unavailable) or store not in self._access:
                    self._down[store] = failure
                return failure.with_traceback(None)

    async def _access_to(self, store: StoreRef) -> Access:
        if store not in self._access:
            self._access[store] = await self._find(store, self._asker)
        return self._access[store]


def _wish(access: Access, item: PushItem) -> Wish:
    return Wish(
        ref=_ref(access, item.object),
        value=item.value,
        tags={**dict(item.metadata.tags), OWNER_TAG: OWNER_TAG_VALUE},
        content_type=item.metadata.content_type,
        expires=item.metadata.expires,
    )


def _ref(access: Access, named: ObjectKey) -> SecretRef:
    return SecretRef(vault_url=access.vault_url, name=SecretName(named.name), kind=KINDS[named.type])


def _deed(store: str, name: str, record: Record, outcome: Outcome | KeyferryError) -> Deed:
    return Deed(store=store, name=name, record=record, outcome=outcome)


def _unknown(asker: Where, store: str) -> SpecError:
    return SpecError(
        what="the status lists a store that cannot be one",
        cause=f"status.syncedPushSecrets has {store[:40]!r}, where Kind/name is due",
        remedy="remove the entry from the status, and the objects from the vault by hand",
        where=asker,
    )
