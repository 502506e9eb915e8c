import pytest

from keyferry.lab.kubernetes.crds import defaults
from keyferry.lab.kubernetes.objects import Object

SCHEMA: Object = {
    "properties": {
        "a": {"default": {"x": 1}, "properties": {"x": {}, "y": {"default": 2}}},
        "list": {"items": {"properties": {"z": {"default": 3}}}},
        "map": {"additionalProperties": {"properties": {"z": {"default": 4}}}},
        "nullable": {"default": 5, "nullable": True},
    },
}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({}, {"a": {"x": 1, "y": 2}, "nullable": 5}, id="defaults-of-defaults"),
        pytest.param({"a": {"x": 9}}, {"a": {"x": 9, "y": 2}, "nullable": 5}, id="keeps-what-is-there"),
        pytest.param({"a": None}, {"a": {"x": 1, "y": 2}, "nullable": 5}, id="null-counts-as-missing"),
        pytest.param({"nullable": None}, {"a": {"x": 1, "y": 2}, "nullable": None}, id="unless-nullable"),
        pytest.param(
            {"list": [{}, 1], "map": {"k": {}}},
            {"a": {"x": 1, "y": 2}, "list": [{"z": 3}, 1], "map": {"k": {"z": 4}}, "nullable": 5},
            id="inside-lists-and-maps",
        ),
    ],
)
def test_fills_in(document: Object, expected: Object) -> None:
    defaults.fill(document, SCHEMA)
    assert document == expected


def test_never_shares_a_default_between_objects() -> None:
    first: Object = {}
    second: Object = {}
    defaults.fill(first, SCHEMA)
    defaults.fill(second, SCHEMA)
    first["a"]["x"] = 7
    assert second["a"]["x"] == 1


def test_a_walk_by_what_fills_in_passes_by_the_rest() -> None:
    plain: Object = {"properties": {"b": {"type": "string"}, "c": {"items": {"type": "string"}}}}
    whole: Object = {**SCHEMA, "properties": {**SCHEMA["properties"], **plain["properties"]}}
    assert defaults.defaulting(plain) == {}
    assert defaults.defaulting(whole)["properties"].keys() == SCHEMA["properties"].keys()
    filled: Object = {"b": 1}
    defaults.fill(filled, defaults.defaulting(whole))
    assert filled == {"a": {"x": 1, "y": 2}, "b": 1, "nullable": 5}


def test_what_is_not_additional_stays_known() -> None:
    schema: Object = {"properties": {"b": {}}, "additionalProperties": {"properties": {"z": {"default": 1}}}}
    assert defaults.defaulting(schema) == schema
