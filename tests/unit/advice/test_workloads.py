"""Where workloads keep their pods."""

from typing import Any

import pytest

from keyferry.advice.workloads import WORKLOADS, Container, listing, mapping, template_of, text

POD = {
    "metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}},
    "spec": {
        "serviceAccountName": "reader",
        "initContainers": [{"name": "first"}],
        "containers": [{"name": "app"}, "no container", {}],
        "volumes": [{"name": "v"}, None, {"name": "w"}],
    },
}


def workload(kind: str, api_version: str, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "api", "namespace": "apps"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        pytest.param(workload("Deployment", "apps/v1", template=POD), "spec.template", id="deployment"),
        pytest.param(workload("StatefulSet", "apps/v1", template=POD), "spec.template", id="stateful-set"),
        pytest.param(workload("DaemonSet", "apps/v1", template=POD), "spec.template", id="daemon-set"),
        pytest.param(workload("ReplicaSet", "apps/v1", template=POD), "spec.template", id="replica-set"),
        pytest.param(workload("ReplicationController", "v1", template=POD), "spec.template", id="its-ancestor"),
        pytest.param(workload("Job", "batch/v1", template=POD), "spec.template", id="job"),
        pytest.param(workload("Rollout", "argoproj.io/v1alpha1", template=POD), "spec.template", id="rollout"),
        pytest.param(
            workload("CronJob", "batch/v1", jobTemplate={"spec": {"template": POD}}),
            "spec.jobTemplate.spec.template",
            id="cron-job",
        ),
        pytest.param(workload("PodTemplate", "v1") | {"template": POD}, "template", id="pod-template"),
    ],
)
def test_a_template_is_found_in_every_kind(document: dict[str, Any], path: str) -> None:
    found = template_of(document)
    assert found is not None
    assert (found.path, found.at("metadata.labels")) == (path, f"{path}.metadata.labels")
    assert not found.is_pod
    assert (found.kind, found.namespace, found.service_account) == (document["kind"], "apps", "reader")
    assert (found.labels, found.annotations) == ({"a": "b"}, {"c": "d"})
    assert [(container.path, container.name) for container in found.containers()] == [
        (f"{path}.spec.initContainers[0]", "first"),
        (f"{path}.spec.containers[0]", "app"),
        (f"{path}.spec.containers[2]", ""),
    ]
    assert [(index, volume["name"]) for index, volume in found.volumes()] == [(0, "v"), (2, "w")]


def test_a_pod_is_its_own_template() -> None:
    found = template_of({"apiVersion": "v1", "kind": "Pod", **POD, "metadata": {"generateName": "api-"}})
    assert found is not None
    assert found.is_pod
    assert (found.at("spec"), found.namespace) == ("spec", "")
    assert found.own is found.metadata


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, "default", id="none-told"),
        pytest.param({"serviceAccount": "old"}, "old", id="by-the-old-name"),
        pytest.param({"serviceAccount": "old", "serviceAccountName": "new"}, "new", id="by-both"),
        pytest.param({"serviceAccountName": 3}, "default", id="no-text"),
    ],
)
def test_which_account_pods_run_as(spec: dict[str, Any], expected: str) -> None:
    found = template_of({"kind": "Pod", "spec": spec})
    assert found is not None
    assert found.service_account == expected


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"kind": ["Pod"]}, id="a-kind-that-is-no-text"),
        pytest.param({"kind": "Service"}, id="another-kind"),
        pytest.param(workload("Job", "batch.volcano.sh/v1alpha1", template=POD), id="another-group"),
        pytest.param(workload("Rollout", "argoproj.io/v1alpha1", workloadRef={}), id="a-template-elsewhere"),
        pytest.param(workload("Deployment", "apps/v1", template=[POD]), id="a-template-of-another-shape"),
        pytest.param({"kind": "CronJob", "spec": "x"}, id="a-spec-of-another-shape"),
    ],
)
def test_other_documents_have_none(document: dict[str, Any]) -> None:
    assert template_of(document) is None


def test_what_a_container_takes_in() -> None:
    fields = {
        "env": [
            {"name": "A"},
            {"name": 1, "value": 1},
            "B",
            {"name": "C", "value": "c"},
            {"name": "D", "valueFrom": {"secretKeyRef": {"name": "db", "key": "k"}}},
            {"name": "E", "valueFrom": {"configMapKeyRef": {"name": "c"}}},
            {"name": "F", "valueFrom": "secretKeyRef"},
        ],
        "envFrom": [{"secretRef": {"name": "db"}}, {"secretRef": None}, 1, {"configMapRef": {"name": "c"}}],
        "command": ["run", 1],
        "args": ["--fast"],
    }
    found = template_of({"kind": "Pod", "spec": {"containers": [fields]}})
    assert found is not None
    (container,) = found.containers()
    assert [name for _, name, _ in container.variables()] == ["A", "C", "D", "E", "F"]
    assert [index for index, _, _ in container.variables()] == [0, 3, 4, 5, 6]
    assert list(container.references()) == [(4, "D", {"name": "db", "key": "k"})]
    assert list(container.bundles()) == [(0, "db")]
    assert list(container.words()) == [
        ("spec.containers[0].command[0]", "run"),
        ("spec.containers[0].args[0]", "--fast"),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, ([], "", False), id="nothing"),
        pytest.param(
            {"env": [{"name": "A", "value": "a"}, {"value": "b"}, 1], "args": ["c"]},
            (["A"], "a\nb\nc", False),
            id="literals",
        ),
        pytest.param({"env": [{"name": "A", "valueFrom": {}}]}, (["A"], "", True), id="from-elsewhere"),
        pytest.param({"envFrom": [{}]}, ([], "", True), id="a-bundle"),
    ],
)
def test_an_environment_is_seen_at_a_glance(fields: dict[str, Any], expected: tuple[list[str], str, bool]) -> None:
    seen = Container("spec.containers[0]", "app", fields).environment()
    assert (list(seen.names), seen.text, seen.has_sources) == expected


def test_other_shapes_are_empty() -> None:
    assert (mapping([]), listing({}), text(None)) == ({}, (), "")
    assert (mapping({"a": 1}), listing([1]), text("a")) == ({"a": 1}, [1], "a")
    assert "Deployment" in WORKLOADS
