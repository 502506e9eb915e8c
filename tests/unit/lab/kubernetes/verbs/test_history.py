from keyferry.lab.kubernetes.verbs import history
from tests.fakes.kubernetes_cluster import MERGE, SECRETS, FakeCluster, secret


def test_each_manager_owns_what_it_wrote() -> None:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("a", data={"x": "aGk="}), user_agent="first/1")
    answer = cluster.send("PATCH", f"{SECRETS}/a?fieldManager=second", {"data": {"y": "aGk="}}, media=MERGE)
    entries = {one["manager"]: one["fieldsV1"] for one in answer.document["metadata"]["managedFields"]}
    assert entries["second"] == {"f:data": {"f:y": {}}}
    assert "f:type" in entries["first"]


def test_times_and_versions_are_no_change() -> None:
    entry = {"manager": "m", "time": "1"}
    old = {"metadata": {"resourceVersion": "1", "managedFields": [entry]}, "data": 1}
    new = {"metadata": {"resourceVersion": "2", "managedFields": [entry | {"time": "2"}]}, "data": 1}
    assert history.unchanged(old, new)
    assert not history.unchanged(old, new | {"data": 2})
    assert not history.unchanged({"metadata": {}}, {"metadata": {"labels": {}}})
