from datetime import timedelta
from typing import Any

import pytest

from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.replication import pods
from keyferry.lab.kubernetes.replication.pods import PodControl
from keyferry.lab.kubernetes.status import StatusError
from tests.fakes.kubernetes_cluster import START, FakeCluster
from tests.fakes.lab_workloads import APPS, PODS, Workshop, template, workload

READY = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-03-01T12:00:00Z"}


def _pod(phase: str = "Running", ready: Any = None, **metadata: Any) -> Any:
    return {"metadata": metadata, "spec": {"nodeName": "n"}, "status": {"phase": phase, "conditions": [ready or {}]}}


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        pytest.param(_pod(), True, id="running"),
        pytest.param(_pod("Pending"), True, id="pending"),
        pytest.param(_pod("Failed"), False, id="failed"),
        pytest.param(_pod("Succeeded"), False, id="succeeded"),
        pytest.param(_pod(deletionTimestamp="x"), False, id="ending"),
    ],
)
def test_active(pod: Any, expected: bool) -> None:
    assert pods.is_active(pod) is expected


@pytest.mark.parametrize(
    ("ready", "seconds", "after", "expected"),
    [
        pytest.param(READY, 0, 0, True, id="at-once"),
        pytest.param(READY, 10, 9, False, id="too-early"),
        pytest.param(READY, 10, 10, True, id="long-enough"),
        pytest.param(READY | {"status": "False"}, 10, 10, False, id="not-ready"),
        pytest.param(READY | {"lastTransitionTime": None}, 10, 10, False, id="nobody-knows-since-when"),
        pytest.param(None, 10, 10, False, id="never"),
    ],
)
def test_available(ready: Any, seconds: int, after: int, expected: bool) -> None:
    assert pods.is_available(_pod(ready=ready), seconds, START + timedelta(seconds=after)) is expected


def test_those_go_first_that_are_missed_the_least() -> None:
    unplaced = _pod() | {"spec": {}}
    young = _pod(ready=READY, creationTimestamp="2026-03-01T12:00:01Z")
    old = _pod(ready=READY, creationTimestamp="2026-03-01T12:00:00Z")
    order = [unplaced, _pod("Odd"), _pod("Pending"), _pod(), young, old]
    found = sorted(order[3:] + order[:3], key=pods.first_to_go)
    assert (found[0], found[3:]) == (unplaced, order[3:])


def test_what_is_made_of_a_template_carries_its_labels_and_owner() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "X", "metadata": {"name": "web", "namespace": "n", "uid": "u"}}
    made = pods.made_of(template() | {"metadata": None}, owner, labels={"a": "b"})
    assert (made["metadata"]["generateName"], made["metadata"]["labels"]) == ("web-", {"a": "b"})
    assert pods.made_of(template(), owner, name="web-0")["metadata"]["name"] == "web-0"
    assert pods.template_hash(template()) == pods.template_hash(template()) != pods.template_hash(template("web:2"))


def test_tells_what_it_creates_deletes_and_may_not() -> None:
    shop = Workshop()
    shop.make("replicasets", workload(replicas=0))
    owner = shop.read("replicasets")
    control = PodControl(Loopback(cluster=shop.cluster.api.cluster, agent="tester"), "tester")
    control.create(owner, pods.made_of(template(), owner, name="web-0"), START)
    with pytest.raises(StatusError, match="already exists"):
        control.create(owner, pods.made_of(template(), owner, name="web-0"), START)
    control.delete(owner, shop.cluster.get(f"{PODS}/web-0").document, START)
    assert sorted(set(shop.events("ReplicaSet"))) == [
        ("FailedCreate", 'Error creating: pods "web-0" already exists'),
        ("SuccessfulCreate", "Created pod: web-0"),
        ("SuccessfulDelete", "Deleted pod: web-0"),
    ]


def test_writes_a_status_once() -> None:
    cluster = FakeCluster()
    cluster.post(f"{APPS}/replicasets", workload(replicas=0))
    api = Loopback(cluster=cluster.api.cluster, agent="tester")
    owner = cluster.get(f"{APPS}/replicasets/web").document
    pods.write_status(api, owner, {"replicas": 3, "readyReplicas": None}, START)
    written = api.store.get(("apps", "replicasets"), ("default", "web"))
    assert written is not None
    assert written.document["status"] == {"replicas": 3}
    pods.write_status(api, written.document, {"replicas": 3}, START)
    assert api.store.get(("apps", "replicasets"), ("default", "web")) is written
