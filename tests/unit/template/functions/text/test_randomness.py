"""Chance comes from the surroundings, and every sign is as likely as the next."""

import re
from collections import Counter
from typing import Any

import pytest

from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.functions.text.randomness import FUNCTIONS
from tests.fakes.template_functions import call, world


@pytest.mark.parametrize(
    ("name", "alphabet"),
    [
        pytest.param("randAlphaNum", r"[A-Za-z0-9]", id="letters-and-digits"),
        pytest.param("randAlpha", r"[A-Za-z]", id="letters"),
        pytest.param("randNumeric", r"[0-9]", id="digits"),
        pytest.param("randAscii", r"[ -~]", id="printable"),
    ],
)
def test_draws_from_an_alphabet(name: str, alphabet: str) -> None:
    drawn = call(FUNCTIONS, name, 1000)
    assert re.fullmatch(f"{alphabet}{{1000}}", drawn.decode())
    assert call(FUNCTIONS, name, -1) == b""


def test_drops_bytes_that_would_favour_some() -> None:
    drawn = call(FUNCTIONS, "randNumeric", 250)  # 256 bytes in turn, of which the last six are dropped
    assert set(Counter(drawn).values()) == {25}


@pytest.mark.parametrize(("low", "high"), [pytest.param(5, 6, id="one"), pytest.param(-3, 300, id="more-than-a-byte")])
def test_numbers_lie_between(low: int, high: int) -> None:
    assert low <= call(FUNCTIONS, "randInt", low, high) < high


def test_a_number_that_would_be_unfair_is_drawn_again() -> None:
    surroundings = world()
    drawn = [call(FUNCTIONS, "randInt", 0, 200, within=surroundings) for _ in range(201)]
    assert drawn == [*range(200), 0]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("randInt", (5, 5), id="no-number-between"),
        pytest.param("randBytes", (-1,), id="a-negative-length"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)


def test_shuffles_whole_characters() -> None:
    assert Counter(call(FUNCTIONS, "shuffle", "aéb".encode()).decode()) == Counter("aéb")


def test_bytes_are_base64() -> None:
    assert call(FUNCTIONS, "randBytes", 3) == b"AAEC"
    assert call(FUNCTIONS, "randBytes", 0) == b""


def test_a_uuid_says_that_it_is_random() -> None:
    assert call(FUNCTIONS, "uuidv4") == b"00010203-0405-4607-8809-0a0b0c0d0e0f"


def test_growth_is_bounded() -> None:
    with pytest.raises(LimitReached):
        call(FUNCTIONS, "randAscii", 1 << 40)
