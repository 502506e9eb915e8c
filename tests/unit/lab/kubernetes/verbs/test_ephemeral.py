from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import FakeCluster
from tests.fakes.webhooks import VALIDATING, Programs, allow, configuration, hook

PODS = "/api/v1/namespaces/default/pods"
STRATEGIC = "application/strategic-merge-patch+json"
CONTAINER = {"name": "c", "image": "nginx"}
DEBUGGER = {"name": "d", "image": "busybox:1", "targetContainerName": "c"}
RULE = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["pods/ephemeralcontainers"]}


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    init = {"name": "i", "image": "nginx"}
    assert cluster.post(PODS, _pod({"containers": [CONTAINER], "initContainers": [init]})).status == 201
    return cluster


def _pod(spec: Any) -> Any:
    return {"metadata": {"name": "p"}, "spec": spec}


def _add(cluster: FakeCluster, *containers: Any) -> Any:
    body = {"spec": {"ephemeralContainers": list(containers)}}
    return cluster.patch(f"{PODS}/p/ephemeralcontainers", body, media=STRATEGIC)


def _spec(cluster: FakeCluster) -> Any:
    return cluster.get(f"{PODS}/p").document["spec"]


def test_are_added_to_a_running_pod_and_get_defaults(cluster: FakeCluster) -> None:
    assert _add(cluster, DEBUGGER).status == 200
    assert _add(cluster, {"name": "e", "image": "x"}).status == 200
    found = _spec(cluster)["ephemeralContainers"]
    assert [(one["name"], one["imagePullPolicy"]) for one in found] == [("d", "IfNotPresent"), ("e", "Always")]
    assert cluster.get(f"{PODS}/p/ephemeralcontainers").document["kind"] == "Pod"


def test_nothing_else_is_changed_with_them(cluster: FakeCluster) -> None:
    pod = cluster.get(f"{PODS}/p").document
    pod["metadata"]["labels"] = {"a": "b"}
    pod["spec"] |= {"ephemeralContainers": [DEBUGGER], "nodeName": "elsewhere"}
    found = cluster.put(f"{PODS}/p/ephemeralcontainers", pod).document
    assert (found["metadata"].get("labels"), found["spec"].get("nodeName")) == (None, None)
    parts = {one.get("subresource") for one in found["metadata"]["managedFields"]}
    assert "ephemeralcontainers" in parts


def test_a_pod_without_owners_takes_them_too(cluster: FakeCluster) -> None:
    cluster.patch(f"{PODS}/p", {"metadata": {"managedFields": [{}]}})
    assert _add(cluster, DEBUGGER).status == 200
    assert [one["name"] for one in _spec(cluster)["ephemeralContainers"]] == ["d"]


@pytest.mark.parametrize(
    ("container", "complaint"),
    [
        pytest.param({"name": "D", "image": "x"}, "ephemeralContainers[0].name: Invalid value", id="name"),
        pytest.param({"name": "c", "image": "x"}, 'ephemeralContainers[0].name: Duplicate value: "c"', id="taken"),
        pytest.param({"name": "i", "image": "x"}, 'ephemeralContainers[0].name: Duplicate value: "i"', id="init"),
        pytest.param({"name": "e"}, "ephemeralContainers[0].image: Required value", id="no-image"),
        pytest.param(
            {"name": "e", "image": "x", "ports": [{"containerPort": 1}]},
            "ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
            id="ports",
        ),
    ],
)
def test_what_is_not_taken(cluster: FakeCluster, container: Any, complaint: str) -> None:
    answer = _add(cluster, container)
    assert answer.status in (400, 422)
    assert complaint in answer.document["message"]


def test_a_nameless_one_is_refused(cluster: FakeCluster) -> None:
    pod = cluster.get(f"{PODS}/p").document
    pod["spec"]["ephemeralContainers"] = [{"image": "x"}]
    answer = cluster.put(f"{PODS}/p/ephemeralcontainers", pod)
    assert "ephemeralContainers[0].name: Required value" in answer.document["message"]


@pytest.mark.parametrize(
    ("left", "complaint"),
    [
        pytest.param([], 'existing ephemeral containers "d" may not be removed', id="removed"),
        pytest.param(
            [{**DEBUGGER, "image": "y"}], 'existing ephemeral containers "d" may not be changed', id="changed"
        ),
    ],
)
def test_stay_as_they_are(cluster: FakeCluster, left: Any, complaint: str) -> None:
    _add(cluster, DEBUGGER)
    pod = cluster.get(f"{PODS}/p").document
    pod["spec"]["ephemeralContainers"] = left
    answer = cluster.put(f"{PODS}/p/ephemeralcontainers", pod)
    assert answer.status == 422
    assert complaint in answer.document["message"]


def test_have_no_other_way_in(cluster: FakeCluster) -> None:
    answer = cluster.patch(f"{PODS}/p", {"spec": {"ephemeralContainers": [DEBUGGER]}})
    assert (answer.status, "spec: Forbidden: pod updates may not change" in answer.document["message"]) == (422, True)
    answer = cluster.post(PODS, _pod({"containers": [CONTAINER], "ephemeralContainers": [DEBUGGER]}))
    assert "spec.ephemeralContainers: Forbidden: cannot be set on create" in answer.document["message"]


def test_webhooks_are_asked_about_them(cluster: FakeCluster) -> None:
    programs = Programs(cluster)
    programs.on("one", allow)
    cluster.post(VALIDATING, configuration("guards", hook("one", RULE)))
    _add(cluster, DEBUGGER)
    cluster.patch(f"{PODS}/p", {"metadata": {"labels": {"a": "b"}}})
    assert len(programs.asked) == 1
    assert (programs.last["operation"], programs.last["subResource"]) == ("UPDATE", "ephemeralcontainers")
    assert programs.last["kind"] == {"group": "", "version": "v1", "kind": "Pod"}
    assert "ephemeralContainers" not in programs.last["oldObject"]["spec"]
