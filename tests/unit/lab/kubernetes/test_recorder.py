from keyferry.lab.kubernetes.loopback import Loopback
from keyferry.lab.kubernetes.recorder import MAX_MESSAGE, NORMAL, Recorder
from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, secret

EVENTS = "/api/v1/namespaces/default/events"


def test_says_once_what_happens_again_and_again() -> None:
    cluster = FakeCluster()
    about = cluster.post(SECRETS, secret("a")).document
    recorder = Recorder(Loopback(cluster=cluster.api.cluster, agent="tester"), "the-tester")
    for _ in range(3):
        recorder.record(about, NORMAL, "Tried", "x" * 2000, cluster.now)
        cluster.advance(seconds=1)
    recorder.record(about, NORMAL, "Tried", "otherwise", cluster.now)
    first, second = sorted(cluster.get(EVENTS).document["items"], key=lambda one: -int(one["count"]))
    assert (first["count"], first["lastTimestamp"]) == (3, "2026-03-01T12:00:02Z")
    assert first["message"] == "x" * MAX_MESSAGE
    assert first["involvedObject"]["uid"] == about["metadata"]["uid"]
    assert (second["count"], second["source"]) == (1, {"component": "the-tester"})


def test_says_it_anew_when_the_event_is_gone() -> None:
    cluster = FakeCluster()
    about = cluster.post("/api/v1/nodes", {"metadata": {"name": "node-1"}}).document
    recorder = Recorder(Loopback(cluster=cluster.api.cluster, agent="tester"), "the-tester")
    recorder.record(about, NORMAL, "Tried", "once", cluster.now)
    cluster.delete(EVENTS)
    recorder.record(about, NORMAL, "Tried", "once", cluster.now)
    assert [one["count"] for one in cluster.get(EVENTS).document["items"]] == [1]
