from tests.fakes.kubernetes_cluster import FakeCluster

PATH = "/api/v1/namespaces"


def test_a_new_namespace_is_active_labelled_and_held() -> None:
    document = FakeCluster().post(PATH, {"metadata": {"name": "n", "labels": {"a": "b"}}}).document
    assert document["metadata"]["labels"] == {"a": "b", "kubernetes.io/metadata.name": "n"}
    assert (document["spec"], document["status"]) == ({"finalizers": ["kubernetes"]}, {"phase": "Active"})


def test_its_own_finalizer_and_label_cannot_be_taken_away() -> None:
    cluster = FakeCluster()
    cluster.post(PATH, {"metadata": {"name": "n"}})
    changed = cluster.patch(f"{PATH}/n", {"metadata": {"labels": None}, "spec": {"finalizers": None}}).document
    assert changed["metadata"]["labels"] == {"kubernetes.io/metadata.name": "n"}
    assert changed["spec"] == {"finalizers": ["kubernetes"]}


def test_its_name_is_a_label() -> None:
    assert FakeCluster().post(PATH, {"metadata": {"name": "a.b"}}).status == 422
