"""What webhooks do to each verb, and what happens while one is being asked."""

from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret
from tests.fakes.webhooks import (
    MUTATING,
    VALIDATING,
    Programs,
    allow,
    configuration,
    deny,
    hook,
    labelled,
    patched,
)

SPACE = "/api/v1/namespaces/default"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
PODS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["*"], "resources": ["pods"]}
PARTS = {
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "operations": ["CREATE"],
    "resources": ["pods/binding", "serviceaccounts/token"],
}
SCALES = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["deployments/scale"]}
APPLY = "application/apply-patch+yaml"


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def programs(cluster: FakeCluster) -> Programs:
    programs = Programs(cluster)
    programs.on("one", allow)
    return programs


def _pod_spec() -> Object:
    return {"containers": [{"name": "c", "image": "i"}]}


def _deployment(replicas: int) -> Object:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": _pod_spec()}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"metadata": {"name": "web"}, "spec": spec}


def test_a_container_that_a_webhook_adds_is_completed_as_the_others(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(MUTATING, configuration("changers", hook("one", PODS)))
    added = {"op": "add", "path": "/spec/containers/-", "value": {"name": "side", "image": "s", "nonsense": 1}}
    programs.on("one", patched(added))
    body = {"metadata": {"generateName": "p-"}, "spec": _pod_spec()}
    pod = cluster.post(f"{SPACE}/pods", body).document
    first, second = pod["spec"]["containers"]
    assert second["volumeMounts"] == first["volumeMounts"]
    assert len(pod["spec"]["volumes"]) == 1
    assert second["imagePullPolicy"]
    assert "nonsense" not in second
    assert pod["metadata"]["name"].startswith("p-")
    assert (programs.last.get("name"), programs.last["object"]["metadata"]["generateName"]) == (None, "p-")


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        pytest.param("/type", "kubernetes.io/tls", 422, id="what-breaks-a-rule"),
        pytest.param("/metadata/name", "other", 400, id="another-name"),
        pytest.param("/data", 7, 400, id="another-type"),
    ],
)
def test_what_a_webhook_makes_of_an_object_must_be_one(
    cluster: FakeCluster, programs: Programs, path: str, value: Any, status: int
) -> None:
    cluster.post(SECRETS, secret("there"))
    cluster.post(MUTATING, configuration("changers", hook("one")))
    programs.on("one", patched({"op": "add", "path": path, "value": value}))
    assert cluster.patch(f"{SECRETS}/there", {"metadata": {"labels": {"a": "b"}}}).status == status


def test_apply_passes_webhooks_too(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(MUTATING, configuration("changers", hook("one")))
    programs.on("one", labelled("seen"))
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}
    path = f"{SECRETS}/a?fieldManager=me"
    created = cluster.patch(path, body, APPLY)
    assert (created.status, created.document["metadata"]["labels"]) == (201, {"seen": "yes"})
    assert programs.last["operation"] == "CREATE"
    changed = cluster.patch(path, {**body, "stringData": {"k": "v"}}, APPLY)
    assert (changed.status, programs.last["operation"]) == (200, "UPDATE")
    assert changed.document["metadata"]["labels"] == {"seen": "yes"}


def test_a_status_is_all_that_a_write_of_it_changes(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(f"{SPACE}/pods", {"metadata": {"name": "p"}, "spec": _pod_spec()})
    status = {**PODS, "resources": ["pods/status"]}
    cluster.post(MUTATING, configuration("changers", hook("one", status)))
    programs.on("one", patched({"op": "replace", "path": "/spec/containers/0/image", "value": "other"}))
    found = cluster.patch(f"{SPACE}/pods/p/status", {"status": {"phase": "Running"}}).document
    assert (found["status"]["phase"], found["spec"]["containers"][0]["image"]) == ("Running", "i")


def test_a_scale_is_reviewed_and_changed_as_one(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(DEPLOYMENTS, _deployment(0))
    cluster.post(MUTATING, configuration("changers", hook("one", SCALES)))
    programs.on("one", patched({"op": "replace", "path": "/spec/replicas", "value": 2}))
    answer = cluster.patch(f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 9}})
    assert answer.document["spec"] == {"replicas": 2}
    assert (programs.last["oldObject"]["spec"], programs.last["object"]["spec"]) == ({"replicas": 0}, {"replicas": 9})
    cluster.post(VALIDATING, configuration("guards", hook("two", SCALES)))
    programs.on("two", deny())
    assert cluster.patch(f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 1}}).status == 400


def _meanwhile(cluster: FakeCluster, programs: Programs, change: Object, times: int) -> None:
    """Let somebody else change the Secret while the webhook is asked, so many times."""
    left = [change] * times

    def answer(request: Object) -> Object:
        if left:
            changed = {**left.pop(), "stringData": {"turn": str(len(left))}}
            programs.on("one", allow)
            assert cluster.patch(f"{SECRETS}/there", changed).status == 200
            programs.on("one", answer)
        return allow(request)

    programs.on("one", answer)


@pytest.mark.parametrize(
    ("times", "status"),
    [pytest.param(1, 200, id="once"), pytest.param(40, 409, id="again-and-again")],
)
def test_a_patch_is_made_anew_when_the_object_has_changed_meanwhile(
    cluster: FakeCluster, programs: Programs, times: int, status: int
) -> None:
    cluster.post(SECRETS, secret("there"))
    cluster.post(VALIDATING, configuration("guards", hook("one", failurePolicy="Ignore")))
    _meanwhile(cluster, programs, {"metadata": {"labels": {"other": "change"}}}, times)
    answer = cluster.patch(f"{SECRETS}/there", {"metadata": {"labels": {"mine": "too"}}})
    assert answer.status == status
    if status == 200:
        assert answer.document["metadata"]["labels"] == {"other": "change", "mine": "too"}
    else:
        assert answer.document["reason"] == "Conflict"


def test_a_write_for_a_version_that_is_old_by_then_is_a_conflict(cluster: FakeCluster, programs: Programs) -> None:
    version = cluster.post(SECRETS, secret("there")).document["metadata"]["resourceVersion"]
    cluster.post(VALIDATING, configuration("guards", hook("one")))
    _meanwhile(cluster, programs, {"metadata": {"labels": {"other": "change"}}}, 1)
    answer = cluster.put(f"{SECRETS}/there", secret("there", resourceVersion=version))
    assert (answer.status, answer.document["reason"]) == (409, "Conflict")


def test_a_name_that_is_taken_meanwhile_is_taken(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(VALIDATING, configuration("guards", hook("one")))

    def first(_request: Object) -> Object:
        programs.on("one", allow)
        assert cluster.post(SECRETS, secret("new")).status == 201
        return {}

    programs.on("one", first)
    assert cluster.post(SECRETS, secret("new")).document["reason"] == "AlreadyExists"


def test_what_is_deleted_meanwhile_is_gone(cluster: FakeCluster, programs: Programs) -> None:
    for name in ("a", "b"):
        cluster.post(SECRETS, secret(name))
    cluster.post(VALIDATING, configuration("guards", hook("one")))

    def first(_request: Object) -> Object:
        programs.on("one", allow)
        for name in ("a", "b"):
            assert cluster.delete(f"{SECRETS}/{name}").status == 200
        return {}

    programs.on("one", first)
    assert cluster.delete(SECRETS).status == 200
    assert cluster.names(SECRETS) == []


def test_the_pods_of_workloads_pass_webhooks_one_after_another(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(MUTATING, configuration("changers", hook("one", PODS)))
    programs.on("one", labelled("injected"))
    cluster.post(DEPLOYMENTS, _deployment(3))
    assert cluster.names(f"{SPACE}/pods") == []
    cluster.settle()
    pods = cluster.get(f"{SPACE}/pods").document["items"]
    assert [pod["metadata"]["labels"]["injected"] for pod in pods] == ["yes"] * 3
    assert {review["request"]["userInfo"]["username"] for review in programs.reviews} == {
        "system:kube-controller-manager"
    }
    told = [event["reason"] for event in cluster.get(f"{SPACE}/events").document["items"]]
    assert told.count("SuccessfulCreate") == 3


def test_a_workload_is_told_when_its_pods_are_refused_and_tries_again(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(VALIDATING, configuration("guards", hook("one", PODS)))
    programs.on("one", deny("no pods today"))
    cluster.post(DEPLOYMENTS, _deployment(1))
    cluster.settle()
    (event,) = [one for one in cluster.get(f"{SPACE}/events").document["items"] if one["reason"] == "FailedCreate"]
    why = 'admission webhook "one.example.com" denied the request: no pods today'
    assert event["message"] == f"Error creating: {why}"
    programs.on("one", allow)
    cluster.advance(seconds=10)
    cluster.api.run_controllers(cluster.now)
    cluster.settle()
    assert len(cluster.names(f"{SPACE}/pods")) == 1


def test_the_deletion_of_a_pod_by_its_workload_is_reviewed(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(DEPLOYMENTS, _deployment(1))
    cluster.post(VALIDATING, configuration("guards", hook("one", PODS)))
    cluster.patch(f"{DEPLOYMENTS}/web", {"spec": {"replicas": 0}})
    assert len(cluster.names(f"{SPACE}/pods")) == 1
    cluster.settle()
    assert cluster.names(f"{SPACE}/pods") == []
    assert programs.last["operation"] == "DELETE"


TOKEN = {"spec": {"audiences": ["a"], "expirationSeconds": 1200}}
BINDING = {"metadata": {"name": "p"}, "target": {"name": "node-1"}}


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        pytest.param("serviceaccounts/default/token", TOKEN, "TokenRequest", id="token"),
        pytest.param("pods/p/binding", BINDING, "Binding", id="binding"),
    ],
)
def test_what_a_part_takes_in_is_reviewed(
    cluster: FakeCluster, programs: Programs, path: str, body: Object, kind: str
) -> None:
    cluster.post(f"{SPACE}/pods", {"metadata": {"name": "p"}, "spec": {**_pod_spec(), "schedulerName": "mine"}})
    cluster.post(VALIDATING, configuration("guards", hook("one", PARTS)))
    programs.on("one", deny())
    assert cluster.post(f"{SPACE}/{path}", body).status == 400
    assert not cluster.get(f"{SPACE}/pods/p").document["spec"].get("nodeName")
    programs.on("one", allow)
    assert cluster.post(f"{SPACE}/{path}?dryRun=All", body).status == 201
    assert not cluster.get(f"{SPACE}/pods/p").document["spec"].get("nodeName")
    assert cluster.post(f"{SPACE}/{path}", body).status == 201
    (name, part), seen = path.split("/")[1:], programs.last
    assert (seen["kind"]["kind"], seen["subResource"], seen["name"], seen["operation"]) == (kind, part, name, "CREATE")
    assert (seen["object"]["kind"], seen["object"]["metadata"]["namespace"]) == (kind, "default")


def test_a_webhook_may_change_what_a_token_is_for(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(MUTATING, configuration("changers", hook("one", PARTS)))
    programs.on("one", patched({"op": "replace", "path": "/spec/audiences", "value": ["b"]}))
    found = cluster.post(f"{SPACE}/serviceaccounts/default/token", TOKEN).document
    assert found["spec"]["audiences"] == ["b"]


def test_a_pod_that_was_bound_meanwhile_stays_where_it_is(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(f"{SPACE}/pods", {"metadata": {"name": "p"}, "spec": {**_pod_spec(), "schedulerName": "mine"}})
    cluster.post(VALIDATING, configuration("guards", hook("one", PARTS)))

    def answer(request: Object) -> Object:
        programs.on("one", allow)
        assert cluster.post(f"{SPACE}/pods/p/binding", {"target": {"name": "node-2"}}).status == 201
        return allow(request)

    programs.on("one", answer)
    found = cluster.post(f"{SPACE}/pods/p/binding", BINDING)
    assert (found.status, 'already assigned to node "node-2"' in found.document["message"]) == (409, True)
