import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.gjson import glob as gjson_glob


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        pytest.param("anything", "*", True, id="any-run"),
        pytest.param("", "*", True, id="empty-run"),
        pytest.param("abc", "a?c", True, id="any-one"),
        pytest.param("ac", "a?c", False, id="one-is-not-none"),
        pytest.param("é", "?", True, id="one-is-a-character"),
        pytest.param("a*c", r"a\*c", True, id="escaped-star"),
        pytest.param("abc", r"a\*c", False, id="escaped-star-is-no-wildcard"),
        pytest.param("abcabd", "*ab?", True, id="tries-again-further-on"),
        pytest.param("ab", "ab*?", False, id="something-must-follow"),
        pytest.param("a", "a\\", False, id="ends-in-an-escape"),
        pytest.param("abc", "ab", False, id="whole-text"),
    ],
)
def test_matches(text: str, pattern: str, expected: bool) -> None:
    assert gjson_glob.matches(text.encode(), pattern.encode()) is expected


@given(st.text("ab*?", max_size=8), st.text("ab*?é", max_size=8))
def test_means_the_same_as_a_regular_expression(text: str, pattern: str) -> None:
    meaning = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    assert gjson_glob.matches(text.encode(), pattern.encode()) is bool(re.fullmatch(meaning, text))


def test_takes_no_more_time_than_both_lengths_multiplied() -> None:
    assert not gjson_glob.matches(b"a" * 2_000, b"*a" * 30 + b"b")


def test_bytes_that_are_not_utf_8_stand_for_themselves() -> None:
    assert gjson_glob.matches(b"a\xff", b"a?")
