"""Secrets in environments."""

from typing import Any

import pytest

from keyferry.advice.rules.environments import CHECK
from keyferry.advice.surroundings import Nothing, Surroundings
from tests.fakes.advice import findings, found
from tests.fakes.known_surroundings import Known
from tests.fakes.pod_documents import container, deployment, pod


def variable(name: str, secret: str = "db") -> dict[str, Any]:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": name}}}


def bundle(secret: str) -> dict[str, Any]:
    return {"secretRef": {"name": secret}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"env": [{"name": "A", "value": "b"}, variable("B")]}, ["env[1]"], id="a-variable"),
        pytest.param({"env": [variable("A"), variable("B", "tls")]}, ["env[0]"], id="said-once"),
        pytest.param({"envFrom": [{"configMapRef": {"name": "c"}}, bundle("db")]}, ["envFrom[1]"], id="a-whole-secret"),
        pytest.param({"env": [variable("A")], "envFrom": [bundle("db")]}, ["env[0]"], id="both"),
        pytest.param({"env": [variable("AZURE_CLIENT_SECRET")]}, [], id="another-rule-says-it"),
        pytest.param({"envFrom": [bundle("azure-sp")]}, [], id="another-rule-says-it-of-a-whole-secret"),
        pytest.param({"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "c"}}}]}, [], id="a-config-map"),
        pytest.param({"env": [{"name": "A", "valueFrom": {"fieldRef": {}}}]}, [], id="a-field"),
        pytest.param({"volumeMounts": [{"name": "db", "mountPath": "/mnt"}]}, [], id="a-file"),
        pytest.param({"env": {"name": "A"}, "envFrom": [{"secretRef": "db"}]}, [], id="other-shapes"),
    ],
)
def test_one_finding_a_container(fields: dict[str, Any], expected: list[str]) -> None:
    document = pod(container(**fields))
    assert found([CHECK], document, "secret-in-env") == [f"spec.containers[0].{place}" for place in expected]


def test_every_container_is_told() -> None:
    env = [variable("A")]
    document = deployment(pod({"initContainers": [{"env": env}], "containers": [{}, {"env": env}]}))
    assert found([CHECK], document, "secret-in-env") == [
        "spec.template.spec.initContainers[0].env[0]",
        "spec.template.spec.containers[1].env[0]",
    ]


@pytest.mark.parametrize(
    ("fields", "known", "expected"),
    [
        pytest.param(
            {"env": [variable("PASSWORD")]},
            Nothing(),
            'container "app" gets "PASSWORD" in its environment',
            id="one",
        ),
        pytest.param(
            {"env": [variable("A"), variable("B")], "envFrom": [bundle("db")]},
            Nothing(),
            'container "app" gets "A" and 2 more in its environment',
            id="three",
        ),
        pytest.param(
            {"envFrom": [bundle("db")]},
            Known(owners={"apps/db": "database", "other/db": "other"}),
            'container "app" gets all of Secret "db" in its environment, and does not see '
            'ExternalSecret "database" renew it',
            id="renewed",
        ),
    ],
)
def test_it_names_what_it_found(fields: dict[str, Any], known: Surroundings, expected: str) -> None:
    (told,) = findings([CHECK], pod(container(**fields)), "secret-in-env", known)
    assert told.message == expected


@pytest.mark.parametrize(
    ("document", "is_said"),
    [
        pytest.param(deployment(pod(container(envFrom=[bundle("db")]))), True, id="nobody-restarts-it"),
        pytest.param(
            deployment(pod(container(envFrom=[bundle("db")])), annotations={"keyferry.io/restart-on-change": "true"}),
            False,
            id="keyferry-does",
        ),
        pytest.param(
            deployment(pod(container(envFrom=[bundle("db")]), annotations={"reloader.stakater.com/auto": "true"})),
            False,
            id="reloader-does",
        ),
        pytest.param(
            deployment(pod(container(envFrom=[bundle("db")]), annotations={1: "true", "other": ""})),
            True,
            id="other-annotations",
        ),
        pytest.param(
            deployment(pod(container(envFrom=[bundle("db")])), ownerReferences=[{"kind": "ReplicaSet"}]),
            False,
            id="made-by-something",
        ),
    ],
)
def test_pods_that_are_restarted_see_the_new_value(document: dict[str, Any], is_said: bool) -> None:
    (told,) = findings([CHECK], document, "secret-in-env", Known(owners={"apps/db": "db"}))
    assert ("does not see" in told.message) is is_said


def test_a_document_without_pods_has_none() -> None:
    assert found([CHECK], {"kind": "Deployment"}, "secret-in-env") == []
