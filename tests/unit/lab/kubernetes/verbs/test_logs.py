from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.world.http import Response
from tests.fakes.kubernetes_cluster import START, FakeCluster

PODS = "/api/v1/namespaces/default/pods"


class Recorded:
    """A kubelet that answers with one line, and keeps the questions."""

    def __init__(self) -> None:
        self.queries: list[LogQuery] = []

    def __call__(self, query: LogQuery, now: datetime) -> Response:
        self.queries.append(query)
        return Response(status=200, headers=(("Content-Type", "text/plain"),), body=f"at {now}".encode())


@pytest.fixture
def kubelet() -> Recorded:
    return Recorded()


@pytest.fixture
def cluster(kubelet: Recorded) -> FakeCluster:
    cluster = FakeCluster()
    cluster.api.serve_logs(kubelet)
    one, two = ({"name": name, "image": "i"} for name in ("a", "b"))
    specs: dict[str, Any] = {
        "single": {"containers": [one], "nodeName": "node-1"},
        "double": {"containers": [one, two], "nodeName": "node-1"},
        "early": {"containers": [one, two], "initContainers": [{"name": "i", "image": "i"}], "nodeName": "node-1"},
        "waiting": {"containers": [one]},
    }
    for name, spec in specs.items():
        assert cluster.post(PODS, {"metadata": {"name": name}, "spec": spec}).status == 201
    return cluster


def test_asks_the_kubelet(cluster: FakeCluster, kubelet: Recorded) -> None:
    answer = cluster.get(f"{PODS}/single/log")
    assert (answer.status, answer.document) == (200, f"at {START}")
    (query,) = kubelet.queries
    assert (query.namespace, query.pod, query.node, query.container) == ("default", "single", "node-1", "a")
    assert query.uid == cluster.get(f"{PODS}/single").document["metadata"]["uid"]
    assert not any((query.follow, query.previous, query.timestamps))
    assert (query.tail_lines, query.limit_bytes, query.since) == (None, None, None)


def test_passes_on_what_is_wanted(cluster: FakeCluster, kubelet: Recorded) -> None:
    wanted = "container=i&follow=true&previous=true&timestamps=1&tailLines=0&limitBytes=10&sinceSeconds=5"
    cluster.get(f"{PODS}/early/log?{wanted}")
    cluster.get(f"{PODS}/early/log?container=b&sinceTime=2026-03-01T11:00:00Z")
    first, second = kubelet.queries
    assert (first.container, first.follow, first.previous, first.timestamps) == ("i", True, True, True)
    assert (first.tail_lines, first.limit_bytes, first.since) == (0, 10, START - timedelta(seconds=5))
    assert second.since == datetime(2026, 3, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "status", "complaint"),
    [
        pytest.param("none/log", 404, 'pods "none" not found', id="no-pod"),
        pytest.param("double/log", 400, "choose one of: [a b]", id="which"),
        pytest.param("early/log", 400, "[a b] or one of the init containers: [i]", id="which-init"),
        pytest.param("single/log?container=x", 400, "container x is not valid for pod single", id="unknown"),
        pytest.param("single/log?tailLines=x", 400, "invalid syntax", id="no-number"),
        pytest.param("single/log?tailLines=-1", 422, "tailLines: Invalid value: -1", id="below-zero"),
        pytest.param("single/log?limitBytes=0", 422, "limitBytes: Invalid value: 0", id="no-bytes"),
        pytest.param("single/log?sinceTime=noon", 400, "as RFC 3339", id="no-time"),
        pytest.param("single/log?sinceSeconds=1&sinceTime=2026-03-01T11:00:00Z", 422, "at most one of", id="both"),
    ],
)
def test_refuses(cluster: FakeCluster, kubelet: Recorded, path: str, status: int, complaint: str) -> None:
    answer = cluster.get(f"{PODS}/{path}")
    assert answer.status == status
    assert complaint in answer.document["message"]
    assert kubelet.queries == []


def test_a_pod_without_a_node_has_printed_nothing(cluster: FakeCluster, kubelet: Recorded) -> None:
    answer = cluster.get(f"{PODS}/waiting/log")
    assert (answer.status, answer.document) == (200, "")
    assert kubelet.queries == []
