from typing import Any

import pytest

from keyferry.lab.kubernetes.crds import validate
from keyferry.lab.kubernetes.objects import Object

MAP = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["k"],
    "items": {"type": "object"},
}


@pytest.mark.parametrize(
    ("schema", "good", "bad", "complaint"),
    [
        pytest.param({"type": "string"}, "a", 1, 'must be of type string: "integer"', id="string"),
        pytest.param({"type": "integer"}, 2.0, 2.5, 'must be of type integer: "number"', id="integer"),
        pytest.param({"type": "number"}, 2, "2", 'must be of type number: "string"', id="number"),
        pytest.param({"type": "boolean"}, True, 1, 'must be of type boolean: "integer"', id="boolean"),
        pytest.param({"type": "object"}, {}, [], 'must be of type object: "array"', id="object"),
        pytest.param({"type": "string"}, "", None, 'must be of type string: "null"', id="null"),
        pytest.param({"type": "string", "nullable": True}, None, 1, "must be of type string", id="nullable"),
        pytest.param({"x-kubernetes-int-or-string": True}, "5%", True, "of type integer,string", id="int-or-string"),
        pytest.param({"type": "string", "enum": ["a", "b"]}, "a", "c", 'supported values: "a", "b"', id="enum"),
        pytest.param({"type": "integer", "enum": [1]}, 1, 2, 'supported values: "1"', id="enum-of-numbers"),
        pytest.param({"type": "string", "maxLength": 2}, "ab", "abc", "Too long", id="max-length"),
        pytest.param({"type": "string", "minLength": 1}, "a", "", "at least 1 chars long", id="min-length"),
        pytest.param({"type": "string", "pattern": "^a+$"}, "aa", "b", "should match '^a+$'", id="pattern"),
        pytest.param({"type": "string", "format": "date"}, "2026-03-01", "x", "must be of type date", id="format"),
        pytest.param({"type": "integer", "minimum": 1}, 1, 0, "greater than or equal to 1", id="minimum"),
        pytest.param({"minimum": 1, "exclusiveMinimum": True}, 2, 1, "greater than 1", id="exclusive-minimum"),
        pytest.param({"type": "integer", "maximum": 1}, 1, 2, "less than or equal to 1", id="maximum"),
        pytest.param({"maximum": 1, "exclusiveMaximum": True}, 0, 1, "less than 1", id="exclusive-maximum"),
        pytest.param({"type": "integer", "multipleOf": 2}, 4, 3, "multiple of 2", id="multiple"),
        pytest.param({"type": "array", "maxItems": 1}, [1], [1, 2], "must have at most 1 items", id="max-items"),
        pytest.param({"type": "array", "minItems": 1}, [1], [], "at least 1 items", id="min-items"),
        pytest.param({"type": "array", "items": {"type": "string"}}, ["a"], [1], "[0]: Invalid value", id="items"),
        pytest.param(MAP, [{"k": 1}, {"k": 2}], [{"k": 1}, {"k": 1}], "[1]: Duplicate value", id="map-keys"),
        pytest.param(
            {"type": "array", "x-kubernetes-list-type": "set"}, [1, 2], [1, 1], "Duplicate value: 1", id="set"
        ),
        pytest.param({"type": "array", "uniqueItems": True}, [1, 2], [1, 1], "Duplicate value: 1", id="unique"),
        pytest.param({"required": ["a"]}, {"a": 1}, {}, "a: Required value", id="required"),
        pytest.param({"maxProperties": 1}, {"a": 1}, {"a": 1, "b": 1}, "must have at most 1", id="max-properties"),
        pytest.param({"minProperties": 1}, {"a": 1}, {}, "at least 1 properties", id="min-properties"),
        pytest.param(
            {"properties": {"a": {"type": "string"}}}, {"a": ""}, {"a": 1}, "a: Invalid value", id="properties"
        ),
        pytest.param({"additionalProperties": {"type": "string"}}, {"x": ""}, {"x": 1}, "x: Invalid", id="additional"),
        pytest.param({"allOf": [{"required": ["a"]}]}, {"a": 1}, {}, "a: Required value", id="all-of"),
        pytest.param({"anyOf": [{"minimum": 5}, {"maximum": 1}]}, 0, 3, "(anyOf)", id="any-of"),
        pytest.param(
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1}, {"a": 1, "b": 1}, "(oneOf)", id="one"
        ),
        pytest.param({"not": {"required": ["a"]}}, {}, {"a": 1}, "(not)", id="not"),
    ],
)
def test_takes_and_refuses(schema: Object, good: Any, bad: Any, complaint: str) -> None:
    assert validate.validate(good, schema) == []
    found = validate.validate(bad, schema)
    assert any(complaint in str(problem) for problem in found), list(map(str, found))


def test_paths_lead_to_the_field() -> None:
    inner = {"type": "object", "required": ["secretKey"]}
    schema = {"properties": {"spec": {"properties": {"data": {"type": "array", "items": inner}}}}}
    found = validate.validate({"spec": {"data": [{"secretKey": 1}, {}]}}, schema)
    assert list(map(str, found)) == ["spec.data[1].secretKey: Required value"]


def test_int_or_string_ignores_the_anyof_beside_it() -> None:
    schema = {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert validate.validate("a", schema) == []


def test_a_wrong_type_is_the_only_problem_told() -> None:
    assert len(validate.validate(1, {"type": "string", "pattern": "x", "enum": ["x"]})) == 1
