from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.sync.rendering import substitution
from keyferry.template.functions.function import Meter, Surroundings


def replace_all(pattern: str, target: str, text: str, steps: int = 200_000) -> str:
    world = Surroundings(meter=Meter(steps=steps, bytes_left=1 << 24))
    (made,) = substitution.replace_all(world, pattern, target, [text])
    return made


@pytest.mark.parametrize(
    ("pattern", "target", "text", "expected"),
    [
        pytest.param("a*", "b", "aaa", "b", id="no-empty-match-after-a-match"),
        pytest.param("b*", "-", "abcabc", "-a-c-a-c-", id="empty-matches-between"),
        pytest.param("", "-", "é", "-é-", id="never-inside-a-character"),
        pytest.param("(x)(y)?", "[$2]", "x", "[]", id="a-group-that-took-no-part"),
        pytest.param("x", "$$1$", "x", "$1$", id="dollars"),
        pytest.param("(x)", "${1}${2}$3", "x", "x", id="groups-that-are-none"),
        pytest.param("(?P<n>x)", "$n.$m", "x", "x.", id="names"),
    ],
)
def test_replaces_as_go_does(pattern: str, target: str, text: str, expected: str) -> None:
    assert replace_all(pattern, target, text) == expected


def test_a_replacement_that_grows_without_end_is_cut_short() -> None:
    with pytest.raises(SpecError, match="far too long"):
        replace_all(".", "x" * 1_000, "y" * 1_000)


def test_a_key_that_is_too_long_already_is_refused_too() -> None:
    with pytest.raises(SpecError, match="far too long"):
        replace_all("z", "", "y" * (substitution.LIMIT_BYTES + 1))


@pytest.mark.parametrize("pattern", ["(?P<é>x)", "\\C"])
def test_what_go_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(SpecError, match="is not a regular expression"):
        replace_all(pattern, "", "x")


def test_all_keys_together_are_bounded() -> None:
    with pytest.raises(SpecError, match="more than it may"):
        replace_all("(a?){500}", "", "a" * 10_000, steps=100)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_pattern_and_target_give_text_or_a_reason(pattern: str, target: str, text: str) -> None:
    with suppress(SpecError):
        replace_all(pattern, target, text).encode("utf-8", "surrogateescape")
