from typing import Any

import pytest

from keyferry.lab.kubernetes.resources import Column
from keyferry.lab.kubernetes.tables import custom
from tests.fakes.kubernetes_cluster import START

DOCUMENT = {
    "metadata": {"creationTimestamp": "2026-03-01T11:59:00Z"},
    "spec": {"text": "a", "number": 4, "float": 2.5, "flag": True, "list": ["a", 1], "object": {"a": 1}},
}


@pytest.mark.parametrize(
    ("type_", "path", "cell"),
    [
        pytest.param("string", ".spec.text", "a", id="text"),
        pytest.param("string", ".spec.number", "4", id="number-as-text"),
        pytest.param("string", ".spec.flag", "true", id="boolean-as-text"),
        pytest.param("string", ".spec.object", '{"a":1}', id="object-as-text"),
        pytest.param("string", ".spec.list[*]", "a,1", id="several"),
        pytest.param("integer", ".spec.number", 4, id="integer"),
        pytest.param("integer", ".spec.flag", None, id="boolean-is-no-integer"),
        pytest.param("integer", ".spec.text", None, id="text-is-no-integer"),
        pytest.param("number", ".spec.float", 2.5, id="number"),
        pytest.param("boolean", ".spec.flag", True, id="boolean"),
        pytest.param("date", ".metadata.creationTimestamp", "60s", id="date-as-age"),
        pytest.param("date", ".status.none", "<unknown>", id="missing-date"),
        pytest.param("string", ".status.none", None, id="missing"),
    ],
)
def test_cells(type_: str, path: str, cell: Any) -> None:
    assert custom.cells(DOCUMENT, (Column(name="X", type=type_, path=path),), START) == [cell]
