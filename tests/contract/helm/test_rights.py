"""The chart's roles are those of deploy/*.yaml, and less where parts are switched off."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.helm import rendering, variants
from tests.contract.helm.rendering import Json

DEPLOY = Path(__file__).parents[3] / "deploy"
COMPONENTS = ("operator", "webhook", "node")

Rule = tuple[str, str, str, str]  # verb, group, resource, name
Grant = tuple[str, str, frozenset[Rule]]  # where ("" is everywhere), to whom, what

# What differs from the manifests, which have one leader, serve every namespace, and may create every token.
LEASES = {(verb, "coordination.k8s.io", "leases", "") for verb in ("get", "list", "create", "patch", "delete")}
RESTART_KEY = {("get", "", "secrets", "keyferry-restart-key"), ("create", "", "secrets", "")}
TOKENS = {("create", "", "serviceaccounts/token", name) for name in ("orders", "pay", "12")}


def grants(documents: list[Json]) -> frozenset[Grant]:
    """Return what each binding gives to whom, in which namespace."""
    roles = {_place(document): document for document in rendering.of_kind(documents, "Role", "ClusterRole")}
    found: list[Grant] = []
    for binding in rendering.of_kind(documents, "RoleBinding", "ClusterRoleBinding"):
        namespace, reference = binding["metadata"].get("namespace", ""), binding["roleRef"]
        role = roles[reference["kind"], namespace if reference["kind"] == "Role" else "", reference["name"]]
        given = rules_of(role)
        found += [(namespace, f"{one['namespace']}/{one['name']}", given) for one in binding["subjects"]]
    return frozenset(found)


def rules_of(role: Json) -> frozenset[Rule]:
    """Return each verb that a role allows."""
    return frozenset(
        (verb, group, resource, name)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    )


def _place(document: Json) -> tuple[str, str, str]:
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", ""), metadata["name"]


def manifest(component: str) -> list[Json]:
    return list(yaml.safe_load_all((DEPLOY / f"{component}.yaml").read_text()))


def of_component(values: Mapping[str, Any], component: str) -> frozenset[Grant]:
    return frozenset(grant for grant in grants(rendering.objects(values)) if grant[1].endswith(f"-{component}"))


def everything_of(found: frozenset[Grant]) -> frozenset[Rule]:
    return frozenset(rule for _, _, rules in found for rule in rules)


@pytest.mark.parametrize("component", COMPONENTS)
def test_all_parts_together_have_the_rights_of_the_manifests(component: str) -> None:
    documents = manifest(component)
    unbound = {("", "keyferry-node/keyferry-node", rules_of(each)) for each in documents if _is_tokens(each)}
    assert of_component(variants.EVERY_RIGHT, component) == grants(documents) | unbound


def _is_tokens(document: Json) -> bool:
    return str(document["metadata"]["name"]) == "keyferry-node-tokens"


@pytest.mark.parametrize("component", COMPONENTS)
@pytest.mark.parametrize("values", variants.VARIANTS)
def test_no_values_give_more(values: Mapping[str, Any], component: str) -> None:
    if values is variants.EVERYTHING:
        pytest.skip("it asks for more by genericTargets.rules")
    allowed = everything_of(of_component(variants.EVERY_RIGHT, component)) | LEASES | RESTART_KEY | TOKENS
    assert everything_of(of_component(values, component)) <= allowed


@pytest.mark.parametrize(
    ("values", "component", "words"),
    [
        pytest.param({}, "node", ("secrets", "serviceaccounts/token"), id="no-secrets-for-nodes-unless-asked"),
        pytest.param({}, "operator", ("secretproviderclasses",), id="no-classes-without-events"),
        pytest.param(
            {"operator": {"restarts": {"budget": 0}}},
            "operator",
            ("pods", "deployments", "statefulsets", "daemonsets", "rollouts", "secretproviderclasspodstatuses"),
            id="no-workloads-without-restarts",
        ),
        pytest.param(
            {"operator": {"pushSecrets": False}},
            "operator",
            ("pushsecrets", "pushsecrets/status", "clusterpushsecrets"),
            id="no-pushing",
        ),
        pytest.param(
            {"operator": {"serviceAccountTokens": {"everywhere": False}}},
            "operator",
            ("serviceaccounts/token",),
            id="no-tokens",
        ),
        pytest.param(
            {"operator": {"clusterStores": False}},
            "operator",
            ("clustersecretstores", "clustersecretstores/status"),
            id="no-stores-of-the-cluster",
        ),
        pytest.param(
            {"webhook": {"advise": False}},
            "webhook",
            ("externalsecrets", "secretstores", "secretproviderclasses"),
            id="no-advice",
        ),
        pytest.param({"webhook": {"certificate": {"source": "certManager"}}}, "webhook", ("secrets",), id="no-secret"),
    ],
)
def test_what_is_switched_off_has_no_rights(values: Mapping[str, Any], component: str, words: tuple[str, ...]) -> None:
    found = everything_of(of_component({**variants.AZURE, **values}, component))
    assert found != frozenset()
    assert {rule for rule in found if rule[2] in words} == set()


def test_an_operator_of_one_namespace_has_no_rights_elsewhere() -> None:
    found = of_component({**variants.AZURE, "operator": {"namespace": "shop"}}, "operator")
    assert {namespace for namespace, _, _ in found} == {"shop", rendering.NAMESPACE}
    own = everything_of(frozenset(grant for grant in found if grant[0] == rendering.NAMESPACE))
    assert {resource for _, _, resource, _ in own} == {"leases", "secrets"}
    assert {name for verb, _, resource, name in own if resource == "secrets" and verb != "create"} == {
        "keyferry-restart-key"
    }


def test_tokens_are_allowed_where_the_values_say() -> None:
    allowed = [{"namespace": "shop", "names": ["orders", "carts"]}]
    values = {**variants.AZURE, "operator": {"serviceAccountTokens": {"everywhere": False, "allowed": allowed}}}
    tokens = {
        (namespace, name)
        for namespace, _, rules in of_component(values, "operator")
        for _, _, resource, name in rules
        if resource == "serviceaccounts/token"
    }
    assert tokens == {("shop", "orders"), ("shop", "carts")}
