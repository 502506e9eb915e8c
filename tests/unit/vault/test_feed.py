"""The tracked objects of one feed: what a list makes due, what an event does, what is let go."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.model.errors import SecretAbsent
from keyferry.model.secrets import SecretName, SecretProperties, SecretRef, SecretVersion
from keyferry.vault.entry import Held
from keyferry.vault.feed import Feed, Inventory, differences, folded
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began
from tests.fakes.bundles import CREATED, properties
from tests.fakes.model_vault import ref

MINUTE = timedelta(minutes=1)
LONG_AFTER = CREATED + timedelta(hours=1)
A, B, C = ref("a"), ref("b"), ref("c")
PINNED = ref("a", "1" * 32)
NEW = SecretVersion("2" * 32)


def at(seconds: float = 0) -> Moment:
    return Moment(at=datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=seconds), ticks=timedelta(seconds=seconds))


def feed_of(*refs: object, seconds: float = 0) -> Feed:
    """A feed of which all was read at that time."""
    feed = Feed()
    for one in (A, B, C, PINNED):
        if one in refs:
            feed.asked(one, MINUTE, at(seconds))
            feed.was_read(one, properties(one.name), Began(order=feed.next_order(), at=at(seconds)), LONG_AFTER)
    return feed


def listed(feed: Feed, *found: SecretProperties, whole: bool = True) -> set[str]:
    inventory = Inventory(properties=found, pages=1, whole=whole)
    due = feed.listed(inventory, Began(order=feed.next_order(), at=at(40)), at(41))
    return {one.name for one in due}


@pytest.mark.parametrize(
    ("one", "seconds", "is_remembered"),
    [
        pytest.param(A, 29, True, id="young-enough"),
        pytest.param(A, 30, False, id="half-of-the-interval-is-over"),
        pytest.param(B, 0, False, id="not-tracked"),
        pytest.param(C, 0, False, id="refused"),
    ],
)
def test_only_a_young_value_is_remembered(one: SecretRef, seconds: float, is_remembered: bool) -> None:
    feed = feed_of(A)
    feed.asked(C, MINUTE, at())
    feed.was_read(C, SecretAbsent(what="gone"), Began(order=feed.next_order(), at=at()), LONG_AFTER)
    found = feed.remembered(one, MINUTE, at(seconds))
    assert (found is not None) is is_remembered


def test_to_be_asked_for_what_is_remembered_keeps_it() -> None:
    feed = feed_of(A, B)
    feed.remembered(A, MINUTE, at(20))
    assert feed.drop(at(190)) == (B,)


def test_a_list_makes_due_what_differs_whatever_its_case() -> None:
    feed = feed_of(A, B, C)

    assert listed(feed, properties("A"), properties("b", updated=LONG_AFTER)) == {"b", "c"}
    entry = feed.entry(A)
    assert entry is not None
    assert entry.since == at(40)


def test_a_list_cut_short_says_nothing_of_the_rest() -> None:
    assert listed(feed_of(A, B, C), properties("a"), whole=False) == set()


def test_a_read_of_what_nobody_tracks_tells_nobody() -> None:
    assert not Feed().was_read(A, properties("a"), Began(order=1, at=at()), LONG_AFTER)


@pytest.mark.parametrize(
    ("seconds", "demanded", "is_listing", "most_pages"),
    [
        pytest.param(31, {A}, False, 3, id="what-is-due-soon-is-worth-a-list"),
        pytest.param(10, {A}, False, 0, id="what-is-young-is-not"),
        pytest.param(31, {A}, True, 0, id="nor-what-a-list-under-way-sees"),
        pytest.param(10, {A, B}, True, 2, id="what-was-demanded-is-always-due"),
    ],
)
def test_weighs_a_list_by_what_it_saves(
    seconds: float, demanded: set[object], is_listing: bool, most_pages: int
) -> None:
    feed = feed_of(A, B, C, PINNED)

    assert (
        feed.most_pages([one for one in (A, B, C) if one in demanded], at(seconds), is_listing=is_listing) == most_pages
    )


def test_an_event_of_a_new_version_makes_it_due() -> None:
    feed = feed_of(A, PINNED)

    assert feed.changed(SecretName("a"), NEW) == (A,)
    entry = feed.entry(A)
    assert entry is not None
    assert entry.is_doubtful


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        pytest.param("a", "1" * 32, (), id="a-version-that-is-held"),
        pytest.param("a", "", (A,), id="no-version"),
        pytest.param("z", NEW, None, id="nobody-asks"),
    ],
)
def test_an_event_is_a_hint(name: str, version: str, expected: tuple[object, ...] | None) -> None:
    assert feed_of(A).changed(SecretName(name), SecretVersion(version)) == expected


def test_an_event_of_what_only_a_pinned_version_is_asked_of_is_unknown() -> None:
    assert feed_of(PINNED).changed(SecretName("a"), NEW) is None


def test_lets_go_what_nobody_asks_for() -> None:
    feed = feed_of(A, PINNED)
    feed.asked(B, 2 * MINUTE, at())

    assert set(feed.drop(at(181))) == {A, PINNED}
    assert (len(feed), A in feed, B in feed) == (1, False, True)
    assert feed.changed(SecretName("a"), NEW) is None
    feed.asked(A, MINUTE, at(182))
    assert feed.entry(A) is not None


def test_keeps_the_name_of_which_one_version_is_still_asked_for() -> None:
    feed = feed_of(A, PINNED)
    feed.asked(A, MINUTE, at(60))
    feed.drop(at(200))

    entry = feed.entry(A)
    assert entry is not None
    assert isinstance(entry.known, Held)
    assert feed.changed(SecretName("a"), NEW) == (A,)


def test_names_are_compared_without_case() -> None:
    assert folded("Db-Main") == "db-main"
    assert differences([properties("Db")], [properties("dB")]) == ()
    assert differences([properties("a")], [properties("a", enabled=False), properties("b")]).__len__() == 2
