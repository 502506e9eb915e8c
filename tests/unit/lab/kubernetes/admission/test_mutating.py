from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, ferry, secret
from tests.fakes.webhooks import (
    FERRIES_V1,
    MUTATING,
    Programs,
    allow,
    configuration,
    deny,
    hook,
    labelled,
    patched,
)

FERRIES_BETA = "/apis/example.com/v1beta1/namespaces/default/ferries"


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def programs(cluster: FakeCluster) -> Programs:
    return Programs(cluster)


def _with(cluster: FakeCluster, *hooks: Any) -> None:
    answer = cluster.post(MUTATING, configuration("changers", *hooks))
    assert answer.status == 201, answer.document


def test_each_sees_what_the_ones_before_made_of_it(cluster: FakeCluster, programs: Programs) -> None:
    _with(cluster, hook("first"), hook("of-ferries", FERRIES_V1), hook("second"))
    programs.on("first", labelled("one"))
    programs.on("second", labelled("two"))
    answer = cluster.post(SECRETS, secret("new"))
    assert answer.document["metadata"]["labels"] == {"one": "yes", "two": "yes"}
    assert programs.asked == ["first", "second"]
    assert programs.last["object"]["metadata"]["labels"] == {"one": "yes"}
    assert "uid" not in programs.last["object"]["metadata"]


def test_updates_keep_what_the_server_owns(cluster: FakeCluster, programs: Programs) -> None:
    uid = cluster.post(SECRETS, secret("there")).document["metadata"]["uid"]
    _with(cluster, hook("first"))
    programs.on("first", patched({"op": "replace", "path": "/metadata/uid", "value": "other"}))
    found = cluster.patch(f"{SECRETS}/there", {"metadata": {"labels": {"a": "b"}}}).document["metadata"]
    assert (found["uid"], found["labels"]) == (uid, {"a": "b"})


def test_only_those_that_want_it_are_asked_again_and_only_after_a_change(
    cluster: FakeCluster, programs: Programs
) -> None:
    _with(
        cluster,
        hook("never"),
        hook("needed", reinvocationPolicy="IfNeeded"),
        hook("changes"),
        hook("late", reinvocationPolicy="IfNeeded"),
    )
    for name in ("never", "needed", "late"):
        programs.on(name, allow)
    programs.on("changes", labelled("changed"))
    assert cluster.post(SECRETS, secret("a")).status == 201
    assert programs.asked == ["never", "needed", "changes", "late", "needed"]
    programs.asks.clear()
    programs.on("changes", allow)
    assert cluster.post(SECRETS, secret("b")).status == 201
    assert programs.asked == ["never", "needed", "changes", "late"]


def test_an_object_of_another_version_is_changed_in_the_webhooks_own(cluster: FakeCluster, programs: Programs) -> None:
    _with(cluster.with_ferries(), hook("first", FERRIES_V1))
    programs.on("first", patched({"op": "add", "path": "/spec/seats", "value": 7}))
    body = {**ferry("a"), "apiVersion": "example.com/v1beta1"}
    answer = cluster.post(FERRIES_BETA, body)
    assert (answer.document["apiVersion"], answer.document["spec"]["seats"]) == ("example.com/v1beta1", 7)
    assert programs.last["object"]["apiVersion"] == "example.com/v1"


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        pytest.param({"op": "remove", "path": "/gone"}, "the document has no value at '/gone'", id="does-not-fit"),
        pytest.param({"op": "remove", "path": "/metadata"}, "the patched object has no metadata", id="no-metadata"),
    ],
)
def test_a_patch_that_cannot_be_made_is_an_error_of_the_server(
    cluster: FakeCluster, programs: Programs, operation: Any, message: str
) -> None:
    _with(cluster, hook("first", failurePolicy="Ignore"))
    programs.on("first", patched(operation))
    answer = cluster.post(SECRETS, secret("new"))
    assert (answer.status, answer.document["message"]) == (500, f"Internal error occurred: {message}")


def test_a_deletion_cannot_be_changed_but_refused(cluster: FakeCluster, programs: Programs) -> None:
    cluster.post(SECRETS, secret("there"))
    _with(cluster, hook("first"))
    programs.on("first", patched({"op": "add", "path": "/metadata/labels", "value": {}}))
    answer = cluster.delete(f"{SECRETS}/there")
    assert answer.status == 500
    assert "which is not supported for this operation" in answer.document["message"]
    programs.on("first", deny())
    assert cluster.delete(f"{SECRETS}/there").status == 400
    programs.on("first", allow)
    assert cluster.delete(f"{SECRETS}/there").status == 200


def test_one_that_cannot_be_reached_is_passed_over_where_it_may_be(cluster: FakeCluster, programs: Programs) -> None:
    lost = {"service": {"name": "hook", "namespace": "default"}}
    ignored: dict[str, Any] = {"failurePolicy": "Ignore"}
    _with(cluster, hook("lost", clientConfig=lost, **ignored), hook("silent", **ignored), hook("last"))
    programs.on("last", labelled("last"))
    answer = cluster.post(SECRETS, secret("new"))
    assert answer.document["metadata"]["labels"] == {"last": "yes"}
    assert programs.asked == ["silent", "last"]
