"""Matches are those of Go, whatever the text, and cost what they take."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.functions.patterns import regexps
from tests.fakes.template_functions import world


def _found(pattern: bytes, text: bytes, limit: int = -1) -> list[tuple[int, int]]:
    surroundings = world()
    return [spans[0] for spans in regexps.compile(surroundings, pattern).matches(surroundings, text, limit)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param(b"a|ab", b"xab", [(1, 2)], id="the-first-alternative"),
        pytest.param(b"b*", b"abc", [(0, 0), (1, 2), (3, 3)], id="nothing-right-after-a-match"),
        pytest.param(b"", "é".encode(), [(0, 0), (2, 2)], id="nothing-between-characters"),
        pytest.param(b"^a", b"aa", [(0, 1)], id="the-beginning-of-the-text"),
        pytest.param(rb"\bb", b"b ab", [(0, 1)], id="a-word's-beginning"),
        pytest.param(b".", b"a\xff\xc3b", [(0, 1), (1, 2), (2, 3), (3, 4)], id="broken-bytes"),
        pytest.param("\ufffd".encode(), b"\xff\xfe", [(0, 1), (1, 2)], id="broken-bytes-are-replacements"),
        pytest.param(rb"a\Q\C(?<\E", rb"a\C(?<", [(0, 6)], id="quoted"),
        pytest.param(rb"[(?<x]+", b"(?<x", [(0, 4)], id="in-a-class"),
        pytest.param(rb"[\p{letter}]+", "1é".encode(), [(1, 3)], id="a-class-by-its-long-name"),
        pytest.param(b"z", b"abc", [], id="no-match"),
    ],
)
def test_finds(pattern: bytes, text: bytes, expected: list[tuple[int, int]]) -> None:
    assert _found(pattern, text) == expected


@pytest.mark.parametrize(
    ("limit", "count"), [pytest.param(0, 0, id="none"), pytest.param(2, 2, id="two"), pytest.param(-1, 3, id="all")]
)
def test_finds_at_most(limit: int, count: int) -> None:
    assert len(_found(b"a", b"aaa", limit)) == count


def test_groups_have_names() -> None:
    surroundings = world()
    regexp = regexps.compile(surroundings, b"(?P<x>a)|(?<y>b)")
    assert regexp.names == {b"x": 1, b"y": 2}
    assert list(regexp.matches(surroundings, b"b")) == [((0, 1), (-1, -1), (0, 1))]
    assert list(regexp.matches(surroundings, b"\xffb")) == [((1, 2), (-1, -1), (1, 2))]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(b"[", id="a-bracket"),
        pytest.param(b"a(?=b)", id="look-around"),
        pytest.param(rb"(a)\1", id="a-back-reference"),
        pytest.param(b"a{1001}", id="too-many-repeats"),
        pytest.param(rb"\C", id="a-single-byte"),
        pytest.param(b"\xff", id="no-utf-8"),
        pytest.param(b"(?:a{1,1000}){100}", id="too-large"),
        pytest.param(b"a\\", id="a-backslash"),
    ],
)
def test_refuses(pattern: bytes) -> None:
    with pytest.raises(Fault):
        regexps.compile(world(), pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param(b"a|.*b", b"a" * 200_000, id="a-scan-to-the-end-for-each-match"),
        pytest.param(b"(?:x?){900}y", b"x" * 4_000_000, id="a-large-pattern-on-a-long-text"),
    ],
)
def test_work_is_bounded(pattern: bytes, text: bytes) -> None:
    surroundings = world()
    regexp = regexps.compile(surroundings, pattern)
    with pytest.raises(LimitReached):
        list(regexp.matches(surroundings, text))


@settings(deadline=None)
@given(st.sampled_from([b"a", b"a*", b"[ab]b?", b"(a)(b)?", b"x|"]), st.text(alphabet="abx", max_size=8))
def test_finds_what_python_finds(pattern: bytes, text: str) -> None:
    """Python's matches, less the empty ones right after another."""
    ends: set[int] = set()
    expected = []
    for match in re.finditer(pattern, text.encode()):
        if match.end() > match.start() or match.start() not in ends:
            expected.append(match.span())
        ends.add(match.end())
    assert _found(pattern, text.encode()) == expected
