from collections.abc import Callable

import pytest

from keyferry.lab.azure.eventgrid.definition import InvalidError
from keyferry.lab.azure.eventgrid.fields import Fields

CONTENT = {
    "text": "abc",
    "empty": "",
    "number": 5,
    "flag": True,
    "null": None,
    "inner": {"text": "x"},
    "list": [{"text": "y"}],
    "texts": ["a", "b"],
    "half": "\ud800",
    "halves": ["\ud800"],
}


def _fields() -> Fields:
    return Fields(CONTENT, "properties")


def test_reads_what_is_there() -> None:
    fields = _fields()
    assert (fields.text("text"), fields.text("empty", ""), fields.text("null", "d")) == ("abc", "", "d")
    assert (fields.number("number", 1, 1, 9), fields.number("null", 1, 1, 9)) == (5, 1)
    assert (fields.flag("flag"), fields.flag("null")) == (True, False)
    assert fields.inner("inner").text("text") == "x"
    assert fields.inner("missing").at("name") == "properties.missing.name"
    assert [each.at("text") for each in fields.each("list", 1)] == ["properties.list[0].text"]
    assert (fields.texts("texts", 2), fields.texts("null", 2)) == (("a", "b"), ())
    assert (fields.has("text"), fields.has("null"), fields.has("missing")) == (True, False, False)


@pytest.mark.parametrize(
    ("read", "named"),
    [
        pytest.param(lambda: Fields([], "properties"), "'properties'", id="no-object"),
        pytest.param(lambda: _fields().text("number"), "'properties.number'", id="no-text"),
        pytest.param(lambda: _fields().text("missing"), "'properties.missing'", id="missing-text"),
        pytest.param(lambda: _fields().text("empty"), "'properties.empty'", id="empty-text"),
        pytest.param(lambda: _fields().text("text", most=2), "most 2", id="long-text"),
        pytest.param(lambda: _fields().text("half"), "'properties.half'", id="half-a-character"),
        pytest.param(lambda: _fields().texts("halves", 1), "'properties.halves'", id="halves-of-characters"),
        pytest.param(lambda: _fields().number("text", 1, 1, 9), "1 to 9", id="no-number"),
        pytest.param(lambda: _fields().number("flag", 1, 0, 9), "'properties.flag'", id="a-flag-is-no-number"),
        pytest.param(lambda: _fields().number("number", 1, 6, 9), "6 to 9", id="out-of-range"),
        pytest.param(lambda: _fields().flag("text"), "true or false", id="no-flag"),
        pytest.param(lambda: _fields().inner("text"), "'properties.text'", id="inner-is-no-object"),
        pytest.param(lambda: _fields().each("text", 1), "'properties.text'", id="no-list"),
        pytest.param(lambda: _fields().each("texts", 2), "texts\\[0\\]", id="no-list-of-objects"),
        pytest.param(lambda: _fields().texts("texts", 1), "at most 1", id="too-many"),
        pytest.param(lambda: _fields().texts("list", 1), "'properties.list'", id="no-list-of-texts"),
    ],
)
def test_names_the_field_that_is_wrong(read: Callable[[], object], named: str) -> None:
    with pytest.raises(InvalidError, match=named):
        read()
