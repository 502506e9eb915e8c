import pytest

from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, ferry, secret
from tests.fakes.webhooks import VALIDATING, Programs, allow, configuration, deny, hook


def _guarded() -> tuple[FakeCluster, Programs]:
    cluster = FakeCluster()
    cluster.post(SECRETS, secret("there"))
    answer = cluster.post(VALIDATING, configuration("guards", hook("first"), hook("second")))
    assert answer.status == 201, answer.document
    programs = Programs(cluster)
    programs.on("first", allow)
    programs.on("second", allow)
    return cluster, programs


def test_every_webhook_sees_the_object_as_it_is_about_to_be_stored() -> None:
    cluster, programs = _guarded()
    answer = cluster.post(SECRETS, secret("new"))
    assert answer.status == 201
    assert programs.asked == ["first", "second"]
    seen = programs.last["object"]
    assert seen["metadata"]["uid"] == answer.document["metadata"]["uid"]
    assert seen["type"] == "Opaque"
    assert programs.last["oldObject"] is None


@pytest.mark.parametrize(
    ("method", "path", "body", "operation", "is_new"),
    [
        pytest.param("PUT", "/there", secret("there", type="Opaque"), "UPDATE", True, id="update"),
        pytest.param("PATCH", "/there", {"metadata": {"labels": {"a": "b"}}}, "UPDATE", True, id="patch"),
        pytest.param("DELETE", "/there", None, "DELETE", False, id="delete"),
        pytest.param("DELETE", "", None, "DELETE", False, id="delete-collection"),
    ],
)
def test_they_see_every_write(method: str, path: str, body: object, operation: str, is_new: bool) -> None:
    cluster, programs = _guarded()
    media = "application/merge-patch+json" if method == "PATCH" else "application/json"
    answer = cluster.send(method, f"{SECRETS}{path}", body, media=media)
    assert answer.status == 200, answer.document
    assert programs.last["operation"] == operation
    assert (programs.last["object"] is not None) is is_new
    assert programs.last["oldObject"]["metadata"]["name"] == programs.last["name"] == "there"


def test_the_first_refusal_is_told_and_nothing_is_written() -> None:
    cluster, programs = _guarded()
    programs.on("first", deny("no more secrets", code=403, reason="Forbidden"))
    programs.on("second", deny("never"))
    answer = cluster.post(SECRETS, secret("new"))
    assert answer.status == 403
    why = 'admission webhook "first.example.com" denied the request: no more secrets'
    assert (answer.document["reason"], answer.document["message"]) == ("Forbidden", why)
    assert programs.asked == ["first", "second"]
    assert cluster.names(SECRETS) == ["there"]
    assert cluster.delete(f"{SECRETS}/there").status == 403
    assert cluster.delete(SECRETS).status == 403
    assert cluster.names(SECRETS) == ["there"]


def test_what_the_server_refuses_itself_is_not_asked() -> None:
    cluster, programs = _guarded()
    assert cluster.post(SECRETS, secret("Wrong Name")).status == 422
    assert programs.asked == []


def test_other_kinds_and_configurations_are_not_asked_about() -> None:
    cluster, programs = _guarded()
    cluster.with_ferries().post("/apis/example.com/v1/namespaces/default/ferries", ferry("a"))
    everything = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"]}
    programs.on("all", deny())
    assert cluster.post(VALIDATING, configuration("all", hook("all", everything))).status == 201
    assert cluster.post(SECRETS, secret("new")).status == 400
    assert programs.asked == ["all", "first", "second"]
    assert cluster.delete(f"{VALIDATING}/all").status == 200
    assert cluster.post(SECRETS, secret("new")).status == 201


def test_warnings_of_all_are_shown_once() -> None:
    cluster, programs = _guarded()
    programs.on("first", lambda _: {"warnings": ["old form", "other"]})
    programs.on("second", lambda _: {"warnings": ["old form"]})
    assert cluster.post(SECRETS, secret("new")).warnings == ['299 - "old form"', '299 - "other"']


@pytest.mark.parametrize(
    ("policy", "status"), [pytest.param("Ignore", 201, id="ignore"), pytest.param("Fail", 500, id="fail")]
)
def test_a_service_that_leads_nowhere_fails_as_the_policy_says(policy: str, status: int) -> None:
    cluster, programs = _guarded()
    nowhere = {"service": {"name": "hook", "namespace": "default", "path": "/check"}}
    changed = configuration("guards", hook("first"), hook("lost", clientConfig=nowhere, failurePolicy=policy))
    assert cluster.patch(f"{VALIDATING}/guards", changed).status == 200
    answer = cluster.post(SECRETS, secret("new"))
    assert (answer.status, programs.asked) == (status, ["first"])
