import pytest

from tests.fakes.kubernetes_cluster import FERRIES, SECRETS, TABLE, FakeCluster, ferry, secret

PARTIAL = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster(history=3)
    cluster.post(SECRETS, secret("a", labels={"app": "x"}))
    return cluster


def _version(cluster: FakeCluster) -> str:
    return str(cluster.get(SECRETS).document["metadata"]["resourceVersion"])


def test_begins_with_what_there_is_then_tells_changes(cluster: FakeCluster) -> None:
    watch = cluster.watch(SECRETS)
    assert watch.told() == [("ADDED", "a")]
    cluster.post(SECRETS, secret("b"))
    cluster.patch(f"{SECRETS}/a", {"metadata": {"labels": {"app": "y"}}})
    cluster.delete(f"{SECRETS}/b")
    assert watch.told() == [("ADDED", "b"), ("MODIFIED", "a"), ("DELETED", "b")]
    assert watch.told() == []


def test_goes_on_from_a_version(cluster: FakeCluster) -> None:
    version = _version(cluster)
    cluster.delete(f"{SECRETS}/a")
    ((type_, document),) = cluster.watch(f"{SECRETS}?resourceVersion={version}").events()
    assert type_ == "DELETED"
    assert int(document["metadata"]["resourceVersion"]) > int(version)


def test_two_watchers_share_one_encoding(cluster: FakeCluster) -> None:
    first, second = cluster.watch(SECRETS), cluster.watch(SECRETS)
    assert first.events() == second.events() != []


@pytest.mark.parametrize(
    "selector", ["labelSelector=app=x", "labelSelector=app=x&fieldSelector=metadata.namespace=default"]
)
def test_selected_objects_come_and_go(cluster: FakeCluster, selector: str) -> None:
    watch = cluster.watch(f"{SECRETS}?{selector}")
    assert watch.told() == [("ADDED", "a")]
    cluster.patch(f"{SECRETS}/a", {"metadata": {"labels": {"app": "y"}}})
    ((type_, document),) = watch.events()
    assert (type_, document["metadata"]["labels"]) == ("DELETED", {"app": "x"})
    assert document["metadata"]["resourceVersion"] == _version(cluster)
    cluster.patch(f"{SECRETS}/a", {"metadata": {"labels": {"app": "x"}}})
    cluster.patch(f"{SECRETS}/a", {"metadata": {"labels": {"more": "x"}}})
    cluster.delete(f"{SECRETS}/a")
    assert watch.told() == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
    cluster.post(SECRETS, secret("other"))
    assert watch.told() == []


def test_sees_its_own_namespace_and_its_own_name(cluster: FakeCluster) -> None:
    elsewhere = cluster.watch("/api/v1/namespaces/kube-system/secrets")
    named = cluster.watch(f"{SECRETS}?fieldSelector=metadata.name=b")
    cluster.post(SECRETS, secret("b"))
    assert elsewhere.told() == []
    assert named.told() == [("ADDED", "b")]


def test_a_version_before_the_history_is_gone(cluster: FakeCluster) -> None:
    version = _version(cluster)
    late = cluster.watch(f"{SECRETS}?resourceVersion={version}")
    for name in "bcdefgh":
        cluster.post(SECRETS, secret(name))
    for watch in (late, cluster.watch(f"{SECRETS}?resourceVersion={version}")):
        ((type_, document),) = watch.events()
        assert (type_, document["code"], document["reason"]) == ("ERROR", 410, "Expired")
        assert watch.streaming.read(cluster.now) is None


def test_bookmarks_tell_the_version_each_minute(cluster: FakeCluster) -> None:
    watch = cluster.watch(f"{SECRETS}?resourceVersion={_version(cluster)}&allowWatchBookmarks=true")
    cluster.advance(seconds=61)
    ((type_, document),) = watch.events()
    assert (type_, document["kind"]) == ("BOOKMARK", "Secret")
    assert document["metadata"]["resourceVersion"] == _version(cluster)
    assert watch.events() == []


def test_initial_events_end_with_a_bookmark(cluster: FakeCluster) -> None:
    options = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    *objects, (type_, document) = cluster.watch(f"{SECRETS}?{options}").events()
    assert [name["metadata"]["name"] for _, name in objects] == ["a"]
    assert type_ == "BOOKMARK"
    assert document["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_initial_events_can_be_left_out(cluster: FakeCluster) -> None:
    options = "sendInitialEvents=false&resourceVersionMatch=NotOlderThan"
    assert cluster.watch(f"{SECRETS}?{options}").told() == []


def test_ends_at_its_timeout(cluster: FakeCluster) -> None:
    watch = cluster.watch(f"{SECRETS}?resourceVersion={_version(cluster)}&timeoutSeconds=5")
    cluster.advance(seconds=5)
    cluster.post(SECRETS, secret("b"))
    assert watch.told() == [("ADDED", "b")]
    assert watch.streaming.read(cluster.now) is None


def test_tables_have_columns_once(cluster: FakeCluster) -> None:
    watch = cluster.watch(f"{SECRETS}?allowWatchBookmarks=1", accept=TABLE)
    cluster.post(SECRETS, secret("b"))
    (_, first), (_, second) = watch.events()
    assert first["columnDefinitions"][0]["name"] == "Name"
    assert second["columnDefinitions"] is None
    cluster.advance(minutes=2)
    ((_, bookmark),) = watch.events()
    assert bookmark["rows"] == []


def test_metadata_alone(cluster: FakeCluster) -> None:
    watch = cluster.watch(f"{SECRETS}?allowWatchBookmarks=1", accept=PARTIAL)
    cluster.advance(minutes=2)
    assert [document["kind"] for _, document in watch.events()] == ["PartialObjectMetadata"] * 2


def test_wakes_its_listener(cluster: FakeCluster) -> None:
    woken: list[int] = []
    leave = cluster.watch(SECRETS).streaming.subscribe(lambda: woken.append(1))
    cluster.post(SECRETS, secret("b"))
    leave()
    cluster.post(SECRETS, secret("c"))
    assert woken == [1]


def test_old_versions_warn_and_show_themselves() -> None:
    cluster = FakeCluster().with_ferries()
    cluster.post(FERRIES, ferry("a"))
    watch = cluster.watch(FERRIES.replace("/v1/", "/v1beta1/"))
    assert [document["apiVersion"] for _, document in watch.events()] == ["example.com/v1beta1"]
    assert ("Warning", '299 - "example.com/v1beta1 Ferry is deprecated"') in watch.streaming.headers


def test_refuses_versions_of_the_future(cluster: FakeCluster) -> None:
    assert cluster.get(f"{SECRETS}?watch=1&resourceVersion=9999").status == 504
