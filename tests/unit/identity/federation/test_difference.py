"""The first character in which two texts differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity.federation import DifferenceKind, difference

SUBJECT = "system:serviceaccount:payments:api"


@pytest.mark.parametrize(
    ("presented", "configured", "kind", "position", "characters"),
    [
        pytest.param(SUBJECT, SUBJECT, DifferenceKind.EQUAL, 0, ("", ""), id="equal"),
        pytest.param(SUBJECT, SUBJECT[:-1] + "l", DifferenceKind.CHARACTER, 34, ("i", "l"), id="last-character"),
        pytest.param(SUBJECT, SUBJECT.replace("p", "P", 1), DifferenceKind.CASE, 23, ("p", "P"), id="case-only"),
        pytest.param("https://i/", "https://i", DifferenceKind.TRAILING_SLASH, 10, ("/", ""), id="trailing-slash"),
        pytest.param("a b", " a b", DifferenceKind.WHITESPACE, 1, ("a", " "), id="leading-space"),
        pytest.param(SUBJECT, SUBJECT + "-v2", DifferenceKind.LENGTH, 35, ("", "-"), id="goes-on"),
        pytest.param("", "x", DifferenceKind.LENGTH, 1, ("", "x"), id="nothing-presented"),
    ],
)
def test_finds_place_and_kind(
    presented: str, configured: str, kind: DifferenceKind, position: int, characters: tuple[str, str]
) -> None:
    found = difference(presented, configured)

    assert (found.kind, found.position) == (kind, position)
    assert (found.presented_character, found.configured_character) == characters


@pytest.mark.parametrize(
    ("presented", "configured", "words"),
    [
        pytest.param("abc", "abd", '"c" was presented, "d" is configured', id="printable"),
        pytest.param("abc", "ab", "nothing more is configured", id="ended"),
        pytest.param("ab c", "ab\u00a0c", "U+0020 was presented, U+00A0 is configured", id="invisible-by-number"),
        pytest.param("abc", "abc", "they are equal", id="equal"),
    ],
)
def test_says_it_in_a_sentence(presented: str, configured: str, words: str) -> None:
    assert words in difference(presented, configured).sentence


def test_marks_the_place_under_both_texts() -> None:
    assert difference("abc", "abd").marker == "presented   abc\nconfigured  abd\n              ^"
    assert difference("abc", "abc").marker == "presented   abc\nconfigured  abc"


@given(st.text(max_size=20), st.text(max_size=20))
def test_texts_agree_before_the_place_and_differ_at_it(presented: str, configured: str) -> None:
    found = difference(presented, configured)

    if presented == configured:
        assert found.position == 0
    else:
        assert presented[: found.position - 1] == configured[: found.position - 1]
        assert found.presented_character != found.configured_character
