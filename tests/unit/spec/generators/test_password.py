from typing import Any

import pytest

from keyferry.spec.generators import password
from keyferry.spec.problems import Problems


def read(**spec: Any) -> tuple[password.Password, list[str]]:
    problems = Problems()
    found = password.read(spec, "spec", problems)
    return found, [problem.path for problem in problems.found]


def counts(found: password.Password) -> tuple[int, int, int]:
    return found.letters, found.digits, found.symbols


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, (12, 6, 6), id="defaults"),
        pytest.param({"length": 0}, (12, 6, 6), id="zero-means-the-default"),
        pytest.param({"length": 10}, (6, 2, 2), id="a-quarter-each-rounded-down"),
        pytest.param({"length": 10, "digits": 0}, (8, 0, 2), id="no-digits"),
        pytest.param({"length": 8, "digits": 4, "symbols": 4}, (0, 4, 4), id="no-letters"),
    ],
)
def test_counts(spec: dict[str, Any], expected: tuple[int, int, int]) -> None:
    found, problems = read(**spec)
    assert (counts(found), problems) == (expected, [])


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        pytest.param({"length": 4, "digits": 3, "symbols": 2}, ["spec.length"], id="more-than-its-length"),
        pytest.param({"digits": -1}, ["spec.digits"], id="negative"),
        pytest.param({"length": 44}, ["spec.digits"], id="eleven-different-digits"),
        pytest.param({"symbols": 3, "symbolCharacters": "-_-"}, ["spec.symbols"], id="too-few-symbols"),
        pytest.param({"length": 40, "noUpper": True, "digits": 5, "symbols": 5}, ["spec.length"], id="too-few-letters"),
        pytest.param({"length": 10**9, "allowRepeat": True}, ["spec.length"], id="huge"),
        pytest.param({"secretKeys": ["a", "b", "a"]}, ["spec.secretKeys[2]"], id="key-twice"),
        pytest.param({"secretKeys": ["a", ""]}, ["spec.secretKeys[1]"], id="empty-key"),
        pytest.param({"secretKeys": [str(n) for n in range(257)]}, ["spec.secretKeys"], id="too-many-keys"),
    ],
)
def test_tells_what_cannot_be_made(spec: dict[str, Any], paths: list[str]) -> None:
    assert read(**spec)[1] == paths


def test_with_repetition_there_is_enough_of_everything() -> None:
    assert read(length=1000, allowRepeat=True)[1] == []


def test_the_default_symbols_are_punctuation_without_quote_and_semicolon() -> None:
    assert (len(set(password.DEFAULT_SYMBOLS)), set("';") & set(password.DEFAULT_SYMBOLS)) == (30, set())
    assert read(symbolCharacters="")[0].symbol_characters == password.DEFAULT_SYMBOLS


def test_letters_keys_and_encoding() -> None:
    found, _ = read(noUpper=True, secretKeys=["a", "b"], encoding="hex")
    assert (found.letter_characters, found.keys, found.encoding) == (password.LOWER, ("a", "b"), password.Encoding.HEX)
    assert read()[0].keys == ("password",)
