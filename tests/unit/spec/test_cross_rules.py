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
        pytest.param({**STORE, "dataFrom": [{"sourceRef": {"storeRef": {"name": "kv"}}}]}, id="a-store-alone"),
        pytest.param(
            {
                **STORE,
                **FIND,
                "target": {
                    "manifest": {"apiVersion": "v1", "kind": "ConfigMap"},
                    "template": {"templateFrom": [{"literal": "a", "target": "spec.x"}]},
                },
            },
            id="any-part-of-another-kind",
        ),
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
            "spec.dataFrom[0]: has neither extract nor find nor a generator, so it delivers nothing",
            id="none",
        ),
        pytest.param(
            {**STORE, "data": [{**ITEM, "sourceRef": {"generatorRef": {}}}]},
            "spec.data[0].sourceRef.generatorRef: makes many values, where data takes one",
            id="generator-under-data",
        ),
        pytest.param(
            {**STORE, **FIND, "target": {"template": {"type": "bootstrap.kubernetes.io/token"}}},
            "spec.target.template.type: bootstrap.kubernetes.io/token lets nodes join the cluster",
            id="template",
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


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        pytest.param({"find": {"path": "x"}}, "d.find.path", id="path"),
        pytest.param({"sourceRef": {"storeRef": {"name": "kv"}}}, "d", id="a-store-alone"),
    ],
)
def test_what_is_said_in_vain_is_told(entry: dict[str, Any], path: str) -> None:
    problems = Problems()
    cross_rules.advise(entry, "d", problems)
    assert [(problem.path, problem.is_ours) for problem in problems.found] == [(path, True)]


def test_what_has_a_use_is_not_told() -> None:
    problems = Problems()
    cross_rules.advise({"find": {}, "sourceRef": {"storeRef": {"name": "kv"}}}, "d", problems)
    assert not problems
