from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import rbac

ROLE_REF = {"apiGroup": rbac.GROUP, "kind": "Role", "name": "r"}


@pytest.mark.parametrize(
    ("kind", "rule", "complaint"),
    [
        pytest.param("Role", {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}, "", id="good"),
        pytest.param("Role", {}, "rules[0].verbs: Required value", id="no-verbs"),
        pytest.param("Role", {"verbs": ["get"]}, "rules[0].apiGroups: Required value", id="no-groups"),
        pytest.param("Role", {"verbs": ["get"], "apiGroups": [""]}, "rules[0].resources", id="no-resources"),
        pytest.param("Role", {"verbs": ["get"], "nonResourceURLs": ["/x"]}, "namespaced rules", id="paths-in-a-role"),
        pytest.param("ClusterRole", {"verbs": ["get"], "nonResourceURLs": ["/x"]}, "", id="paths"),
    ],
)
def test_rules(kind: str, rule: Any, complaint: str) -> None:
    found = [str(problem) for problem in rbac.validate_role({"kind": kind, "rules": [rule]}, None)]
    assert any(complaint in text for text in found) if complaint else found == []


def test_a_binding_without_a_role_is_left_as_it_is() -> None:
    binding: Any = {"subjects": []}
    rbac.default_binding(binding, None)
    assert binding == {"subjects": []}


def test_bindings_get_their_api_groups() -> None:
    binding: Any = {
        "roleRef": {"kind": "Role", "name": "r"},
        "subjects": [{"kind": "User"}, {"kind": "ServiceAccount"}],
    }
    rbac.default_binding(binding, None)
    assert binding["roleRef"]["apiGroup"] == rbac.GROUP
    assert binding["subjects"] == [{"kind": "User", "apiGroup": rbac.GROUP}, {"kind": "ServiceAccount"}]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"subjects": [{"kind": "User", "name": "u"}]}, "", id="good"),
        pytest.param({"roleRef": {"kind": "Pod", "name": "r"}}, "roleRef.kind: Unsupported value", id="kind"),
        pytest.param({"roleRef": {"kind": "Role"}}, "roleRef.name: Required value", id="no-name"),
        pytest.param({"subjects": [{"kind": "User"}]}, "subjects[0].name: Required value", id="nobody"),
        pytest.param({"subjects": [{"kind": "Cat", "name": "c"}]}, "Unsupported value", id="cat"),
        pytest.param(
            {"subjects": [{"kind": "ServiceAccount", "name": "a"}]}, "namespace: Required value", id="account"
        ),
        pytest.param({"subjects": [{"kind": "User", "name": "u", "namespace": "n"}]}, "Forbidden", id="user-namespace"),
    ],
)
def test_bindings(fields: Any, complaint: str) -> None:
    binding = {"kind": "RoleBinding", "roleRef": ROLE_REF} | fields
    found = [str(problem) for problem in rbac.validate_binding(binding, None)]
    assert any(complaint in text for text in found) if complaint else found == []


def test_a_binding_keeps_its_role() -> None:
    old = {"kind": "ClusterRoleBinding", "roleRef": {"kind": "ClusterRole", "name": "a"}}
    new = {"kind": "ClusterRoleBinding", "roleRef": {"kind": "ClusterRole", "name": "b"}}
    assert [problem.path for problem in rbac.validate_binding(new, old)] == ["roleRef"]
