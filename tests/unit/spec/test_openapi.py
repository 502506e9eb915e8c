from typing import Any

import pytest

from keyferry.spec import openapi, rules
from keyferry.spec.schema import Flag, Integer, IntegerOrText, Items, Node, Table, Text, Texts, Validation


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        pytest.param(Text(doc="A word."), {"description": "A word.", "type": "string"}, id="text"),
        pytest.param(
            Text(enum=("a", "b"), default="a", not_yet_values=("b",)),
            {"type": "string", "enum": ["a", "b"], "default": "a"},
            id="what-is-not-yet-supported-is-taken",
        ),
        pytest.param(
            Text(pattern="^a$", min_length=1, max_length=2, rule=rules.guid),
            {"type": "string", "pattern": "^a$", "minLength": 1, "maxLength": 2},
            id="rules-are-not-shown",
        ),
        pytest.param(
            Text(format="date-time", nullable=True, default=""),
            {"type": "string", "format": "date-time", "nullable": True, "default": ""},
            id="time",
        ),
        pytest.param(Flag(), {"type": "boolean"}, id="flag"),
        pytest.param(Flag(default=False), {"type": "boolean", "default": False}, id="flag-with-default"),
        pytest.param(Integer(), {"type": "integer", "format": "int32"}, id="integer"),
        pytest.param(
            Integer(format="", least=0, most=9), {"type": "integer", "minimum": 0, "maximum": 9}, id="bounded-integer"
        ),
        pytest.param(Integer(format="", default=24), {"type": "integer", "default": 24}, id="integer-with-default"),
        pytest.param(
            Table(fields={}, atomic=True, validations=(Validation(rule="has(self.a)", message="a is missing"),)),
            {
                "type": "object",
                "properties": {},
                "x-kubernetes-map-type": "atomic",
                "x-kubernetes-validations": [{"rule": "has(self.a)", "message": "a is missing"}],
            },
            id="what-is-asked-of-the-whole",
        ),
        pytest.param(
            IntegerOrText(),
            {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True},
            id="int-or-string-in-the-permitted-form",
        ),
        pytest.param(Items(of=Flag()), {"type": "array", "items": {"type": "boolean"}}, id="list"),
        pytest.param(
            Items(of=Flag(), min_items=1),
            {"type": "array", "items": {"type": "boolean"}, "minItems": 1},
            id="short-list",
        ),
        pytest.param(Texts(), {"type": "object", "additionalProperties": {"type": "string"}}, id="labels"),
        pytest.param(
            Table(
                fields={"a": Flag()},
                required=("a",),
                min_properties=1,
                max_properties=1,
                open=True,
                default={"a": True},
            ),
            {
                "type": "object",
                "properties": {"a": {"type": "boolean"}},
                "required": ["a"],
                "minProperties": 1,
                "maxProperties": 1,
                "x-kubernetes-preserve-unknown-fields": True,
                "default": {"a": True},
            },
            id="table",
        ),
    ],
)
def test_renders_fields(node: Node, expected: dict[str, Any]) -> None:
    assert openapi.render(node) == expected
