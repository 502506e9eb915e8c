import pytest

from keyferry.lab.kubernetes.crds import prune
from keyferry.lab.kubernetes.objects import Object

KEEP = {"x-kubernetes-preserve-unknown-fields": True}
SCHEMA: Object = {
    "type": "object",
    "properties": {
        "metadata": {"type": "object"},
        "spec": {
            "properties": {
                "known": {},
                "list": {"type": "array", "items": {"properties": {"a": {}}}},
                "map": {"additionalProperties": {"properties": {"a": {}}}},
                "open": {**KEEP, "properties": {"inner": {"properties": {"a": {}}}}},
                "any": {"additionalProperties": True},
                "pod": {"x-kubernetes-embedded-resource": True, "properties": {"spec": {}}},
            },
        },
    },
}


@pytest.mark.parametrize(
    ("spec", "removed"),
    [
        pytest.param({"known": {"x": 1}}, ["spec.known.x"], id="a-schema-without-properties-keeps-nothing"),
        pytest.param({"list": [{"a": 1}, {"b": 1}]}, ["spec.list[1].b"], id="items"),
        pytest.param({"map": {"k": {"a": 1, "b": 1}}}, ["spec.map.k.b"], id="maps"),
        pytest.param(
            {"open": {"x": 1, "inner": {"a": 1, "b": 1}}}, ["spec.open.inner.b"], id="preserved-but-not-inside"
        ),
        pytest.param({"any": {"x": {"y": 1}}}, [], id="additional-true"),
        pytest.param({"pod": {"apiVersion": "v1", "metadata": {"x": 1}, "z": 1}}, ["spec.pod.z"], id="embedded"),
        pytest.param({"b": 1, "a": 1}, ["spec.a", "spec.b"], id="sorted"),
    ],
)
def test_removes_and_names_unknown_fields(spec: Object, removed: list[str]) -> None:
    document = {"apiVersion": "x/v1", "kind": "X", "metadata": {"name": "a"}, "spec": spec}
    assert prune.prune(document, SCHEMA) == removed
    assert prune.prune(document, SCHEMA) == []
    assert document["metadata"] == {"name": "a"}
