from typing import Any

import pytest

from keyferry.lab.kubernetes.crds import property_names

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        pytest.param("name", "name", id="plain"),
        pytest.param("namespace", "__namespace__", id="reserved"),
        pytest.param("a-b.c/d", "a__dash__b__dot__c__slash__d", id="signs"),
        pytest.param("a__b", "a__underscores__b", id="underscores"),
    ],
)
def test_escape(name: str, written: str) -> None:
    assert property_names.escape(name) == written


@pytest.mark.parametrize(
    ("value", "schema", "seen"),
    [
        pytest.param("a-b", TEXT, "a-b", id="a-value"),
        pytest.param({"a-b": "x"}, {"properties": {"a-b": TEXT}}, {"a__dash__b": "x"}, id="a-property"),
        pytest.param({"a-b": "x"}, {"additionalProperties": TEXT}, {"a-b": "x"}, id="a-key"),
        pytest.param({"a-b": "x"}, {"additionalProperties": True}, {"a-b": "x"}, id="a-key-of-anything"),
        pytest.param(
            [{"in": 1}], {"items": {"properties": {"in": {"type": "integer"}}}}, [{"__in__": 1}], id="within-a-list"
        ),
        pytest.param({"x": {"in": 1}}, {}, {"x": {"in": 1}}, id="what-is-not-declared"),
    ],
)
def test_only_declared_properties_are_written_otherwise(value: Any, schema: dict[str, Any], seen: Any) -> None:
    assert property_names.escaped(value, schema) == seen
