from typing import Any

import pytest

from keyferry.lab.kubernetes.verbs import history
from tests.fakes.kubernetes_cluster import MERGE, SECRETS, FakeCluster, secret
from tests.fakes.webhooks import MUTATING, Programs, configuration, hook, labelled, patched


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


def _owned(cluster: FakeCluster, name: str) -> dict[str, Any]:
    metadata = cluster.get(f"{SECRETS}/{name}").document["metadata"]
    return {one["manager"]: one["fieldsV1"] for one in metadata.get("managedFields", ())}


def test_webhooks_see_owners_and_own_nothing() -> None:
    cluster = FakeCluster()
    programs = Programs(cluster)
    programs.on("first", labelled("extra"))
    cluster.post(MUTATING, configuration("changers", hook("first")))
    cluster.post(SECRETS, secret("a", data={"x": "aGk="}), user_agent="first/1")
    assert [one["manager"] for one in programs.last["object"]["metadata"]["managedFields"]] == ["first"]
    cluster.send("PATCH", f"{SECRETS}/a?fieldManager=second", {"data": {"y": "aGk="}}, media=MERGE)
    assert {one["manager"] for one in programs.last["object"]["metadata"]["managedFields"]} == {"first", "second"}
    assert cluster.get(f"{SECRETS}/a").document["metadata"]["labels"] == {"extra": "yes"}
    assert not any("f:metadata" in fields for fields in _owned(cluster, "a").values())


@pytest.mark.parametrize(
    ("value", "left", "warned"),
    [
        pytest.param([], set(), False, id="forgotten"),
        pytest.param([{"manager": "m"}], {"first"}, True, id="without-operation"),
    ],
)
def test_what_a_webhook_makes_of_them_counts_where_it_can_be_read(value: Any, left: set[str], warned: bool) -> None:
    cluster = FakeCluster()
    programs = Programs(cluster)
    programs.on("first", patched({"op": "replace", "path": "/metadata/managedFields", "value": value}))
    cluster.post(MUTATING, configuration("changers", hook("first")))
    answer = cluster.post(SECRETS, secret("a"), user_agent="first/1")
    assert (answer.status, set(_owned(cluster, "a"))) == (201, left)
    assert any("managedFields was in an invalid state" in text for text in answer.warnings) is warned


def test_what_was_without_owners_stays_so() -> None:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("a"))
    cluster.patch(f"{SECRETS}/a", {"metadata": {"managedFields": [{}]}})
    programs = Programs(cluster)
    entry = {"manager": "m", "operation": "Sell"}
    programs.on("first", patched({"op": "add", "path": "/metadata/managedFields", "value": [entry]}))
    cluster.post(MUTATING, configuration("changers", hook("first")))
    cluster.patch(f"{SECRETS}/a", {"metadata": {"managedFields": [{}], "labels": {"a": "b"}}})
    assert _owned(cluster, "a") == {}
