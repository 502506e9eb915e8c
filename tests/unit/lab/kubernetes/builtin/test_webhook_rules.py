from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import webhook_rules

RULE: dict[str, Any] = {
    "operations": ["CREATE"],
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "resources": ["pods"],
    "scope": "*",
}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, [], id="fine"),
        pytest.param({"resources": ["pods", "pods/status", "*/scale"]}, [], id="subresources"),
        pytest.param({"operations": []}, ["r.operations: Required value"], id="no-operations"),
        pytest.param(
            {"operations": ["*", "CREATE"]},
            ['r.operations: Invalid value: ["*","CREATE"]: if \'*\' is present, must not specify other operations'],
            id="all-and-some",
        ),
        pytest.param(
            {"operations": ["PATCH"]},
            [
                (
                    'r.operations[0]: Unsupported value: "PATCH": supported values: '
                    '"*", "CONNECT", "CREATE", "DELETE", "UPDATE"'
                )
            ],
            id="no-operation",
        ),
        pytest.param({"apiVersions": [""]}, ["r.apiVersions[0]: Required value"], id="an-empty-version"),
        pytest.param({"resources": []}, ["r.resources: Required value"], id="no-resources"),
        pytest.param({"resources": [""]}, ["r.resources[0]: Required value"], id="an-empty-resource"),
        pytest.param(
            {"resources": ["pods/*", "pods/log"]},
            ["r.resources[1]: Invalid value: \"pods/log\": if 'pods/*' is present, must not specify pods/log"],
            id="all-and-one-subresource",
        ),
        pytest.param(
            {"resources": ["*/*", "pods"]},
            ['r.resources: Invalid value: ["*/*","pods"]: if \'*/*\' is present, must not specify other resources'],
            id="everything-and-more",
        ),
        pytest.param(
            {"resources": ["*", "pods"]},
            [
                (
                    'r.resources: Invalid value: ["*","pods"]: if \'*\' is present, '
                    "must not specify other resources without subresources"
                )
            ],
            id="all-and-one",
        ),
        pytest.param(
            {"scope": "Everywhere"},
            ['r.scope: Unsupported value: "Everywhere": supported values: "*", "Cluster", "Namespaced"'],
            id="no-scope",
        ),
    ],
)
def test_a_rule_is_taken_or_told_what_is_wrong_with_it(changes: dict[str, Any], found: list[str]) -> None:
    assert [str(one) for one in webhook_rules.validate("r", RULE | changes)] == found
