from typing import Any

import pytest

from keyferry.lab.kubernetes.tables import jsonpath

DOCUMENT = {
    "metadata": {"annotations": {"example.com/a.b": "x"}},
    "spec": {"list": [1, 2, 3], "deep": {"name": "inner"}, "name": "outer"},
    "status": {
        "conditions": [
            {"type": "Ready", "status": "True", "weight": 1},
            {"type": "Done", "status": "False", "weight": 3, "ok": True},
        ],
    },
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(".spec.name", ["outer"], id="key"),
        pytest.param("{.spec.name}", ["outer"], id="braces"),
        pytest.param("spec.name", ["outer"], id="without-dot"),
        pytest.param("$.spec.name", ["outer"], id="root"),
        pytest.param(".spec['name']", ["outer"], id="quoted"),
        pytest.param(r".metadata.annotations.example\.com/a\.b", ["x"], id="escaped-dot"),
        pytest.param('.metadata.annotations["example.com/a.b"]', ["x"], id="quoted-dots"),
        pytest.param(".spec.list[0]", [1], id="index"),
        pytest.param(".spec.list[-1]", [3], id="last"),
        pytest.param(".spec.list[9]", [], id="beyond"),
        pytest.param(".spec.list[1:]", [2, 3], id="slice"),
        pytest.param(".spec.list[*]", [1, 2, 3], id="all-items"),
        pytest.param(".spec.deep.*", ["inner"], id="all-values"),
        pytest.param("..name", ["outer", "inner"], id="anywhere"),
        pytest.param("..*", None, id="everything"),
        pytest.param('.status.conditions[?(@.type=="Ready")].status', ["True"], id="filter"),
        pytest.param(".status.conditions[?(@.type!='Ready')].type", ["Done"], id="filter-unequal"),
        pytest.param(".status.conditions[?(@.weight>1)].type", ["Done"], id="filter-order"),
        pytest.param(".status.conditions[?(@.weight > name)].type", [], id="filter-of-two-types"),
        pytest.param(".status.conditions[?(@.ok==true)].type", ["Done"], id="filter-boolean"),
        pytest.param(".status.conditions[?(@.ok)].type", ["Done"], id="filter-exists"),
        pytest.param(".spec.list[?(@==2)]", [2], id="filter-of-scalars"),
        pytest.param(".spec.gone.name", [], id="missing"),
        pytest.param(".spec.name.more", [], id="below-a-text"),
        pytest.param(".spec.name[0]", [], id="index-of-a-text"),
        pytest.param(".spec.name[0:1]", [], id="slice-of-a-text"),
        pytest.param(".spec[", [], id="unreadable"),
        pytest.param("", [], id="empty"),
    ],
)
def test_finds(path: str, expected: list[Any] | None) -> None:
    found = jsonpath.find(DOCUMENT, path)
    assert len(found) > 10 if expected is None else found == expected
