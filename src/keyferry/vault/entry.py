"""One tracked object of a feed: what was seen of it, since when that holds, and whether a list can tell. Pure.

Called by vault.feed. Orders are the feed's own count of what it began; a higher one began later.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keyferry.model.errors import GrantError, KeyferryError, RoleMissing, SecretAbsent
from keyferry.model.secrets import SecretProperties, SecretRef, SecretVersion
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began, Need

SETTLED_AFTER: Final = timedelta(seconds=2)
KEPT_INTERVALS: Final = 3
LEAST_KEPT: Final = timedelta(minutes=1)
REFUSAL_COUNTS_FOR: Final = timedelta(seconds=5)  # consumers try again after a failure: let them see what was mended


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a list tells of the current version. Every change of it that matters moves at least one of the three.

    https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates (created, updated, enabled)
    """

    created: datetime | None
    updated: datetime | None
    enabled: bool

    def is_settled(self, vault_time: datetime | None) -> bool:
        """Tell whether the second of the last change was over when the vault's clock told `vault_time`.

        Within that second one more change could leave the same stamp. The second second is for the answer's way.
        """
        if self.updated is None or vault_time is None:
            return False
        return vault_time >= self.updated + SETTLED_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A value was read."""

    version: SecretVersion
    stamp: Stamp
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The vault refused to give a value. `stamp` is what a list before that told, None where it told nothing."""

    error: KeyferryError
    stamp: Stamp | None
    settled: bool

    @property
    def is_absence(self) -> bool:
        """Whether it was the vault's own word that there is no such object."""
        return isinstance(self.error, SecretAbsent)

    @property
    def is_listable(self) -> bool:
        """Whether a list shows its end: an absent object appears, a disabled one is changed; a role is not seen."""
        return self.is_absence or (isinstance(self.error, GrantError) and not isinstance(self.error, RoleMissing))


def stamp_of(properties: SecretProperties) -> Stamp:
    """Return what of `properties` tells one state of an object from another."""
    return Stamp(created=properties.created, updated=properties.updated, enabled=properties.enabled)


class Entry:
    """An object that somebody asks for again and again."""

    __slots__ = (
        "_asked",
        "_doubt",
        "_expected",
        "_kept_until",
        "_listed",
        "_read",
        "interval",
        "known",
        "order",
        "ref",
        "since",
    )

    def __init__(self, ref: SecretRef) -> None:
        self.ref = ref
        self.known: Held | Refused | None = None
        self.since: Moment | None = None  # when the look began that saw `known`, or verified it last
        self.order = 0  # of that look
        self.interval = timedelta.max  # the smallest asked for lately
        self._asked: Moment | None = None  # when it was
        self._kept_until = timedelta.min  # in ticks
        self._read = 0  # the order of the last read; `order` may be a list's
        self._doubt = -1  # since the doubt of this order only a read will do
        self._expected = SecretVersion("")  # the version that an event told of
        self._listed: Stamp | None = None

    def asked(self, interval: timedelta, now: Moment) -> None:
        """Take in that somebody wants to know it no older than `interval`, and will ask again."""
        if self._asked is None or interval <= self.interval or self._asked.age(now) > KEPT_INTERVALS * self.interval:
            self.interval, self._asked = interval, now
        self._kept_until = max(self._kept_until, now.ticks + max(LEAST_KEPT, KEPT_INTERVALS * interval))

    def is_forgotten(self, now: Moment) -> bool:
        """Tell whether nobody has asked for it for a few intervals."""
        return now.ticks > self._kept_until

    def counts(self, interval: timedelta, now: Moment) -> bool:
        """Tell whether what is known is young enough for `interval`: half of it, so that looks fall into one rhythm."""
        if self.since is None or self.known is None or self.is_doubtful:
            return False
        span = interval / 2
        if isinstance(self.known, Refused):
            span = min(span, REFUSAL_COUNTS_FOR) if self.known.is_listable else timedelta(0)
        return self.since.age(now) < span

    def meets(self, need: Need) -> bool:
        """Tell whether the last look that saw or verified it is young enough."""
        if self.since is None or self.known is None or self.is_doubtful:
            return False
        return need.is_met(Began(order=self.order, at=self.since))

    def is_aging(self, now: Moment) -> bool:
        """Tell whether it will be asked for within half an interval."""
        return self.since is not None and self.since.age(now) >= self.interval / 2

    @property
    def is_doubtful(self) -> bool:
        """Whether something told since the last read that it changed."""
        return self._doubt >= self._read

    @property
    def waits_for_pass(self) -> bool:
        """Whether its next look is a pass. What is pinned, doubtful or never seen is read at once."""
        if self.known is None or self.is_doubtful or self.ref.version:
            return False
        return isinstance(self.known, Held) or self.known.is_listable

    @property
    def is_listable(self) -> bool:
        """Whether a list can tell that it is unchanged; what is not settled is read in any case."""
        return self.waits_for_pass and not (isinstance(self.known, Held) and not self.known.settled)

    def doubted(self, order: int, expected: SecretVersion) -> None:
        """Take in that it has changed, to `expected` where that is known: only a read that begins later will do."""
        self._doubt, self._expected = order, expected

    def was_listed(self, stamp: Stamp | None, began: Began, *, whole: bool) -> bool:
        """Take in what a list told, None where it did not show it; return whether it must be read now.

        What a read that began later has seen is not touched. What was never read waits for who asks for it first.
        """
        if self.ref.version or self.known is None or began.order < self._read or (stamp is None and not whole):
            return False
        self._listed = stamp
        if not self.is_doubtful and self._is_still(stamp):
            self.since, self.order = began.at, began.order
            return False
        if isinstance(self.known, Refused) and not self.known.is_listable:
            return False  # only who asks for it finds out whether a role was given
        self._doubt = max(self._doubt, began.order)
        return True

    def was_read(self, outcome: SecretProperties | KeyferryError, began: Began, vault_time: datetime | None) -> bool:
        """Take in what a read brought; return whether it is another than before. A failure to read changes nothing."""
        seen = self._seen(outcome, vault_time)
        if seen is None:
            return False
        is_change = self.known is not None and not _are_alike(self.known, seen)
        if is_change or began.order >= self.order:
            self.since, self.order = began.at, max(self.order, began.order)
        self.known, self._read = seen, max(self._read, began.order)
        return is_change

    def _is_still(self, stamp: Stamp | None) -> bool:
        known = self.known
        if isinstance(known, Held):
            return known.settled and known.stamp == stamp
        if not isinstance(known, Refused) or not known.is_listable:
            return False
        if known.is_absence:
            return stamp is None
        return known.settled and stamp is not None and not stamp.enabled and known.stamp == stamp

    def _seen(self, outcome: SecretProperties | KeyferryError, vault_time: datetime | None) -> Held | Refused | None:
        if isinstance(outcome, SecretProperties):
            stamp = stamp_of(outcome)
            is_settled = stamp.is_settled(vault_time) and self._expected in ("", outcome.version)
            self._expected = SecretVersion("")
            return Held(version=outcome.version, stamp=stamp, settled=is_settled)
        if not isinstance(outcome, SecretAbsent | GrantError):
            return None
        listed = self._listed
        return Refused(error=outcome, stamp=listed, settled=listed is not None and listed.is_settled(vault_time))


def _are_alike(before: Held | Refused, after: Held | Refused) -> bool:
    if isinstance(before, Held) and isinstance(after, Held):
        return (before.version, before.stamp) == (after.version, after.stamp)
    if isinstance(before, Refused) and isinstance(after, Refused):
        return type(before.error) is type(after.error)
    return False
