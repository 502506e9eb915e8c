import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.vault.events import relay
from keyferry.vault.events.relay import RelayedHint

VERSION = "0a" * 16


def hint(name: str = "db", at_ms: int = 1, *, kind: ObjectKind = ObjectKind.SECRET, version: str = "") -> RelayedHint:
    return RelayedHint(kind=kind, name=SecretName(name), version=SecretVersion(version), at_ms=at_ms)


hints = st.builds(
    hint,
    st.text(alphabet="aB9-", min_size=1, max_size=3),
    st.integers(0, 10**15 - 1),
    kind=st.sampled_from(ObjectKind),
    version=st.sampled_from(["", VERSION]),
)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        pytest.param(
            hint("db-password", 1763726400000, version=VERSION),
            f"secrets/db-password/{VERSION}@1763726400000",
            id="version",
        ),
        pytest.param(hint("tls", 7, kind=ObjectKind.CERTIFICATE), "certificates/tls@7", id="no-version"),
    ],
)
def test_the_form_is_short_and_can_be_read(hint: RelayedHint, text: str) -> None:
    assert relay.encode((hint,)) == text
    assert relay.decode(text) == (hint,)


@given(st.lists(hints, max_size=relay.MOST))
def test_what_is_written_is_read_back(told: list[RelayedHint]) -> None:
    assert relay.decode(relay.encode(told)) == tuple(told)


@given(st.text(alphabet="secrtky/db@19,-é\n", max_size=60) | st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert all(str(found) in text for found in relay.decode(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("secrets/db@", id="no-instant"),
        pytest.param("secrets/db@1\n", id="newline"),
        pytest.param("secrets/db@١", id="other-digits"),
        pytest.param("passwords/db@1", id="no-kind"),
        pytest.param("secrets/../db@1", id="path"),
        pytest.param(f"secrets/db/{VERSION}0@1", id="no-version"),
        pytest.param("secrets/db@1," + "x" * relay.LONGEST, id="too-long"),
    ],
)
def test_what_is_no_hint_is_skipped(text: str) -> None:
    assert relay.decode(text) == ()


def test_a_text_gives_so_many_hints_and_no_more() -> None:
    assert len(relay.decode(",".join(f"secrets/s{number}@1" for number in range(100)))) == relay.MOST


def test_an_object_has_its_newest_hint_alone() -> None:
    known = (hint("db", 5), hint("db", 5, kind=ObjectKind.KEY), hint("api", 9))
    news = (hint("DB", 6), hint("api", 8))
    assert relay.merged(known, news) == (hint("api", 9), hint("DB", 6), hint("db", 5, kind=ObjectKind.KEY))


def test_of_two_at_one_instant_the_later_stays() -> None:
    assert relay.merged((hint(),), (hint(version=VERSION),)) == (hint(version=VERSION),)


@given(st.lists(hints, max_size=25), st.lists(hints, max_size=25))
def test_what_is_merged_stays_short_and_is_merged_once(known: list[RelayedHint], news: list[RelayedHint]) -> None:
    both = relay.merged(known, news)
    assert len(both) <= relay.MOST
    assert relay.merged(both, both) == both
    assert len(relay.encode(both)) <= relay.LONGEST
    if known or news:
        assert both[0].at_ms == max(each.at_ms for each in (*known, *news))


def test_a_change_brings_what_was_not_there() -> None:
    before = relay.encode((hint("db", 5), hint("api", 4)))
    after = relay.encode((hint("db", 6), hint("api", 4)))
    assert relay.unheard(before, after) == (hint("db", 6),)
    assert relay.unheard(after, after) == ()
    assert relay.unheard("", after) == relay.decode(after)
