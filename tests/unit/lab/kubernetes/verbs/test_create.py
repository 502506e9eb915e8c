import itertools

import pytest

from tests.fakes.kubernetes_cluster import FERRIES, SECRETS, FakeCluster, ferry, secret


def test_fills_in_what_the_server_owns() -> None:
    answer = FakeCluster().post(SECRETS, secret("a"))
    metadata = answer.document["metadata"]
    assert answer.status == 201
    assert metadata["uid"].startswith("uid-")
    assert metadata["creationTimestamp"] == "2026-03-01T12:00:00Z"
    assert metadata["namespace"] == "default"
    assert int(metadata["resourceVersion"]) > 0
    assert metadata["managedFields"][0]["operation"] == "Update"


def test_generates_names() -> None:
    cluster = FakeCluster()
    body = {"metadata": {"generateName": "pin-"}}
    first, second = (cluster.post(SECRETS, body).document["metadata"]["name"] for _ in range(2))
    assert first != second
    assert first.startswith("pin-")


def test_counts_generations_and_drops_status_of_custom_resources() -> None:
    cluster = FakeCluster().with_ferries()
    answer = cluster.post(FERRIES, ferry("a") | {"status": {"x": 1}})
    assert answer.document["metadata"]["generation"] == 1
    assert answer.document["spec"] == {"harbour": "Bodo", "seats": 12}
    assert "status" not in answer.document


def test_a_dry_run_leaves_nothing() -> None:
    cluster = FakeCluster()
    assert cluster.post(f"{SECRETS}?dryRun=All", secret("a")).status == 201
    assert cluster.names(SECRETS) == []


@pytest.mark.parametrize(
    ("path", "body", "code", "complaint"),
    [
        pytest.param(SECRETS, secret("taken"), 409, 'secrets "taken" already exists', id="taken"),
        pytest.param(SECRETS, secret("A"), 422, "metadata.name: Invalid value", id="name"),
        pytest.param(SECRETS, {"metadata": {}}, 422, "name or generateName is required", id="no-name"),
        pytest.param(SECRETS, secret("a", resourceVersion="1"), 400, "resourceVersion should not be set", id="version"),
        pytest.param(
            SECRETS, {"metadata": {"name": "a", "namespace": "x"}}, 400, "does not match the namespace", id="namespace"
        ),
        pytest.param("/api/v1/namespaces/none/secrets", secret("a"), 404, 'namespaces "none" not found', id="nowhere"),
        pytest.param(
            "/api/v1/namespaces",
            {"metadata": {"name": "a", "namespace": "b"}},
            400,
            "can not be set on a cluster-scoped object",
            id="cluster-scoped",
        ),
        pytest.param("/api/v1/secrets", secret("a"), 404, "could not find the requested resource", id="no-namespace"),
        pytest.param(f"{SECRETS}/a", secret("a"), 405, "does not allow this method", id="post-to-an-object"),
    ],
)
def test_refuses(path: str, body: object, code: int, complaint: str) -> None:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("taken"))
    answer = cluster.post(path, body)
    assert answer.status == code
    assert complaint in answer.document["message"]


def test_refuses_new_objects_in_a_namespace_that_ends() -> None:
    cluster = FakeCluster()
    cluster.post("/api/v1/namespaces", {"metadata": {"name": "n"}})
    cluster.post("/api/v1/namespaces/n/secrets", secret("held", finalizers=["x/y"]))
    cluster.delete("/api/v1/namespaces/n")
    answer = cluster.post("/api/v1/namespaces/n/secrets", secret("late"))
    assert answer.status == 403
    assert "because it is being terminated" in answer.document["message"]
    assert answer.document["details"]["causes"][0]["reason"] == "NamespaceTerminating"


def test_takes_an_empty_namespace_for_the_one_of_the_path() -> None:
    document = secret("a") | {"metadata": {"name": "a", "namespace": ""}}
    answer = FakeCluster().post(SECRETS, document)
    assert (answer.status, answer.document["metadata"]["namespace"]) == (201, "default")


def test_a_generated_name_that_is_taken_is_generated_again_and_not_forever() -> None:
    cluster = FakeCluster()
    taken = itertools.repeat("the-same-uid")
    object.__setattr__(cluster.api.cluster, "ids", lambda: next(taken))
    statuses = [cluster.post(SECRETS, {"metadata": {"generateName": "pin-"}}).status for _ in range(9)]
    assert statuses == [201] * 8 + [409]
    assert len(set(cluster.names(SECRETS))) == 8
