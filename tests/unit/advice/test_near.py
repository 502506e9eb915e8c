"""What is a slip, and what another name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.advice.near import is_slip, near

NAMES = st.text("abc-1", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("reader", "Reader", True, id="case"),
        pytest.param("READER", "reader", True, id="every-letter-in-upper-case"),
        pytest.param("reader", "reader", False, id="the-same"),
        pytest.param("reader", "readr", True, id="one-too-few"),
        pytest.param("reader", "readers", True, id="one-too-many"),
        pytest.param("reader", "xreader", True, id="one-more-in-front"),
        pytest.param("reader", "rea-der", True, id="a-dash"),
        pytest.param("reader", "roader", True, id="one-exchanged"),
        pytest.param("reader", "raeder", True, id="two-swapped"),
        pytest.param("reader", "redaer", True, id="two-swapped-in-the-middle"),
        pytest.param("reader", "rredae", False, id="many-swapped"),
        pytest.param("reader", "writer", False, id="another-word"),
        pytest.param("reader", "reader-v2", False, id="longer"),
        pytest.param("api-1", "api-2", False, id="numbered"),
        pytest.param("api", "api2", False, id="numbered-later"),
        pytest.param("aa", "aaa", True, id="repeated"),
        pytest.param("", "a", True, id="nothing"),
        pytest.param("abcd", "bacd", True, id="swapped-in-front"),
        pytest.param("abcd", "abxy", False, id="two-exchanged"),
    ],
)
def test_a_slip_is_one_edit(one: str, other: str, expected: bool) -> None:
    assert is_slip(one, other) is expected
    assert is_slip(other, one) is expected


@given(NAMES, NAMES)
def test_slips_are_mutual(one: str, other: str) -> None:
    assert is_slip(one, other) is is_slip(other, one)


@given(NAMES, st.sampled_from("xyz-"), st.data())
def test_whatever_is_left_out_is_a_slip(name: str, letter: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    assert is_slip(name, name[:place] + letter + name[place:])


def test_the_first_near_name_is_meant() -> None:
    assert near("raeder", ["raeder", "writer", "reader", "readr"]) == "reader"
    assert near("raeder", ["writer"]) == ""


@given(st.text("abAB-1", max_size=9), st.lists(st.text("abAB-1", max_size=9), max_size=4))
def test_whatever_is_a_slip_is_found(word: str, known: list[str]) -> None:
    slips = [name for name in known if name != word and is_slip(word, name)]
    assert near(word, known) == (slips[0] if slips else "")
