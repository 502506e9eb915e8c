"""What one identity knows of one kind of object in one vault, and what to ask next. Pure.

Called by vault.passes. The rules, which (n) marks below:

1. A value that was verified less than half its consumer's interval ago is good enough; else the vault is asked.
2. Consumers who need an answer at the same moment share a pass. It is a list where that costs fewer requests than
   reading what is due now or will be within half its interval.
3. After a list whatever differs, is gone, or is not settled yet is read once; all else is verified as of its beginning.
4. An object is settled when the vault's clock stood two seconds after its last change as it was read.
5. A list that is cut short tells of what it showed. One that fails tells nothing.
6. Only a read tells that an object does not exist.
7. An event makes its object due at once; it tells nothing else, since events are lost, late and repeated.
"""

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyferry.model.errors import KeyferryError
from keyferry.model.secrets import SecretName, SecretProperties, SecretRef, SecretVersion
from keyferry.vault.choice import Choice
from keyferry.vault.entry import Entry, Held, stamp_of
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What a list brought: `whole` unless it was cut short after `pages` requests."""

    properties: tuple[SecretProperties, ...]
    pages: int
    whole: bool


def folded(name: str) -> SecretName:
    """Return a name as it is compared: Key Vault does not tell cases apart."""
    return SecretName(name.lower())


class Feed:
    """The tracked objects of one (vault, identity, kind). References must be folded."""

    def __init__(self) -> None:
        self.choice = Choice()
        self._entries: dict[SecretRef, Entry] = {}
        self._by_name: dict[SecretName, tuple[SecretRef, ...]] = {}  # mostly one: a set would take four times the room
        self._orders = itertools.count(1)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, ref: SecretRef) -> bool:
        return ref in self._entries

    def next_order(self) -> int:
        """Return the place of a look that begins now."""
        return next(self._orders)

    def asked(self, ref: SecretRef, interval: timedelta, now: Moment) -> Entry:
        """Track `ref`, for a consumer who wants it no older than `interval` and will ask again."""
        entry = self._entries.get(ref)
        if entry is None:
            entry = self._entries[ref] = Entry(ref)
            self._by_name[ref.name] = (*self._by_name.get(ref.name, ()), ref)
        entry.asked(interval, now)
        return entry

    def remembered(self, ref: SecretRef, interval: timedelta, now: Moment) -> Entry | None:
        """As `asked`, where a value is known that is young enough (1); else None, and nothing is noted."""
        entry = self._entries.get(ref)
        if entry is None or not isinstance(entry.known, Held) or not entry.counts(interval, now):
            return None
        entry.asked(interval, now)
        return entry

    def waiting(self) -> tuple[Entry, ...]:
        """Return what a pass would verify."""
        return tuple(entry for entry in self._entries.values() if entry.waits_for_pass)

    def entry(self, ref: SecretRef) -> Entry | None:
        """Return what is known of `ref`, None where it is not tracked."""
        return self._entries.get(ref)

    def most_pages(self, demanded: Collection[SecretRef], now: Moment, *, is_listing: bool) -> int:
        """Return how far to list for those who are waiting, 0 to read (2). What a list under way sees is not due."""
        if not self.choice.most_pages(len(self._entries), now):
            return 0  # there is no need to count
        due = sum(1 for ref in demanded if ref in self._entries and self._entries[ref].is_listable)
        if not is_listing:
            others = (entry for ref, entry in self._entries.items() if ref not in demanded)
            due += sum(1 for entry in others if entry.is_listable and entry.is_aging(now))
        return self.choice.most_pages(due, now)

    def listed(self, inventory: Inventory, began: Began, now: Moment) -> tuple[SecretRef, ...]:
        """Take in a list; return what must be read now (3, 5, 6)."""
        self.choice.listed(inventory.pages, whole=inventory.whole, now=now)
        stamps = {folded(one.name): stamp_of(one) for one in inventory.properties}
        return tuple(
            entry.ref
            for entry in self._entries.values()
            if entry.was_listed(stamps.get(entry.ref.name), began, whole=inventory.whole)
        )

    def was_read(
        self, ref: SecretRef, outcome: SecretProperties | KeyferryError, began: Began, vault_time: datetime | None
    ) -> bool:
        """Take in what a read brought; return whether its consumers are to be told (4)."""
        entry = self._entries.get(ref)
        return entry is not None and entry.was_read(outcome, began, vault_time)

    def changed(self, name: SecretName, version: SecretVersion) -> tuple[SecretRef, ...] | None:
        """Take in an event: return what must be read, nothing where `version` is held, None where nobody asks (7)."""
        refs = [ref for ref in self._by_name.get(name, ()) if not ref.version]
        if not refs:
            return None
        due = []
        for ref in refs:
            entry = self._entries[ref]
            if version and isinstance(entry.known, Held) and entry.known.version == version:
                continue
            entry.doubted(self.next_order(), version)
            due.append(ref)
        return tuple(due)

    def drop(self, now: Moment) -> tuple[SecretRef, ...]:
        """Let go what nobody has asked for in a few intervals, and return it."""
        dropped = tuple(ref for ref, entry in self._entries.items() if entry.is_forgotten(now))
        for ref in dropped:
            del self._entries[ref]
            named = tuple(one for one in self._by_name.pop(ref.name) if one != ref)
            if named:
                self._by_name[ref.name] = named
        return dropped


def differences(before: Iterable[SecretProperties], after: Iterable[SecretProperties]) -> tuple[SecretName, ...]:
    """Return the names that one list shows and the other does not, or shows otherwise."""
    old, new = ({folded(one.name): (stamp_of(one), one.tags) for one in side} for side in (before, after))
    return tuple(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
