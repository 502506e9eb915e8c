from typing import Any

import pytest

from keyferry.lab.kubernetes.schemas import shapes


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        pytest.param(shapes.string("t", one_of=("A",), default="A"), {"enum": ["A"], "default": "A"}, id="string"),
        pytest.param(shapes.integer("t", bits=64), {"type": "integer", "format": "int64"}, id="integer"),
        pytest.param(shapes.boolean("t"), {"type": "boolean"}, id="boolean"),
        pytest.param(shapes.time("t"), {"format": "date-time"}, id="time"),
        pytest.param(shapes.octets("t"), {"format": "byte"}, id="octets"),
        pytest.param(shapes.int_or_string("t"), {"x-kubernetes-int-or-string": True}, id="int-or-string"),
        pytest.param(shapes.struct("t", {}, required=("a",)), {"required": ["a"], "properties": {}}, id="struct"),
        pytest.param(shapes.atomic(shapes.struct("t", {})), {"x-kubernetes-map-type": "atomic"}, id="atomic"),
        pytest.param(shapes.opaque("t"), {"x-kubernetes-preserve-unknown-fields": True}, id="opaque"),
        pytest.param(shapes.labels("t"), {"additionalProperties": {"type": "string"}}, id="labels"),
        pytest.param(shapes.strings("t"), {"x-kubernetes-list-type": "atomic"}, id="strings"),
        pytest.param(
            shapes.set_of("t", {"type": "string"}),
            {"x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge"},
            id="set",
        ),
        pytest.param(
            shapes.keyed("t", {}, "port", "protocol"),
            {
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["port", "protocol"],
                "x-kubernetes-patch-strategy": "merge",
                "x-kubernetes-patch-merge-key": "port",
            },
            id="keyed",
        ),
        pytest.param(shapes.described({"description": "old"}, "t"), {}, id="described"),
    ],
)
def test_has_its_marks_and_its_text(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert schema.items() >= {**expected, "description": "t"}.items()


def test_a_struct_without_required_fields_says_nothing_of_them() -> None:
    assert "required" not in shapes.struct("t", {})


def test_a_keyed_list_without_strategy_is_replaced_by_patches() -> None:
    schema = shapes.keyed("t", {}, "name", strategy="")

    assert schema["x-kubernetes-list-map-keys"] == ["name"]
    assert not {"x-kubernetes-patch-strategy", "x-kubernetes-patch-merge-key"} & schema.keys()
