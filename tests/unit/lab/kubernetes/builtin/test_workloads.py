from typing import Any

import pytest

from keyferry.lab.kubernetes.builtin import workloads
from tests.fakes.kubernetes_cluster import FakeCluster

PODS = "/api/v1/namespaces/default/pods"
APPS = "/apis/apps/v1/namespaces/default"
CONTAINER = {"name": "c", "image": "nginx"}


def _pod(**spec: Any) -> Any:
    return {"metadata": {"name": "p"}, "spec": {"containers": [dict(CONTAINER)]} | spec}


def _controller(**spec: Any) -> Any:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [dict(CONTAINER)]}}
    return {"metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template} | spec}


def test_pods_get_their_defaults_and_stay_pending() -> None:
    document = FakeCluster().post(PODS, _pod()).document
    assert document["spec"]["restartPolicy"] == "Always"
    assert document["spec"]["serviceAccountName"] == "default"
    assert document["spec"]["containers"][0]["imagePullPolicy"] == "Always"
    assert document["status"]["phase"] == "Pending"


@pytest.mark.parametrize(
    ("plural", "field", "given", "stored"),
    [
        pytest.param("deployments", "strategy", {}, {"maxUnavailable": "25%", "maxSurge": "25%"}, id="nothing"),
        pytest.param(
            "deployments",
            "strategy",
            {"rollingUpdate": {"maxUnavailable": 0}},
            {"maxUnavailable": 0, "maxSurge": "25%"},
            id="no-type",
        ),
        pytest.param("deployments", "strategy", {"type": "Recreate"}, None, id="another-type"),
        pytest.param("daemonsets", "updateStrategy", {}, {"maxUnavailable": 1, "maxSurge": 0}, id="of-a-daemon-set"),
        pytest.param("statefulsets", "updateStrategy", {"type": "RollingUpdate"}, {"partition": 0}, id="stateful"),
    ],
)
def test_what_a_strategy_does_not_say_is_filled_in(plural: str, field: str, given: Any, stored: Any) -> None:
    cluster = FakeCluster()
    answer = cluster.post(f"{APPS}/{plural}", _controller(**{field: given}))
    assert answer.status == 201
    strategy = answer.document["spec"][field]
    assert (strategy["type"], strategy.get("rollingUpdate")) == (given.get("type", "RollingUpdate"), stored)
    cluster.settle()


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        pytest.param("nginx", "Always", id="no-tag"),
        pytest.param("host:5000/nginx:latest", "Always", id="latest"),
        pytest.param("host:5000/nginx:1.2", "IfNotPresent", id="tag"),
    ],
)
def test_pull_policies_follow_the_tag(image: str, policy: str) -> None:
    body = _pod(containers=[{"name": "c", "image": image, "ports": [{"containerPort": 80}]}])
    container = FakeCluster().post(PODS, body).document["spec"]["containers"][0]
    assert (container["imagePullPolicy"], container["ports"][0]["protocol"]) == (policy, "TCP")


@pytest.mark.parametrize(
    ("containers", "complaint"),
    [
        pytest.param([], "spec.containers: Required value", id="none"),
        pytest.param([{"image": "x"}], "spec.containers[0].name: Required value", id="no-name"),
        pytest.param([{"name": "c"}], "spec.containers[0].image: Required value", id="no-image"),
        pytest.param([CONTAINER, CONTAINER], "spec.containers[1].name: Duplicate value", id="twice"),
        pytest.param([{"name": "C", "image": "x"}], "spec.containers[0].name: Invalid value", id="name"),
    ],
)
def test_refuses_containers(containers: Any, complaint: str) -> None:
    answer = FakeCluster().post(PODS, _pod(containers=containers))
    assert answer.status == 422
    assert complaint in answer.document["message"]


def test_a_pod_may_change_its_image_and_little_else() -> None:
    cluster = FakeCluster()
    cluster.post(PODS, _pod())
    live = cluster.get(f"{PODS}/p").document
    live["spec"]["containers"][0]["image"] = "nginx:2"
    assert cluster.put(f"{PODS}/p", live).status == 200
    for change in ({"hostNetwork": True}, {"nodeName": "node-1"}):
        refused = cluster.patch(f"{PODS}/p", {"spec": change})
        assert "pod updates may not change fields" in refused.document["message"]


@pytest.mark.parametrize("plural", ["deployments", "replicasets", "statefulsets", "daemonsets"])
def test_controllers_get_their_defaults(plural: str) -> None:
    document = FakeCluster().post(f"{APPS}/{plural}", _controller()).document
    assert document["metadata"]["generation"] == 1
    assert document["spec"].get("replicas", 1) == 1
    assert document["spec"]["template"]["spec"]["dnsPolicy"] == "ClusterFirst"


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        pytest.param({"selector": None}, "spec.selector: Required value", id="no-selector"),
        pytest.param({"selector": {"matchLabels": {"x": "y"}}}, "does not match template `labels`", id="mismatch"),
    ],
)
def test_refuses_controllers(spec: Any, complaint: str) -> None:
    answer = FakeCluster().post(f"{APPS}/deployments", _controller(**spec))
    assert answer.status == 422
    assert complaint in answer.document["message"]


def test_a_selector_never_changes() -> None:
    cluster = FakeCluster()
    cluster.post(f"{APPS}/deployments", _controller())
    live = cluster.get(f"{APPS}/deployments/d").document
    live["spec"]["selector"] = {"matchLabels": {}}
    assert "field is immutable" in cluster.put(f"{APPS}/deployments/d", live).document["message"]


def test_services_get_their_defaults() -> None:
    body = {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}}
    spec = FakeCluster().post("/api/v1/namespaces/default/services", body).document["spec"]
    assert spec["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    assert spec["type"] == "ClusterIP"


def test_a_controller_without_a_template_still_has_defaults() -> None:
    document: Any = {"kind": "Deployment", "metadata": {}, "spec": {}}
    workloads.default_controller(document, None)
    assert document["spec"]["replicas"] == 1


@pytest.mark.parametrize("path", [PODS, f"{APPS}/deployments", "/api/v1/namespaces/default/services"])
def test_a_missing_specification_breaks_nothing(path: str) -> None:
    assert FakeCluster().post(path, {"metadata": {"name": "x"}}).status in (201, 422)
