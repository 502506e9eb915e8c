"""A bounded collection that lets go of what was used least recently."""

from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity.recent import Recent


def test_makes_an_entry_once() -> None:
    recent = Recent[str, object](2)

    assert recent.take("a", object) is recent.take("a", object)


def test_lets_go_of_the_one_used_least_recently() -> None:
    recent = Recent[str, str](2)
    for key in ("a", "b", "a", "c"):
        recent.take(key, key.upper)

    assert list(recent) == ["A", "C"]
    assert "b" not in recent


def test_drops_what_is_unwanted() -> None:
    recent = Recent[str, str](3)
    for key in ("a", "b", "c"):
        recent.take(key, key.upper)
    recent.drop(lambda key: key != "b")

    assert list(recent) == ["B"]


def test_clears() -> None:
    recent = Recent[str, str](2)
    recent.take("a", str)
    recent.clear()

    assert list(recent) == []


@given(st.integers(1, 4), st.lists(st.integers(0, 6)))
def test_holds_the_last_distinct_keys(limit: int, keys: list[int]) -> None:
    recent = Recent[int, int](limit)
    for key in keys:
        recent.take(key, lambda key=key: key)  # type: ignore[misc]  # mypy cannot type a lambda's default

    last = list(dict.fromkeys(reversed(keys)))[:limit]
    assert list(recent) == last[::-1]
