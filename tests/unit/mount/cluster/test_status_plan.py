import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference
from keyferry.mount.cluster import status_plan
from keyferry.mount.cluster.status_plan import CreateStatus, LiveStatus, NothingToSay, PatchStatus, Shown, WantedStatus
from keyferry.mount.state import ObjectVersion, PodRef

POD = PodRef(namespace="app", name="shop-0", uid="pod-1", service_account="shop")
OWNER = OwnerReference(api_version="v1", kind="Pod", name="shop-0", uid="pod-1")
PROBLEM = "keyferry.io/problem"
LABEL = "internal.secrets-store.csi.k8s.io/node-name"
TARGET = "/var/lib/kubelet/pods/pod-1/volumes/kubernetes.io~csi/s/mount"


def wanted(*versions: tuple[str, str], node_id: str = "node-1", problem: str = "") -> WantedStatus:
    told = tuple(ObjectVersion(id=id_, version=version) for id_, version in versions)
    return status_plan.wanted(
        POD, Shown(class_name="db", target_path=TARGET, versions=told, problem=problem), node_id=node_id
    )


WANTED = wanted(("secret/b", "2"), ("secret/a", "1"))


def live(**metadata: Any) -> LiveStatus:
    """The object as an earlier write of `WANTED` left it, but for what is given."""
    meta = ObjectMeta(
        name="shop-0-app-db",
        namespace="app",
        uid="status-1",
        resource_version="7",
        labels=metadata.pop("labels", {LABEL: "node-1", "team": "a"}),
        owner_references=metadata.pop("owner_references", [OWNER]),
        annotations=metadata.pop("annotations", {}),
    )
    return LiveStatus(metadata=meta, status=metadata.pop("status", WANTED.status))


def test_one_that_is_absent_is_made_as_upstream_makes_it() -> None:
    action = status_plan.plan(None, WANTED)
    assert isinstance(action, CreateStatus)
    assert json.loads(action.body) == {
        "apiVersion": "secrets-store.csi.x-k8s.io/v1",
        "kind": "SecretProviderClassPodStatus",
        "metadata": {
            "name": "shop-0-app-db",
            "namespace": "app",
            "labels": {LABEL: "node-1"},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "shop-0", "uid": "pod-1"}],
        },
        "status": {
            "podName": "shop-0",
            "secretProviderClassName": "db",
            "mounted": True,
            "targetPath": TARGET,
            "objects": [{"id": "secret/a", "version": "1"}, {"id": "secret/b", "version": "2"}],
        },
    }
    assert WANTED.key == Key(namespace="app", name="shop-0-app-db")


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(live(), id="the-same"),
        pytest.param(
            live(status=msgspec.structs.replace(WANTED.status, target_path=TARGET.replace("/s/", "/t/"))),
            id="path-of-the-pods-other-volume",
        ),
    ],
)
def test_what_says_so_already_is_not_written(seen: LiveStatus) -> None:
    assert status_plan.plan(seen, WANTED) == NothingToSay(live=seen)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(live(labels={LABEL: "node-0"}), id="of-another-node"),
        pytest.param(live(labels={}), id="without-label"),
        pytest.param(live(owner_references=[]), id="without-owner"),
        pytest.param(live(owner_references=[msgspec.structs.replace(OWNER, uid="pod-0")]), id="of-the-pod-before"),
        pytest.param(live(status=msgspec.structs.replace(WANTED.status, target_path="/elsewhere")), id="moved"),
        pytest.param(live(status=msgspec.structs.replace(WANTED.status, objects=())), id="other-versions"),
        pytest.param(live(status=msgspec.structs.replace(WANTED.status, mounted=False)), id="not-mounted"),
    ],
)
def test_what_differs_is_brought_up_to_date_at_the_version_that_was_seen(seen: LiveStatus) -> None:
    action = status_plan.plan(seen, WANTED)
    assert isinstance(action, PatchStatus)
    patch = json.loads(action.patch)
    assert patch["metadata"]["resourceVersion"] == "7"
    assert patch["metadata"]["labels"] == {LABEL: "node-1"}
    assert patch["metadata"]["ownerReferences"][0]["uid"] == "pod-1"
    assert [each["version"] for each in patch["status"]["objects"]] == ["1", "2"]


def test_what_was_written_is_read_back() -> None:
    action = status_plan.plan(None, WANTED)
    assert isinstance(action, CreateStatus)
    seen = status_plan.decode(action.body)
    assert status_plan.plan(seen, WANTED) == NothingToSay(live=seen)
    assert seen.status == WANTED.status


def test_a_node_of_a_long_name_finds_its_own_again() -> None:
    desired = replace(WANTED, node_id="n" * 200)
    action = status_plan.plan(None, desired)
    assert isinstance(action, CreateStatus)
    seen = status_plan.decode(action.body)
    assert len(seen.metadata.labels[LABEL]) <= 63
    assert status_plan.plan(seen, desired) == NothingToSay(live=seen)


def test_it_can_own_what_is_made_for_a_pod_by_itself() -> None:
    assert live().owner == OwnerReference(
        api_version="secrets-store.csi.x-k8s.io/v1",
        kind="SecretProviderClassPodStatus",
        name="shop-0-app-db",
        uid="status-1",
    )


@pytest.mark.parametrize(
    ("annotations", "problem", "written"),
    [
        pytest.param({}, "the vault is down", "the vault is down", id="begins"),
        pytest.param({PROBLEM: "the vault is down"}, "the role is gone", "the role is gone", id="becomes-another"),
        pytest.param({PROBLEM: "the vault is down"}, "", None, id="ends"),
        pytest.param({}, "x" * 5000, "x" * 1000, id="is-long"),
    ],
)
def test_a_problem_comes_and_goes(annotations: dict[str, str], problem: str, written: str | None) -> None:
    action = status_plan.plan(
        live(annotations=annotations), wanted(("secret/b", "2"), ("secret/a", "1"), problem=problem)
    )
    assert isinstance(action, PatchStatus)
    assert json.loads(action.patch)["metadata"]["annotations"] == {PROBLEM: written}


def test_a_problem_that_stays_is_written_once() -> None:
    desired = wanted(("secret/b", "2"), ("secret/a", "1"), problem="the vault is down")
    assert isinstance(status_plan.plan(live(annotations={PROBLEM: "the vault is down"}), desired), NothingToSay)
