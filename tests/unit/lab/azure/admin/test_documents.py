from enum import StrEnum

import pytest

from keyferry.lab.azure.admin import documents
from keyferry.lab.azure.admin.documents import BadRequestError


class Colour(StrEnum):
    """Something to choose."""

    RED = "red"
    BLUE = "blue"


def test_what_is_left_out_has_a_default() -> None:
    document = documents.read(b"", ("a", "b"))
    assert documents.number(document, "a", least=1, most=2, default=1.5) == 1.5
    assert documents.text(document, "a", "x") == "x"
    assert documents.flag(document, "a") is False


def test_what_is_given_is_read() -> None:
    document = documents.read(b'{"n": 2, "t": "x", "f": true}', ("n", "t", "f"))
    assert documents.number(document, "n", least=0, most=2) == 2.0
    assert documents.text(document, "t") == "x"
    assert documents.flag(document, "f") is True
    assert documents.choice("red", "the colour", Colour) is Colour.RED


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b'{"other": 1}'])
def test_a_body_that_is_none(body: bytes) -> None:
    with pytest.raises(BadRequestError):
        documents.read(body, ("known",))


@pytest.mark.parametrize("given", [True, "2", 3, -1, [], float("nan")])
def test_a_number_that_is_none(given: object) -> None:
    with pytest.raises(BadRequestError, match="'n' must be a number from 0 to 2"):
        documents.number({"n": given}, "n", least=0, most=2)


def test_a_text_a_flag_and_a_choice_that_are_none() -> None:
    with pytest.raises(BadRequestError, match="'t' must be a text"):
        documents.text({"t": 1}, "t")
    with pytest.raises(BadRequestError, match="'f' must be true or false"):
        documents.flag({"f": 1}, "f")
    with pytest.raises(BadRequestError, match="the colour is none of red, blue"):
        documents.choice("green", "the colour", Colour)


def test_an_answer_is_json() -> None:
    response = documents.answer(404, {"error": "gone"})
    assert (response.status, response.body) == (404, b'{"error": "gone"}\n')
