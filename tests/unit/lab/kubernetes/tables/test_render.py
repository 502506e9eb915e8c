import pytest

from keyferry.lab.kubernetes.resources import Column, Resource
from keyferry.lab.kubernetes.tables import render
from tests.fakes.kubernetes_cluster import START

COLUMNS = (
    Column(name="Size", type="integer", path=".spec.size", priority=1),
    Column(name="Age", type="date", path=".metadata.creationTimestamp"),
)
FERRY = Resource(group="example.com", version="v1", kind="Ferry", plural="ferries", custom=True, columns=COLUMNS)
DOCUMENT = {
    "kind": "Ferry",
    "metadata": {"name": "a", "creationTimestamp": "2026-03-01T11:59:00Z"},
    "spec": {"size": 4},
}


def test_columns_begin_with_the_name_and_keep_their_priority() -> None:
    table = render.table(FERRY, [DOCUMENT], START, "Metadata")
    assert [(one["name"], one["priority"]) for one in table["columnDefinitions"]] == [
        ("Name", 0),
        ("Size", 1),
        ("Age", 0),
    ]
    assert table["rows"][0]["cells"] == ["a", 4, "60s"]


@pytest.mark.parametrize(
    ("include", "kind"),
    [
        pytest.param("Metadata", "PartialObjectMetadata", id="metadata"),
        pytest.param("Object", "Ferry", id="object"),
        pytest.param("None", None, id="none"),
    ],
)
def test_rows_carry_their_object_as_asked(include: str, kind: str | None) -> None:
    (row,) = render.table(FERRY, [DOCUMENT], START, include)["rows"]
    assert row.get("object", {}).get("kind") == kind


def test_built_in_kinds_have_printers_of_their_own() -> None:
    secret = Resource(group="", version="v1", kind="Secret", plural="secrets")
    document = {"metadata": {"name": "a"}, "type": "Opaque", "data": {"x": ""}}
    assert render.table(secret, [document], START, "None")["rows"] == [{"cells": ["a", "Opaque", 1, "<unknown>"]}]
