import pytest

from tests.fakes.kubernetes_cluster import FERRIES, SECRETS, TABLE, FakeCluster, ferry, secret

PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster().with_ferries()
    for name in ("a", "b", "c"):
        cluster.post(SECRETS, secret(name, labels={"name": name}))
    cluster.post(FERRIES, ferry("f"))
    return cluster


def test_lists_of_built_in_kinds_do_not_repeat_the_kind(cluster: FakeCluster) -> None:
    document = cluster.get(SECRETS).document
    assert (document["kind"], document["apiVersion"]) == ("SecretList", "v1")
    assert "kind" not in document["items"][0]
    assert cluster.get(FERRIES).document["items"][0]["kind"] == "Ferry"


def test_pages_show_one_instant(cluster: FakeCluster) -> None:
    first = cluster.get(f"{SECRETS}?limit=2").document
    assert first["metadata"]["remainingItemCount"] == 1
    cluster.post(SECRETS, secret("aa"))
    cluster.post(SECRETS, secret("d"))
    cluster.delete(f"{SECRETS}/c")
    second = cluster.get(f"{SECRETS}?limit=2&continue={first['metadata']['continue']}").document
    assert [item["metadata"]["name"] for item in second["items"]] == ["c"]
    assert second["metadata"] == {"resourceVersion": first["metadata"]["resourceVersion"]}


def test_a_page_beyond_the_history_is_gone(cluster: FakeCluster) -> None:
    token = cluster.get(f"{SECRETS}?limit=1&labelSelector=name").document["metadata"]["continue"]
    cluster.api.store.compact(cluster.api.store.revision + 1)
    answer = cluster.get(f"{SECRETS}?continue={token}")
    assert (answer.status, answer.document["reason"]) == (410, "Expired")


def test_reads_the_past_exactly(cluster: FakeCluster) -> None:
    then = cluster.get(SECRETS).document["metadata"]["resourceVersion"]
    cluster.delete(f"{SECRETS}/b")
    exactly = f"{SECRETS}?resourceVersion={then}&resourceVersionMatch=Exact"
    assert cluster.names(exactly) == ["a", "b", "c"]
    assert cluster.names(f"{SECRETS}?resourceVersion={then}") == ["a", "c"]
    cluster.api.store.compact(int(then) + 1)
    assert cluster.get(exactly).status == 410


@pytest.mark.parametrize(
    ("path", "names"),
    [
        pytest.param(f"{SECRETS}?labelSelector=name in (a,c)", ["a", "c"], id="labels"),
        pytest.param(f"{SECRETS}?fieldSelector=metadata.name!=a", ["b", "c"], id="fields"),
        pytest.param(f"{SECRETS}?fieldSelector=type=Opaque&labelSelector=name=b", ["b"], id="both"),
        pytest.param(f"{FERRIES}?fieldSelector=spec.harbour=Bodo", ["f"], id="custom-field"),
        pytest.param("/api/v1/secrets", ["a", "b", "c"], id="all-namespaces"),
        pytest.param("/api/v1/namespaces/kube-system/secrets", [], id="another-namespace"),
        pytest.param(f"{SECRETS}?resourceVersion=0", ["a", "b", "c"], id="any-version"),
    ],
)
def test_selects(cluster: FakeCluster, path: str, names: list[str]) -> None:
    assert cluster.names(path) == names


def test_gives_the_form_asked_for(cluster: FakeCluster) -> None:
    assert cluster.get(SECRETS, accept=TABLE).document["kind"] == "Table"
    partial = cluster.get(SECRETS, accept=PARTIAL).document
    assert (partial["kind"], partial["items"][0]["kind"]) == ("PartialObjectMetadataList", "PartialObjectMetadata")
    assert "kind: SecretList" in cluster.get(SECRETS, accept="application/yaml").document
    assert cluster.get(f"{SECRETS}/a", accept=TABLE).document["rows"][0]["cells"][0] == "a"


@pytest.mark.parametrize("path", [SECRETS, f"{SECRETS}/a"])
def test_refuses_versions_of_the_future(cluster: FakeCluster, path: str) -> None:
    answer = cluster.get(f"{path}?resourceVersion=9999")
    assert (answer.status, answer.document["reason"]) == (504, "Timeout")
