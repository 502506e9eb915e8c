from typing import Any

import pytest

from keyferry.lab.kubernetes.crds import shape
from keyferry.lab.kubernetes.objects import Object

SCHEMA: Object = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "bytes": {"type": "string", "format": "byte"},
        "flag": {"type": "boolean"},
        "count": {"type": "integer"},
        "share": {"type": "number"},
        "either": {"x-kubernetes-int-or-string": True},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
        "open": {"x-kubernetes-preserve-unknown-fields": True},
    },
}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"text": "", "flag": True, "count": 1, "share": 1.5, "either": "5%"}, id="right"),
        pytest.param({"count": 2.0, "share": 2}, id="whole-numbers"),
        pytest.param({"map": {"a": "b"}, "list": [{"a": "b"}, None]}, id="containers"),
        pytest.param({"open": [1, {"a": 2}], "unknown": 1}, id="anything"),
    ],
)
def test_fits(document: Object) -> None:
    assert shape.conform(document, SCHEMA, "X") == ""


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        pytest.param({"text": 1}, "number into Go struct field X.text of type string", id="number"),
        pytest.param({"text": True}, "bool into Go struct field X.text of type string", id="boolean"),
        pytest.param({"count": True}, "bool into Go struct field X.count of type integer", id="boolean-is-no-number"),
        pytest.param({"count": 1.5}, "number into Go struct field X.count of type integer", id="fraction"),
        pytest.param({"map": [1]}, "array into Go struct field X.map of type object", id="list"),
        pytest.param({"map": {"a": {}}}, "object into Go struct field X.map.a of type string", id="in-a-map"),
        pytest.param({"list": [{"a": []}]}, "array into Go struct field X.list.a of type string", id="in-a-list"),
        pytest.param({"list": ["a"]}, "string into Go struct field X.list of type object", id="item"),
    ],
)
def test_does_not_fit(document: Any, fault: str) -> None:
    assert shape.conform(document, SCHEMA, "X") == f"json: cannot unmarshal {fault}"


@pytest.mark.parametrize(
    ("value", "position"),
    [pytest.param("ab cd", 2, id="sign"), pytest.param("abc", 3, id="length"), pytest.param("ä", 0, id="letter")],
)
def test_says_where_base64_ends_and_nothing_of_the_value(value: str, position: int) -> None:
    assert shape.conform({"bytes": value}, SCHEMA, "X") == f"illegal base64 data at input byte {position}"


def test_nulls_of_known_fields_go() -> None:
    document: Object = {"bytes": "aGk=", "text": None, "map": {"a": None}, "open": {"b": None}, "list": [None, {}]}
    assert shape.conform(document, SCHEMA, "X") == ""
    assert document == {"bytes": "aGk=", "map": {"a": None}, "open": {"b": None}, "list": [{}]}
