"""keyferry.spec.estate.json_schema"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from keyferry.kube import yaml_documents
from keyferry.spec.estate import json_schema
from keyferry.spec.schema import Flag, Integer, IntegerOrText, Items, Node, Table, Text, Texts
from tests.fakes.estate_documents import azure, document

EXAMPLES = Path(__file__).parents[4] / "examples"
SCHEMA = json_schema.document()
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
KNOWN = {
    *("$schema", "$id", "$defs", "$ref", "title", "description", "default", "type", "enum", "pattern", "oneOf"),
    *("minLength", "maxLength", "minimum", "maximum", "minItems", "items", "properties", "required"),
    "additionalProperties",
}


def faults(schema: Mapping[str, Any], value: Any, path: str = "") -> Iterator[str]:
    """What a validator of JSON Schema says, as far as our schema has keywords."""
    assert set(schema) <= KNOWN
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema and sum(not list(faults(each, value)) for each in schema["oneOf"]) != 1:
        yield f"{path}: is not one of"
    if "type" in schema and not _is_of(schema["type"], value):
        yield f"{path}: is no {schema['type']}"
    elif isinstance(value, dict):
        yield from _object(schema, value, path)
    elif isinstance(value, list):
        yield from (line for inner in value for line in faults(schema.get("items", {}), inner, f"{path}[]"))
    elif isinstance(value, str):
        yield from _text(schema, value, path)
    elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{path}: is out of bounds"


def _is_of(name: str, value: Any) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _object(schema: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path}.{name}: is missing" for name in schema.get("required", ()) if name not in value)
    for name, inner in value.items():
        below = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
        if below is False:
            yield f"{path}.{name}: is unknown"
        else:
            yield from faults(below, inner, f"{path}.{name}")


def _text(schema: Mapping[str, Any], value: str, path: str) -> Iterator[str]:
    if value not in schema.get("enum", (value,)):
        yield f"{path}: is not among"
    if not re.search(schema.get("pattern", ""), value):
        yield f"{path}: does not match"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{path}: has a wrong length"


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("estate*.yaml")), ids=lambda path: path.name)
def test_every_example_is_valid(file: Path) -> None:
    (found,) = yaml_documents.documents(file.read_text())
    assert list(faults(SCHEMA, found)) == []


@pytest.mark.parametrize("file", sorted((EXAMPLES / "sites").glob("*.yaml")), ids=lambda path: path.name)
def test_every_example_of_sites_is_valid(file: Path) -> None:
    for found in yaml_documents.documents(file.read_text()):
        assert list(faults(SCHEMA["$defs"]["sites"], found)) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({"azure": azure(tenantId="x")}, ".spec.azure.tenantId: does not match", id="pattern"),
        pytest.param({"sitez": []}, ".spec.sitez: is unknown", id="unknown"),
        pytest.param({"cluster": {}}, ".spec.cluster: is not one of", id="no-cluster"),
        pytest.param(
            {"cluster": {"aks": {"name": "a", "create": {"nodeCount": 0}}}},
            ".spec.cluster.aks.create.nodeCount: is out of bounds",
            id="bounds",
        ),
        pytest.param({"sites": [{}]}, ".spec.sites[].name: is missing", id="missing"),
        pytest.param({"sites": [{"name": "a", "consume": "x"}]}, ".spec.sites[].consume: is not among", id="enum"),
        pytest.param({"vaults": {}}, ".spec.vaults: is no array", id="type"),
    ],
)
def test_editors_see_what_is_wrong(spec: dict[str, Any], expected: str) -> None:
    assert expected in list(faults(SCHEMA, document(**spec)))


def test_it_is_json() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert (SCHEMA["$schema"], SCHEMA["title"]) == ("https://json-schema.org/draft/2020-12/schema", "Estate")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        pytest.param(Text(doc="A."), {"description": "A.", "type": "string"}, id="text"),
        pytest.param(
            Text(enum=("a",), default="a", pattern="^a$", min_length=1, max_length=2),
            {"type": "string", "enum": ["a"], "pattern": "^a$", "minLength": 1, "maxLength": 2, "default": "a"},
            id="text-with-all",
        ),
        pytest.param(Flag(default=False), {"type": "boolean", "default": False}, id="flag"),
        pytest.param(
            Integer(least=0, most=2, default=1),
            {"type": "integer", "minimum": 0, "maximum": 2, "default": 1},
            id="integer",
        ),
        pytest.param(IntegerOrText(), {"type": ["integer", "string"]}, id="integer-or-text"),
        pytest.param(Items(of=Flag()), {"type": "array", "items": {"type": "boolean"}}, id="list"),
        pytest.param(
            Items(of=Flag(), min_items=1),
            {"type": "array", "items": {"type": "boolean"}, "minItems": 1},
            id="filled-list",
        ),
        pytest.param(Texts(), {"type": "object", "additionalProperties": {"type": "string"}}, id="texts"),
        pytest.param(
            Table(fields={"a": Flag()}, required=("a",)),
            {
                "type": "object",
                "properties": {"a": {"type": "boolean"}},
                "additionalProperties": False,
                "required": ["a"],
            },
            id="mapping",
        ),
        pytest.param(
            Table(fields={"a": Flag(), "b": Flag()}, min_properties=1, max_properties=1),
            {
                "type": "object",
                "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}},
                "additionalProperties": False,
                "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
            },
            id="exactly-one",
        ),
    ],
)
def test_nodes(node: Node, expected: dict[str, Any]) -> None:
    assert json_schema.render(node) == expected
