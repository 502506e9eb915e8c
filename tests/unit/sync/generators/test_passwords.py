import base64
import string
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.spec.generators import password
from keyferry.spec.problems import Problems
from keyferry.sync.generators.passwords import passwords


def wanted(**spec: Any) -> password.Password:
    problems = Problems()
    found = password.read(spec, "spec", problems)
    assert not problems
    return found


def below_of(data: st.DataObject) -> Callable[[int], int]:
    return lambda bound: data.draw(st.integers(min_value=0, max_value=bound - 1))


def sorts(text: str) -> Counter[str]:
    return Counter(
        "letter" if each in string.ascii_letters else "digit" if each in string.digits else "symbol" for each in text
    )


@given(
    st.integers(min_value=1, max_value=20),
    st.integers(min_value=0, max_value=10),
    st.integers(min_value=0, max_value=10),
    st.booleans(),
    st.data(),
)
def test_has_what_was_asked_for(letters: int, digits: int, symbols: int, repeat: bool, data: st.DataObject) -> None:
    asked = wanted(length=letters + digits + symbols, digits=digits, symbols=symbols, allowRepeat=repeat)
    made = passwords(asked, below_of(data))["password"].decode()
    assert sorts(made) == Counter(letter=letters, digit=digits, symbol=symbols)
    assert repeat or len(set(made)) == len(made)


def test_no_upper_case_where_none_is_wanted() -> None:
    made = passwords(wanted(noUpper=True, symbols=0), lambda bound: bound - 1)["password"].decode()
    assert made == made.lower()


def test_each_key_has_a_password_of_its_own() -> None:
    numbers = iter(range(10_000))
    made = passwords(wanted(secretKeys=["a", "b"]), lambda bound: next(numbers) % bound)
    assert set(made) == {"a", "b"}
    assert made["a"] != made["b"]


@pytest.mark.parametrize(
    ("encoding", "decode"),
    [
        pytest.param("raw", bytes, id="raw"),
        pytest.param("base64", base64.b64decode, id="base64"),
        pytest.param("base64url", base64.urlsafe_b64decode, id="base64url"),
        pytest.param("base32", base64.b32decode, id="base32"),
        pytest.param("hex", lambda text: bytes.fromhex(text.decode()), id="hex"),
    ],
)
def test_encodings(encoding: str, decode: Callable[[bytes], bytes]) -> None:
    plain = passwords(wanted(symbolCharacters="äöü~", symbols=4), lambda _: 0)["password"]
    made = passwords(wanted(symbolCharacters="äöü~", symbols=4, encoding=encoding), lambda _: 0)["password"]
    assert decode(made) == plain
