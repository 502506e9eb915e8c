from typing import Any

import pytest

from keyferry.spec import push_rules
from keyferry.spec.problems import Problems

KV = {"kind": "SecretStore", "name": "kv"}
SPEC: dict[str, Any] = {"secretStoreRefs": [KV], "selector": {"secret": {"name": "db"}}}
OTHER_KIND = {"kind": "ClusterSecretStore", "name": "kv"}
BY_LABEL = {"kind": "SecretStore", "labelSelector": {}}


def paths(spec: dict[str, Any]) -> list[str]:
    problems = Problems()
    push_rules.check(SPEC | spec, problems)
    return [problem.path for problem in problems.found]


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({}, id="least"),
        pytest.param({"selector": {"generatorRef": {}}}, id="generator"),
        pytest.param({"selector": {"secret": {"selector": {}}}}, id="secrets-by-label"),
        pytest.param({"dataTo": [{"storeRef": KV}]}, id="listed-store"),
        pytest.param({"dataTo": [{"storeRef": BY_LABEL}]}, id="store-by-label"),
        pytest.param({"secretStoreRefs": [BY_LABEL], "dataTo": [{"storeRef": KV}]}, id="a-label-may-mean-any-store"),
        pytest.param({"dataTo": [{"storeRef": KV, "remoteKey": "a"}]}, id="bundle"),
        pytest.param({"dataTo": [{}]}, id="what-the-fields-tell-already"),
    ],
)
def test_takes(spec: dict[str, Any]) -> None:
    assert paths(spec) == []


@pytest.mark.parametrize("told", ["spec.selector.secret.name", "spec.selector.secret.selector"])
def test_what_was_there_and_wrong_is_not_missing(told: str) -> None:
    problems = Problems()
    problems.add(told, "is wrong")
    push_rules.check(SPEC | {"selector": {"secret": {}}}, problems)
    assert [problem.path for problem in problems.found] == [told]


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        pytest.param({"secretStoreRefs": [{"kind": "SecretStore"}]}, "spec.secretStoreRefs[0]", id="nameless-store"),
        pytest.param({"selector": {"secret": {}}}, "spec.selector.secret", id="nameless-secret"),
        pytest.param({"dataTo": [{"storeRef": {}}]}, "spec.dataTo[0].storeRef", id="nameless-target"),
        pytest.param({"dataTo": [{"storeRef": OTHER_KIND}]}, "spec.dataTo[0].storeRef.name", id="unlisted-store"),
        pytest.param(
            {"secretStoreRefs": [{"kind": "SecretStore"}], "dataTo": [{"storeRef": KV}]},
            "spec.dataTo[0].storeRef.name",
            id="listed-without-a-name",
        ),
        pytest.param({"template": {"type": "bootstrap.kubernetes.io/token"}}, "spec.template.type", id="template"),
        pytest.param(
            {"dataTo": [{"storeRef": KV, "remoteKey": "a", "rewrite": [{}]}]},
            "spec.dataTo[0].rewrite",
            id="bundle-with-names",
        ),
        pytest.param(
            {"selector": {"secret": {"selector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}}}},
            "spec.selector.secret.selector.matchExpressions[0].operator",
            id="selector",
        ),
    ],
)
def test_refuses(spec: dict[str, Any], path: str) -> None:
    assert path in paths(spec)
