import pytest

from keyferry.lab.kubernetes.objects import Object
from tests.fakes.kubernetes_cluster import FERRIES, SECRETS, Answer, FakeCluster, ferry, secret

APPLY = "application/apply-patch+yaml"
FERRY = f"{FERRIES}/a"


def _apply(cluster: FakeCluster, body: object, *, path: str = FERRY, manager: str = "me", query: str = "") -> Answer:
    return cluster.patch(f"{path}?fieldManager={manager}{query}", body, APPLY)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster().with_ferries()


def test_creates_then_changes(cluster: FakeCluster) -> None:
    assert _apply(cluster, ferry("a")).status == 201
    answer = _apply(cluster, ferry("a", harbour="Hamar"))
    assert (answer.status, answer.document["spec"]) == (200, {"harbour": "Hamar", "seats": 12})
    (entry,) = answer.document["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("me", "Apply")


def test_writes_nothing_when_nothing_changes(cluster: FakeCluster) -> None:
    first = _apply(cluster, ferry("a")).document
    cluster.advance(minutes=1)
    assert _apply(cluster, ferry("a")).document == first


def test_conflicts_with_other_owners_unless_forced(cluster: FakeCluster) -> None:
    _apply(cluster, ferry("a"))
    refused = _apply(cluster, ferry("a", harbour="Hamar"), manager="you")
    assert refused.status == 409
    assert refused.document["details"]["causes"][0]["field"] == ".spec.harbour"
    assert _apply(cluster, ferry("a", harbour="Hamar"), manager="you", query="&force=true").status == 200


def test_ignores_status_outside_its_subresource(cluster: FakeCluster) -> None:
    assert "status" not in _apply(cluster, ferry("a") | {"status": {"x": 1}}).document
    body: Object = ferry("a", harbour="X") | {"status": {"x": 1}}
    answer = _apply(cluster, body, path=f"{FERRY}/status")
    assert (answer.document["status"], answer.document["spec"]["harbour"]) == ({"x": 1}, "Bodo")


def test_applies_yaml_to_built_in_kinds(cluster: FakeCluster) -> None:
    body = b"apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n"
    answer = _apply(cluster, body, path=f"{SECRETS}/s")
    assert (answer.status, answer.document["data"]) == (201, {"a": "Yg=="})
    assert _apply(cluster, secret("s", data={}), path=f"{SECRETS}/s", manager="you").status == 200


@pytest.mark.parametrize(
    ("path", "manager", "body", "code", "complaint"),
    [
        pytest.param(FERRY, "", ferry("a"), 422, "is required for apply patch", id="no-manager"),
        pytest.param(FERRY, "me", {"metadata": {}}, 400, "must have apiVersion and kind", id="no-kind"),
        pytest.param(f"{FERRY}/status", "me", ferry("a"), 404, "not found", id="status-of-nothing"),
        pytest.param(FERRY, "me", ferry("b"), 400, "name on the URL", id="name"),
        pytest.param(FERRY, "me", ferry("a", harbour=1), 422, "spec.harbour: Invalid value", id="schema"),
        pytest.param(
            FERRY,
            "me",
            ferry("a") | {"metadata": {"name": "a", "managedFields": [{}]}},
            400,
            "managedFields must be nil",
            id="managed",
        ),
    ],
)
def test_refuses(cluster: FakeCluster, path: str, manager: str, body: object, code: int, complaint: str) -> None:
    answer = _apply(cluster, body, path=path, manager=manager)
    assert answer.status == code
    assert complaint in answer.document["message"]
