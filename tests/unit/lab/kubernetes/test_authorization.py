from collections.abc import Mapping
from typing import Any

import pytest

from keyferry.lab.kubernetes.authorization import Attributes, Policy

API = "system:serviceaccount:payments:api"


def _role(name: str, *rules: Mapping[str, Any], namespace: str = "") -> dict[str, Any]:
    return {"metadata": {"name": name, **({"namespace": namespace} if namespace else {})}, "rules": list(rules)}


def _binding(name: str, role: str, *subjects: dict[str, Any], namespace: str = "") -> dict[str, Any]:
    kind, _, role_name = role.partition(":")
    return {
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "roleRef": {"kind": kind, "name": role_name},
        "subjects": list(subjects),
    }


def _rule(verbs: str, resources: str, *, group: str = "", names: tuple[str, ...] = ()) -> dict[str, Any]:
    named = {"resourceNames": list(names)} if names else {}
    return {"verbs": verbs.split(), "apiGroups": [group], "resources": resources.split(), **named}


ACCOUNT = {"kind": "ServiceAccount", "name": "api", "namespace": "payments"}
SECRETS = _rule("get list", "secrets serviceaccounts/token")


def _policy(*rules: Mapping[str, Any]) -> Policy:
    return Policy(cluster_roles=[_role("r", *rules)], cluster_role_bindings=[_binding("b", "ClusterRole:r", ACCOUNT)])


def _get(resource: str = "secrets", verb: str = "get", **further: str) -> Attributes:
    return Attributes(verb=verb, resource=resource, **further)


@pytest.mark.parametrize(
    ("rule", "wanted", "expected"),
    [
        pytest.param(SECRETS, _get(), True, id="listed"),
        pytest.param(SECRETS, _get(verb="delete"), False, id="another-verb"),
        pytest.param(SECRETS, _get("pods"), False, id="another-resource"),
        pytest.param(SECRETS, _get(group="apps"), False, id="another-group"),
        pytest.param(SECRETS, _get("serviceaccounts", subresource="token"), True, id="a-subresource"),
        pytest.param(SECRETS, _get("serviceaccounts"), False, id="not-the-resource-of-a-subresource"),
        pytest.param(SECRETS, _get(subresource="status"), False, id="not-the-subresource-of-a-resource"),
        pytest.param(_rule("*", "secrets"), _get(verb="deletecollection"), True, id="every-verb"),
        pytest.param(_rule("get", "*"), _get("pods", subresource="log"), True, id="every-resource"),
        pytest.param(_rule("get", "*/log"), _get("pods", subresource="log"), True, id="a-subresource-of-all"),
        pytest.param(_rule("get", "*/log"), _get("pods"), False, id="which-is-not-the-resources"),
        pytest.param(_rule("get", "pods/*"), _get("pods", subresource="log"), False, id="no-wildcard-at-the-end"),
        pytest.param(_rule("get", "secrets", group="*"), _get(group="apps"), True, id="every-group"),
        pytest.param(_rule("get", "secrets", names=("s",)), _get(name="s"), True, id="a-name"),
        pytest.param(_rule("get", "secrets", names=("s",)), _get(name="t"), False, id="another-name"),
        pytest.param(_rule("get", "secrets", names=("s",)), _get(), False, id="no-name-where-one-is-needed"),
        pytest.param({"verbs": ["get"]}, _get(), False, id="a-rule-without-resources"),
        pytest.param({"verbs": None}, _get(), False, id="a-rule-without-verbs"),
        pytest.param({"verbs": ["get"], "nonResourceURLs": ["*"]}, _get(), False, id="a-rule-for-paths"),
    ],
)
def test_a_rule_allows_what_it_lists(rule: dict[str, Any], wanted: Attributes, expected: bool) -> None:
    assert _policy(rule).decide(API, (), wanted).allowed is expected


@pytest.mark.parametrize(
    ("url", "path", "expected"),
    [
        ("/healthz", "/healthz", True),
        ("/healthz", "/healthz/etcd", False),
        ("/healthz/*", "/healthz/etcd", True),
        ("*", "/metrics", True),
    ],
)
def test_a_rule_allows_paths(url: str, path: str, expected: bool) -> None:
    policy = _policy({"verbs": ["get"], "nonResourceURLs": [url]})

    assert policy.decide(API, (), Attributes(verb="get", path=path)).allowed is expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param(ACCOUNT, True, id="account"),
        pytest.param({"kind": "ServiceAccount", "name": "api"}, True, id="account-of-the-bindings-namespace"),
        pytest.param({**ACCOUNT, "namespace": "other"}, False, id="account-of-another-namespace"),
        pytest.param({"kind": "User", "name": API}, True, id="user"),
        pytest.param({"kind": "User", "name": "api"}, False, id="another-user"),
        pytest.param({"kind": "Group", "name": "system:serviceaccounts"}, True, id="group"),
        pytest.param({"kind": "Group", "name": "team"}, False, id="another-group"),
        pytest.param({"kind": "Robot", "name": API}, False, id="unknown-kind"),
    ],
)
def test_a_binding_is_for_its_subjects(subject: dict[str, Any], expected: bool) -> None:
    policy = Policy(
        roles=[_role("r", SECRETS, namespace="payments")],
        role_bindings=[_binding("b", "Role:r", subject, namespace="payments")],
    )

    assert policy.decide(API, ["system:serviceaccounts"], _get(namespace="payments")).allowed is expected


def test_a_role_binding_gives_a_cluster_role_in_its_namespace_alone() -> None:
    policy = Policy(
        cluster_roles=[_role("r", SECRETS)],
        role_bindings=[_binding("b", "ClusterRole:r", ACCOUNT, namespace="payments")],
    )

    allowed = [policy.decide(API, (), _get(namespace=one)).allowed for one in ("payments", "other", "")]
    assert allowed == [True, False, False]


def test_a_cluster_role_binding_gives_it_everywhere() -> None:
    assert all(_policy(SECRETS).decide(API, (), _get(namespace=one)).allowed for one in ("payments", "other", ""))


def test_a_binding_without_its_role_or_without_subjects_gives_nothing() -> None:
    roles = [_role("r", SECRETS, namespace="other")]
    bindings = [
        _binding("b", "Role:r", ACCOUNT, namespace="payments"),
        {**_binding("c", "Role:r", namespace="other"), "subjects": None},
    ]
    policy = Policy(roles=roles, role_bindings=bindings)

    assert not any(policy.decide(API, (), _get(namespace=one)).allowed for one in ("payments", "other"))


def test_masters_may_do_everything() -> None:
    everything = Policy().rules("admin", ["system:masters"], "n")

    assert Policy().decide("admin", ["system:masters"], _get(verb="delete")).allowed
    assert _policy(*everything).decide(API, (), _get(verb="delete")).allowed
    assert _policy(*everything).decide(API, (), Attributes(verb="get", path="/metrics")).allowed


def test_the_rules_of_a_user_are_those_of_the_cluster_and_of_the_namespace() -> None:
    policy = Policy(
        roles=[_role("r", _rule("get", "pods"), namespace="n")],
        cluster_roles=[_role("c", SECRETS)],
        role_bindings=[_binding("b", "Role:r", ACCOUNT, namespace="n")],
        cluster_role_bindings=[_binding("b", "ClusterRole:c", ACCOUNT)],
    )

    assert policy.rules(API, (), "n") == [SECRETS, _rule("get", "pods")]
    assert policy.rules(API, (), "other") == [SECRETS]
    assert policy.rules("alice", (), "n") == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(
            _get(namespace="n"),
            f'User "{API}" cannot get resource "secrets" in API group "" in the namespace "n"',
            id="in-a-namespace",
        ),
        pytest.param(
            _get("deployments", group="apps", subresource="scale"),
            f'User "{API}" cannot get resource "deployments/scale" in API group "apps" at the cluster scope',
            id="at-the-cluster-scope",
        ),
        pytest.param(
            Attributes(verb="get", path="/metrics"), f'User "{API}" cannot get path "/metrics"', id="on-a-path"
        ),
    ],
)
def test_a_refusal_says_what_is_missing(wanted: Attributes, expected: str) -> None:
    assert Policy().decide(API, (), wanted).reason == expected


def test_a_grant_says_where_it_comes_from() -> None:
    in_namespace = Policy(
        roles=[_role("r", SECRETS, namespace="n")],
        role_bindings=[_binding("b", "Role:r", {"kind": "Group", "name": "team"}, namespace="n")],
    )

    assert _policy(SECRETS).decide(API, (), _get()).reason == (
        'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to ServiceAccount "api/payments"'
    )
    assert in_namespace.decide("alice", ["team"], _get(namespace="n")).reason == (
        'RBAC: allowed by RoleBinding "b/n" of Role "r" to Group "team"'
    )
