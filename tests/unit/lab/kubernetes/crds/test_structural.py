import pytest

from keyferry.lab.kubernetes.crds import structural
from keyferry.lab.kubernetes.objects import Object


def _under_a(schema: Object) -> Object:
    return {"type": "object", "properties": {"a": schema}}


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param(_under_a({"type": "string"}), id="types"),
        pytest.param(_under_a({"x-kubernetes-preserve-unknown-fields": True}), id="preserved"),
        pytest.param(
            _under_a({"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}]}), id="int-or-string"
        ),
        pytest.param(_under_a({"type": "object", "oneOf": [{"required": ["b"]}]}), id="junctor"),
        pytest.param(_under_a({"type": "array", "items": {"type": "string"}}), id="array"),
        pytest.param(_under_a({"type": "object", "additionalProperties": {"type": "string"}}), id="map"),
        pytest.param(_under_a({"type": "string", "not": {"pattern": "^a"}}), id="not"),
        pytest.param(_under_a({"type": "string", "pattern": "^a+$"}), id="pattern"),
    ],
)
def test_takes_structural_schemas(schema: Object) -> None:
    assert structural.check(schema, "s") == []


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        pytest.param({"type": "string"}, "must be object at the root", id="root"),
        pytest.param({}, "s.type: Required value", id="no-type-at-the-root"),
        pytest.param(_under_a({}), "s.properties[a].type: Required value", id="no-type"),
        pytest.param(_under_a({"type": "text"}), "Unsupported value", id="unknown-type"),
        pytest.param(_under_a({"type": "array"}), "s.properties[a].items: Required value", id="no-items"),
        pytest.param(_under_a({"type": "string", "$ref": "#"}), "$ref is not supported", id="ref"),
        pytest.param(
            _under_a({"type": "array", "items": {"type": "string"}, "uniqueItems": True}), "quadratic", id="unique"
        ),
        pytest.param(_under_a({"type": "string", "pattern": "("}), "valid regular expression", id="pattern"),
        pytest.param(
            _under_a({"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "map"}),
            "x-kubernetes-list-map-keys: Required value",
            id="map-without-keys",
        ),
        pytest.param(
            _under_a({"type": "object", "anyOf": [{"type": "object"}]}), "must be empty to be structural", id="junctor"
        ),
        pytest.param(
            _under_a({"type": "object", "allOf": [{"properties": {"b": {"default": 1}}}]}),
            "[b].default",
            id="deep-junctor",
        ),
        pytest.param(
            _under_a({"type": "array", "items": {"type": "string"}, "not": {"items": {"nullable": True}}}),
            "not.items.nullable",
            id="items-in-a-junctor",
        ),
        pytest.param(
            _under_a({"type": "object", "properties": {}, "additionalProperties": {}}), "type: Required", id="map-type"
        ),
        pytest.param(
            _under_a(
                {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": {"type": "string"}}
            ),
            "mutual exclusive",
            id="both",
        ),
        pytest.param(
            _under_a({"type": "object", "x-kubernetes-preserve-unknown-fields": False}),
            "must be true or",
            id="not-preserved",
        ),
    ],
)
def test_refuses_others(schema: Object, complaint: str) -> None:
    found = [str(problem) for problem in structural.check(schema, "s")]
    assert any(complaint in text for text in found), found
