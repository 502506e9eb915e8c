import pytest

from tests.fakes.kubernetes_cluster import FERRIES, MERGE, SECRETS, FakeCluster, ferry, secret

JSON = "application/json-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster().with_ferries()
    cluster.post(SECRETS, secret("a", data={"x": "aGk=", "y": "aGk="}))
    cluster.post(FERRIES, ferry("a"))
    return cluster


@pytest.mark.parametrize(
    ("media", "body"),
    [
        pytest.param(MERGE, {"data": {"x": None}}, id="merge"),
        pytest.param(STRATEGIC, {"data": {"x": None}}, id="strategic"),
        pytest.param(JSON, [{"op": "remove", "path": "/data/x"}], id="json"),
    ],
)
def test_patches(cluster: FakeCluster, media: str, body: object) -> None:
    answer = cluster.patch(f"{SECRETS}/a", body, media)
    assert (answer.status, answer.document["data"]) == (200, {"y": "aGk="})


def test_patches_status_alone_through_its_subresource(cluster: FakeCluster) -> None:
    answer = cluster.patch(f"{FERRIES}/a/status", {"spec": {"harbour": "X"}, "status": {"berth": 4}})
    assert (answer.document["spec"]["harbour"], answer.document["status"]) == ("Bodo", {"berth": 4})


def test_refuses_force_for_anything_but_an_apply(cluster: FakeCluster) -> None:
    answer = cluster.patch(f"{SECRETS}/a?force=true", {})
    assert answer.status == 422
    expected = 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch'
    assert answer.document["message"] == expected


@pytest.mark.parametrize(
    ("path", "media", "body", "code", "complaint"),
    [
        pytest.param("secrets/none", MERGE, {}, 404, 'secrets "none" not found', id="missing"),
        pytest.param("secrets/a", JSON, [{"op": "test", "path": "/type", "value": "x"}], 422, "rejected", id="test"),
        pytest.param("secrets/a", JSON, {}, 422, "rejected our request", id="malformed"),
        pytest.param("secrets/a", MERGE, [], 400, "", id="merge-of-a-list"),
        pytest.param("secrets/a", "text/plain", {}, 415, "accepted media types include", id="form"),
        pytest.param("secrets/a", MERGE, {"metadata": {"name": "b"}}, 400, "name on the URL", id="rename"),
        pytest.param("secrets/a", MERGE, {"kind": "Pod"}, 400, "cannot be handled as a Secret", id="kind"),
        pytest.param("secrets/a", MERGE, {"metadata": {"resourceVersion": "1"}}, 409, "has been modified", id="stale"),
    ],
)
def test_refuses(cluster: FakeCluster, path: str, media: str, body: object, code: int, complaint: str) -> None:
    answer = cluster.patch(f"/api/v1/namespaces/default/{path}", body, media)
    assert answer.status == code
    assert complaint in answer.document["message"]


def test_custom_resources_take_no_strategic_patch(cluster: FakeCluster) -> None:
    assert cluster.patch(f"{FERRIES}/a", {}, STRATEGIC).status == 415
