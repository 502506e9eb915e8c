from typing import Any

import pytest

from keyferry.lab.kubernetes.managed_fields import structure
from keyferry.lab.kubernetes.schemas.metadata import OBJECT_META

PORTS: dict[str, Any] = {
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["port", "protocol"],
    "items": {"properties": {"port": {}, "protocol": {"default": "TCP"}}},
}


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        pytest.param({}, {}, True, id="object"),
        pytest.param({}, {"x-kubernetes-map-type": "atomic"}, False, id="atomic-object"),
        pytest.param([], {}, False, id="list"),
        pytest.param([], {"x-kubernetes-list-type": "atomic"}, False, id="atomic-list"),
        pytest.param([], {"x-kubernetes-list-type": "set"}, True, id="set"),
        pytest.param([], PORTS, True, id="list-by-keys"),
        pytest.param("x", PORTS, False, id="scalar"),
        pytest.param(None, {}, False, id="null"),
    ],
)
def test_knows_what_is_divided(value: Any, schema: dict[str, Any], expected: bool) -> None:
    assert structure.divided(value, schema) is expected


@pytest.mark.parametrize(
    ("value", "schema", "expected"),
    [
        pytest.param({"a": 1, "b": 2}, {"properties": {"a": {"x": 1}}}, [("f:a", {"x": 1}), ("f:b", {})], id="fields"),
        pytest.param({"b": 2}, {"additionalProperties": {"x": 1}}, [("f:b", {"x": 1})], id="free-keys"),
        pytest.param({"b": 2}, {"additionalProperties": True}, [("f:b", {})], id="any-free-keys"),
        pytest.param(["x"], {"x-kubernetes-list-type": "set", "items": {"x": 1}}, [('v:"x"', {"x": 1})], id="set"),
        pytest.param([{"port": 1}], PORTS, [('k:{"port":1,"protocol":"TCP"}', PORTS["items"])], id="defaulted-key"),
        pytest.param(["odd"], PORTS, [('v:"odd"', PORTS["items"])], id="a-scalar-among-objects"),
    ],
)
def test_divides(value: Any, schema: dict[str, Any], expected: list[tuple[str, Any]]) -> None:
    assert [(element, below) for element, _, below in structure.parts(value, schema)] == expected


def test_metadata_is_always_known() -> None:
    custom = {"properties": {"spec": {"type": "object"}, "metadata": {"type": "object"}}}

    assert structure.whole(custom)["properties"] == {"spec": {"type": "object"}, "metadata": OBJECT_META}
    assert structure.whole(None)["properties"] == {"metadata": OBJECT_META}


def test_a_free_key_is_not_declared() -> None:
    assert structure.declared({"properties": {"a": {}}}, "f:a")
    assert not structure.declared({"additionalProperties": {}}, "f:a")
