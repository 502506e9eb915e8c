import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import FERRIES, SECRETS, FakeCluster, ferry, secret

FERRY = f"{FERRIES}/a"


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster().with_ferries()
    cluster.post(FERRIES, ferry("a"))
    cluster.post(SECRETS, secret("s", data={"a": "aGk="}))
    return cluster


def _live(cluster: FakeCluster, path: str = FERRY) -> Object:
    document: Object = cluster.get(path).document
    return document


def test_replaces_and_counts_changes_of_the_specification(cluster: FakeCluster) -> None:
    live = _live(cluster)
    answer = cluster.put(FERRY, live | {"spec": {"harbour": "Hamar"}})
    assert answer.document["metadata"]["generation"] == 2
    assert answer.document["spec"] == {"harbour": "Hamar", "seats": 12}
    labelled = answer.document["metadata"] | {"labels": {"a": "b"}}
    assert cluster.put(FERRY, answer.document | {"metadata": labelled}).document["metadata"]["generation"] == 2


def test_writes_nothing_when_nothing_changes(cluster: FakeCluster) -> None:
    live = _live(cluster)
    cluster.advance(minutes=1)
    assert cluster.put(FERRY, live).document == live


def test_status_and_the_rest_are_written_apart(cluster: FakeCluster) -> None:
    live = _live(cluster)
    answer = cluster.put(f"{FERRY}/status", live | {"spec": {"harbour": "X"}, "status": {"berth": 4}})
    assert (answer.document["spec"]["harbour"], answer.document["status"]) == ("Bodo", {"berth": 4})
    assert answer.document["metadata"]["generation"] == 1
    again = cluster.put(FERRY, answer.document | {"status": {"berth": 9}})
    assert again.document["status"] == {"berth": 4}
    gone = {key: value for key, value in again.document.items() if key != "status"}
    assert "status" not in cluster.put(f"{FERRY}/status", gone).document


def test_status_written_without_managed_fields_keeps_them(cluster: FakeCluster) -> None:
    live = _live(cluster)
    bare = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    answer = cluster.put(f"{FERRY}/status", live | {"metadata": bare, "status": {"berth": 4}})
    managed = answer.document["metadata"]["managedFields"]
    assert [entry.get("subresource", "") for entry in managed] == ["", "status"]


def test_keeps_what_the_server_owns(cluster: FakeCluster) -> None:
    live = _live(cluster)
    changed = live["metadata"] | {
        "creationTimestamp": "2020-01-01T00:00:00Z",
        "deletionTimestamp": "x",
        "selfLink": "y",
    }
    metadata = cluster.put(FERRY, live | {"metadata": changed}).document["metadata"]
    assert metadata["creationTimestamp"] == live["metadata"]["creationTimestamp"]
    assert not {"deletionTimestamp", "selfLink"} & metadata.keys()


def test_a_dry_run_shows_and_keeps(cluster: FakeCluster) -> None:
    live = _live(cluster)
    shown = cluster.put(f"{FERRY}?dryRun=All", live | {"spec": {"harbour": "X"}}).document
    assert shown["spec"]["harbour"] == "X"
    assert _live(cluster) == live


@pytest.mark.parametrize(
    ("metadata", "code", "complaint"),
    [
        pytest.param({"resourceVersion": "1"}, 409, "the object has been modified", id="stale"),
        pytest.param({"uid": "other"}, 409, "Precondition failed: UID in precondition: other", id="another-uid"),
        pytest.param({"resourceVersion": ""}, 422, "must be specified for an update", id="custom-needs-a-version"),
        pytest.param({"name": "b"}, 400, "does not match the name on the URL", id="name"),
    ],
)
def test_refuses(cluster: FakeCluster, metadata: Object, code: int, complaint: str) -> None:
    live = _live(cluster)
    answer = cluster.put(FERRY, live | {"metadata": live["metadata"] | metadata})
    assert answer.status == code
    assert complaint in answer.document["message"]


def test_built_in_kinds_may_be_replaced_without_a_version(cluster: FakeCluster) -> None:
    assert cluster.put(f"{SECRETS}/s", secret("s", data={"a": "aG8="})).status == 200
    assert cluster.put(f"{SECRETS}/none", secret("none")).status == 404


def test_the_last_finalizer_lets_an_ending_object_go(cluster: FakeCluster) -> None:
    cluster.patch(f"{SECRETS}/s", {"metadata": {"finalizers": ["x/y", "x/z"]}})
    cluster.delete(f"{SECRETS}/s")
    refused = cluster.patch(f"{SECRETS}/s", {"metadata": {"finalizers": ["x/new"]}})
    assert "no new finalizers can be added" in refused.document["message"]
    assert cluster.patch(f"{SECRETS}/s", {"metadata": {"finalizers": ["x/y"]}}).status == 200
    assert cluster.get(f"{SECRETS}/s").status == 200
    assert cluster.patch(f"{SECRETS}/s", {"metadata": {"finalizers": None}}).status == 200
    assert cluster.get(f"{SECRETS}/s").status == 404
