"""What is known of one object: when it counts, what a list tells of it, and what is a change."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.model.errors import GrantError, KeyferryError, RoleMissing, SecretAbsent, Unavailable
from keyferry.model.secrets import SecretProperties, SecretVersion
from keyferry.vault.entry import Entry, Stamp, stamp_of
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began, Need
from tests.fakes.bundles import CREATED, properties
from tests.fakes.model_vault import ref

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
NO_VERSION = SecretVersion("")
LONG_AFTER = CREATED + timedelta(hours=1)
FIRST = properties()
SECOND_VERSION = properties(version=SecretVersion("2" * 32), created=CREATED + SECOND, updated=CREATED + SECOND)
PATCHED = properties(updated=CREATED + SECOND)
OFF = Stamp(created=CREATED, updated=CREATED, enabled=False)
ABSENT = SecretAbsent(what="it does not exist")
DISABLED = GrantError(what="it is disabled")
NO_ROLE = RoleMissing(what="no role")
DOWN = Unavailable(what="down")


def at(seconds: float = 0) -> Moment:
    return Moment(at=datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=seconds), ticks=timedelta(seconds=seconds))


def look(order: int, seconds: float = 0) -> Began:
    return Began(order=order, at=at(seconds))


def read(*outcomes: SecretProperties | KeyferryError, vault_time: datetime | None = LONG_AFTER) -> Entry:
    """An entry after reads at 1 s, 2 s …"""
    entry = Entry(ref("db"))
    entry.asked(MINUTE, at())
    for number, outcome in enumerate(outcomes, 1):
        entry.was_read(outcome, look(number, number), vault_time)
    return entry


@pytest.mark.parametrize(
    ("vault_time", "settled"),
    [
        pytest.param(CREATED, False, id="in-its-second"),
        pytest.param(CREATED + SECOND, False, id="in-the-next"),
        pytest.param(CREATED + 2 * SECOND, True, id="two-later"),
        pytest.param(None, False, id="of-an-answer-without-a-date"),
    ],
)
def test_a_change_settles_by_the_vaults_own_clock(vault_time: datetime | None, settled: bool) -> None:
    assert read(FIRST, vault_time=vault_time).is_listable is settled


def test_a_change_at_an_unknown_time_never_settles() -> None:
    assert not read(properties(updated=None)).is_listable


@pytest.mark.parametrize(
    ("outcomes", "interval", "seconds", "counts"),
    [
        pytest.param([FIRST], MINUTE, 30.9, True, id="within-half-an-interval"),
        pytest.param([FIRST], MINUTE, 31, False, id="later"),
        pytest.param([FIRST], SECOND, 2, False, id="for-somebody-in-a-hurry"),
        pytest.param([], MINUTE, 0, False, id="what-was-never-read"),
        pytest.param([DOWN], MINUTE, 1, False, id="a-failure"),
        pytest.param([FIRST, DOWN], MINUTE, 3, True, id="what-was-there-before-a-failure"),
        pytest.param([FIRST, ABSENT], MINUTE, 6, True, id="an-absence-for-a-moment"),
        pytest.param([FIRST, ABSENT], MINUTE, 7, False, id="and-no-longer"),
        pytest.param([NO_ROLE], MINUTE, 1, False, id="a-missing-role"),
    ],
)
def test_what_is_known_counts_for_a_while(
    outcomes: list[SecretProperties | KeyferryError], interval: timedelta, seconds: float, counts: bool
) -> None:
    assert read(*outcomes).counts(interval, at(seconds)) is counts


@pytest.mark.parametrize(
    ("before", "stamp", "whole", "must_be_read"),
    [
        pytest.param(FIRST, stamp_of(FIRST), True, False, id="unchanged"),
        pytest.param(FIRST, stamp_of(SECOND_VERSION), True, True, id="a-new-version"),
        pytest.param(FIRST, stamp_of(PATCHED), True, True, id="patched"),
        pytest.param(FIRST, OFF, True, True, id="disabled"),
        pytest.param(FIRST, None, True, True, id="gone-which-a-read-must-confirm"),
        pytest.param(FIRST, None, False, False, id="not-shown-by-a-list-cut-short"),
        pytest.param(ABSENT, None, True, False, id="still-absent"),
        pytest.param(ABSENT, stamp_of(FIRST), True, True, id="come"),
        pytest.param(DISABLED, OFF, True, True, id="disabled-since-an-unknown-change"),
        pytest.param(NO_ROLE, stamp_of(FIRST), True, False, id="refused-which-a-list-cannot-tell"),
        pytest.param(DOWN, stamp_of(FIRST), True, False, id="never-read"),
    ],
)
def test_a_list_tells_what_must_be_read(
    before: SecretProperties | KeyferryError, stamp: Stamp | None, whole: bool, must_be_read: bool
) -> None:
    entry = read(before)

    assert entry.was_listed(stamp, look(2, 40), whole=whole) is must_be_read
    assert entry.is_doubtful is must_be_read


@pytest.mark.parametrize(
    ("before", "stamp", "verified"),
    [
        pytest.param(FIRST, stamp_of(FIRST), True, id="unchanged"),
        pytest.param(FIRST, stamp_of(PATCHED), False, id="changed"),
        pytest.param(ABSENT, None, True, id="absent"),
        pytest.param(NO_ROLE, stamp_of(FIRST), False, id="refused"),
    ],
)
def test_a_list_verifies_from_its_beginning(
    before: SecretProperties | KeyferryError, stamp: Stamp | None, verified: bool
) -> None:
    entry = read(before)
    entry.was_listed(stamp, look(2, 40), whole=True)

    assert entry.since == (at(40) if verified else at(1))
    assert entry.order == (2 if verified else 1)


def test_an_unsettled_value_is_read_though_the_list_shows_no_change() -> None:
    assert read(FIRST, vault_time=CREATED).was_listed(stamp_of(FIRST), look(2), whole=True)


def test_a_list_that_began_before_a_read_tells_nothing_of_it() -> None:
    entry = read(FIRST, PATCHED)

    assert not entry.was_listed(stamp_of(FIRST), look(1), whole=True)
    assert not entry.is_doubtful


def test_a_disabled_object_that_was_listed_so_is_verified_by_lists() -> None:
    entry = read(FIRST)
    assert entry.was_listed(OFF, look(2), whole=True)
    entry.was_read(DISABLED, look(3), LONG_AFTER)

    assert not entry.was_listed(OFF, look(4, 40), whole=True)
    assert entry.since == at(40)
    assert entry.was_listed(stamp_of(PATCHED), look(5), whole=True)


def test_a_pinned_version_is_read_alone() -> None:
    entry = Entry(ref("db", "1" * 32))
    entry.was_read(FIRST, look(1), LONG_AFTER)

    assert not entry.is_listable
    assert not entry.was_listed(None, look(2), whole=True)


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        pytest.param([FIRST], [False], id="a-first-read-is-no-change"),
        pytest.param([FIRST, FIRST], [False, False], id="unchanged"),
        pytest.param([FIRST, SECOND_VERSION], [False, True], id="a-new-version"),
        pytest.param([FIRST, PATCHED], [False, True], id="patched"),
        pytest.param([FIRST, ABSENT, ABSENT], [False, True, False], id="gone"),
        pytest.param([ABSENT, FIRST], [False, True], id="come"),
        pytest.param([FIRST, DISABLED, ABSENT], [False, True, True], id="disabled-then-gone"),
        pytest.param([FIRST, DOWN, FIRST], [False, False, False], id="a-failure-is-no-change"),
        pytest.param([FIRST, NO_ROLE, FIRST], [False, True, True], id="a-role-lost-and-given"),
    ],
)
def test_tells_of_changes(outcomes: list[SecretProperties | KeyferryError], told: list[bool]) -> None:
    entry = Entry(ref("db"))

    assert [entry.was_read(outcome, look(number), LONG_AFTER) for number, outcome in enumerate(outcomes, 1)] == told


def test_an_older_read_that_lands_late_takes_nothing_back() -> None:
    entry = read(FIRST)
    entry.was_listed(stamp_of(FIRST), look(5, 40), whole=True)
    entry.was_read(FIRST, look(3, 20), LONG_AFTER)

    assert (entry.since, entry.order) == (at(40), 5)


def test_a_doubt_lasts_until_a_later_read() -> None:
    entry = read(FIRST)
    entry.doubted(5, NO_VERSION)
    assert not entry.counts(MINUTE, at(2))
    assert not entry.is_listable

    assert entry.was_listed(stamp_of(FIRST), look(6), whole=True), "a list does not end it"
    entry.was_read(FIRST, look(4), LONG_AFTER)
    assert entry.is_doubtful, "nor does a read that had begun"
    entry.was_read(FIRST, look(7, 3), LONG_AFTER)
    assert entry.counts(MINUTE, at(4))


def test_a_version_that_an_event_told_of_is_looked_for_twice() -> None:
    entry = read(FIRST)
    entry.doubted(2, SecretVersion("2" * 32))
    entry.was_read(FIRST, look(3), LONG_AFTER)
    assert not entry.is_listable, "the vault may be a moment behind its event"

    entry.was_read(FIRST, look(4), LONG_AFTER)
    assert entry.is_listable, "or the event was of another time"


def test_the_smallest_interval_lately_asked_for_rules() -> None:
    entry = read(FIRST)
    entry.asked(10 * SECOND, at(2))
    entry.asked(MINUTE, at(3))
    assert entry.is_aging(at(6))

    entry.asked(MINUTE, at(33))
    assert not entry.is_aging(at(30)), "nobody in a hurry has come again"


def test_what_was_never_seen_does_not_age() -> None:
    assert not read().is_aging(at(3_600))


@pytest.mark.parametrize(
    ("interval", "kept"),
    [pytest.param(SECOND, 60, id="a-minute-at-least"), pytest.param(MINUTE, 180, id="three-intervals")],
)
def test_is_forgotten_when_nobody_asks(interval: timedelta, kept: int) -> None:
    entry = Entry(ref("db"))
    entry.asked(interval, at())

    assert not entry.is_forgotten(at(kept))
    assert entry.is_forgotten(at(kept + 1))


def test_a_hurry_does_not_shorten_the_memory_of_others() -> None:
    entry = Entry(ref("db"))
    entry.asked(MINUTE, at())
    entry.asked(SECOND, at(1))

    assert not entry.is_forgotten(at(180))


@pytest.mark.parametrize(
    ("entry", "need", "met"),
    [
        pytest.param(read(), Need(), False, id="what-was-never-read"),
        pytest.param(read(FIRST), Need(order=1), True, id="a-look-that-began-late-enough"),
        pytest.param(read(FIRST), Need(order=2), False, id="one-that-did-not"),
    ],
)
def test_tells_whether_its_last_look_will_do(entry: Entry, need: Need, met: bool) -> None:
    assert entry.meets(need) is met
    entry.doubted(9, NO_VERSION)
    assert not entry.meets(need)
