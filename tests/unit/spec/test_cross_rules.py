from typing import Any

import pytest

from keyferry.spec import cross_rules
from keyferry.spec.problems import Problems

STORE = {"secretStoreRef": {"name": "kv"}}
FIND: dict[str, Any] = {"dataFrom": [{"find": {}}]}
ITEM = {"secretKey": "a", "remoteRef": {"key": "x"}}


def policies(creation: str, deletion: str) -> dict[str, Any]:
    return {**STORE, **FIND, "target": {"creationPolicy": creation, "deletionPolicy": deletion}}


def found(spec: dict[str, Any]) -> list[str]:
    problems = Problems()
    cross_rules.check(spec, problems)
    assert all(problem.remedy for problem in problems.found)
    return [str(problem) for problem in problems.found]


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({**STORE, **FIND}, id="find"),
        pytest.param({**STORE, "data": [ITEM]}, id="data"),
        pytest.param({"data": [{**ITEM, "sourceRef": {"storeRef": {"name": "kv"}}}]}, id="store-of-its-own"),
        pytest.param(policies("Owner", "Delete"), id="owner-and-delete"),
        pytest.param(policies("Orphan", "Delete"), id="orphan-and-delete"),
        pytest.param(policies("Merge", "Merge"), id="merge-and-merge"),
        pytest.param(
            {**STORE, "target": {"deletionPolicy": "Delete"}, "data": [ITEM, ITEM]}, id="twice-without-retain"
        ),
        pytest.param({"dataFrom": [{"sourceRef": {"generatorRef": {"name": "g"}}}]}, id="generator-needs-no-store"),
    ],
)
def test_takes_what_goes_together(spec: dict[str, Any]) -> None:
    assert found(spec) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            policies("Merge", "Delete"),
            "spec.target.deletionPolicy: Delete does not go with creationPolicy Merge",
            id="merge-delete",
        ),
        pytest.param(
            policies("None", "Delete"),
            "spec.target.deletionPolicy: Delete does not go with creationPolicy None",
            id="none-delete",
        ),
        pytest.param(
            policies("CreateOrMerge", "Delete"),
            "spec.target.deletionPolicy: Delete does not go with creationPolicy CreateOrMerge",
            id="create-delete",
        ),
        pytest.param(
            policies("None", "Merge"),
            "spec.target.deletionPolicy: Merge does not go with creationPolicy None",
            id="none-merge",
        ),
        pytest.param(
            {**STORE, "data": [], "dataFrom": []},
            "spec: has neither data nor dataFrom, so it delivers nothing",
            id="nothing",
        ),
        pytest.param(
            {**STORE, "dataFrom": [{"find": {}, "extract": {}}]},
            "spec.dataFrom[0]: has extract and find, where one is allowed",
            id="two",
        ),
        pytest.param(
            {**STORE, "dataFrom": [{"find": {}, "sourceRef": {"generatorRef": {}}}]},
            "spec.dataFrom[0]: has find and generatorRef, where one is allowed",
            id="find-and-generator",
        ),
        pytest.param(
            {**STORE, "dataFrom": [{}]},
            "spec.dataFrom[0]: has neither extract nor find, so it delivers nothing",
            id="none",
        ),
        pytest.param(
            {**STORE, "dataFrom": [{"sourceRef": {"storeRef": {"name": "kv"}}}]},
            "spec.dataFrom[0]: has neither extract nor find, so it delivers nothing",
            id="store-alone",
        ),
        pytest.param(FIND, "spec.secretStoreRef.name: is missing, and dataFrom[0] names no store", id="no-store"),
        pytest.param(
            {"secretStoreRef": {"kind": "SecretStore"}, "data": [ITEM]},
            "spec.secretStoreRef.name: is missing, and data[0] names no store",
            id="store-without-name",
        ),
    ],
)
def test_refuses_what_does_not_go_together(spec: dict[str, Any], expected: str) -> None:
    assert found(spec) == [expected]


def test_reports_each_duplicate_with_retain() -> None:
    spec = {**STORE, "target": {"deletionPolicy": "Retain"}, "data": [ITEM, ITEM, {"secretKey": "b"}, ITEM, {}, {}]}
    assert found(spec) == [
        'spec.data[1].secretKey: "a" occurs 3 times',
        'spec.data[3].secretKey: "a" occurs 3 times',
    ]
