"""Bytes are read as Go's characters, and case is mapped one to one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions import runes


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        pytest.param(b"abc", "abc", id="ascii"),
        pytest.param("é✓😀".encode(), "é✓😀", id="longer-characters"),
        pytest.param(b"a\xffb", "a\ufffdb", id="a-broken-byte"),
        pytest.param(b"\xe2\x9cx", "\ufffd\ufffdx", id="a-cut-character-byte-by-byte"),
        pytest.param(b"\xed\xa0\x80", "\ufffd\ufffd\ufffd", id="half-a-surrogate-pair"),
    ],
)
def test_decodes_as_go(text: bytes, characters: str) -> None:
    assert runes.decode(text) == characters


@settings(deadline=None)
@given(st.binary())
def test_explodes_without_loss(text: bytes) -> None:
    assert b"".join(runes.explode(text)) == text
    assert len(runes.explode(text)) == len(runes.decode(text))


@pytest.mark.parametrize(
    ("characters", "text"),
    [pytest.param("é", "é".encode(), id="valid"), pytest.param("\ud800x", "\ufffdx".encode(), id="half-a-pair")],
)
def test_encodes_what_go_can(characters: str, text: bytes) -> None:
    assert runes.encode(characters) == text


@pytest.mark.parametrize(
    ("character", "upper", "lower", "title"),
    [
        pytest.param("a", "A", "a", "A", id="ascii"),
        pytest.param("ß", "ß", "ß", "ß", id="no-single-upper-case"),
        pytest.param("İ", "İ", "i", "İ", id="no-single-lower-case"),
        pytest.param("ᾳ", "ᾼ", "ᾳ", "ᾼ", id="upper-is-title"),
        pytest.param("ǆ", "Ǆ", "ǆ", "ǅ", id="title-of-its-own"),
        pytest.param("Σ", "Σ", "σ", "Σ", id="sigma"),
    ],
)
def test_maps_case_one_to_one(character: str, upper: str, lower: str, title: str) -> None:
    assert (runes.upper(character), runes.lower(character), runes.title(character)) == (upper, lower, title)
    assert runes.mapped(character.encode(), runes.upper) == upper.encode()


@pytest.mark.parametrize(
    ("character", "classes"),
    [
        pytest.param(" ", {"space"}, id="space"),
        pytest.param("\u2003", {"space"}, id="em-space"),
        pytest.param("\x1c", set(), id="separator-that-is-no-space-to-go"),
        pytest.param("A", {"upper", "letter"}, id="capital"),
        pytest.param("a", {"lower", "letter"}, id="small"),
        pytest.param("ǅ", {"title", "letter"}, id="title"),
        pytest.param("日", {"letter"}, id="no-case"),
        pytest.param("٣", {"digit", "number"}, id="digit"),
        pytest.param("½", {"number"}, id="number"),
        pytest.param("!", {"punctuation"}, id="punctuation"),
    ],
)
def test_knows_classes(character: str, classes: set[str]) -> None:
    found = {
        "space": runes.is_space,
        "upper": runes.is_upper,
        "lower": runes.is_lower,
        "title": runes.is_title,
        "letter": runes.is_letter,
        "digit": runes.is_digit,
        "number": runes.is_number,
        "punctuation": runes.is_punctuation,
    }
    assert {name for name, belongs in found.items() if belongs(character)} == classes
