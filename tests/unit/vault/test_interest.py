"""The last list, for those who ask for lists again and again."""

from datetime import UTC, datetime, timedelta

from keyferry.vault.interest import Interest
from keyferry.vault.moment import Moment
from tests.fakes.bundles import properties

MINUTE = timedelta(minutes=1)
FIRST = (properties("a"), properties("b"))


def at(seconds: float = 0) -> Moment:
    return Moment(at=datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=seconds), ticks=timedelta(seconds=seconds))


def interested() -> Interest:
    interest = Interest()
    interest.asked(MINUTE, at())
    interest.listed(FIRST, at(), at(1))
    return interest


def test_holds_a_list_for_half_an_interval() -> None:
    interest = interested()

    assert interest.held(MINUTE, at(29)) == (FIRST, at())
    assert interest.held(MINUTE, at(30)) is None


def test_holds_nothing_that_somebody_doubts() -> None:
    interest = interested()
    interest.doubted()
    assert interest.held(MINUTE, at(1)) is None

    interest.listed(FIRST, at(2), at(3))
    assert interest.held(MINUTE, at(3)) == (FIRST, at(2))


def test_tells_what_came_went_and_was_tagged() -> None:
    changed = (properties("B", tags=(("team", "x"),)), properties("c"))

    assert sorted(interested().listed(changed, at(2), at(3))) == ["a", "b", "c"]
    assert interested().listed(FIRST, at(2), at(3)) == ()


def test_keeps_nothing_that_nobody_asks_for() -> None:
    interest = Interest()
    assert not interest.is_alive(at())
    assert interest.listed(FIRST, at(), at()) == ()

    interest = interested()
    assert interest.is_alive(at(180))
    assert not interest.is_alive(at(181))
    interest.asked(MINUTE, at(200))
    assert interest.held(MINUTE, at(200)) is None, "the list was let go"
