from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import SECRETS, FakeCluster, ferry, secret
from tests.fakes.webhooks import FERRIES_V1, MUTATING, VALIDATING, Programs, allow, configuration, hook, labelled

TRUE = "object.metadata.name == 'a'"
FALSE = "request.operation == 'DELETE'"
FAILS = "object.nope == 1"
GRANTED = "authorizer.requestResource.check('breakglass').allowed()"


def _conditions(*expressions: str) -> list[dict[str, str]]:
    return [{"name": f"c{index}", "expression": one} for index, one in enumerate(expressions)]


def _cluster(*expressions: str, path: str = VALIDATING, **fields: Any) -> tuple[FakeCluster, Programs]:
    cluster = FakeCluster().with_ferries()
    programs = Programs(cluster)
    programs.on("one", allow)
    answer = cluster.post(
        path, configuration("guards", hook("one", matchConditions=_conditions(*expressions), **fields))
    )
    assert answer.status == 201, answer.document
    return cluster, programs


@pytest.mark.parametrize("path", [pytest.param(VALIDATING, id="validating"), pytest.param(MUTATING, id="mutating")])
@pytest.mark.parametrize(
    ("expressions", "is_asked"),
    [
        pytest.param((TRUE,), True, id="true"),
        pytest.param((FALSE,), False, id="false"),
        pytest.param((TRUE, FALSE), False, id="all-must-be"),
        pytest.param(("has(object.nope)",), False, id="a-field-that-may-be-missing"),
        pytest.param(("oldObject == null && request.namespace == 'default'",), True, id="a-creation"),
        pytest.param(("request.userInfo.username == 'kubernetes-admin'",), True, id="who"),
        pytest.param((f"!{GRANTED}",), False, id="who-may-do-everything"),
    ],
)
def test_all_must_be_true(path: str, expressions: tuple[str, ...], is_asked: bool) -> None:
    cluster, programs = _cluster(*expressions, path=path)
    assert cluster.post(SECRETS, secret("a")).status == 201
    assert bool(programs.asked) is is_asked


def test_both_objects_of_an_update_and_the_old_one_of_a_deletion() -> None:
    cluster, programs = _cluster("object == null || oldObject != null && object.data.a != oldObject.data.a")
    cluster.post(SECRETS, secret("a", data={"a": "MQ=="}))
    assert not programs.asked
    cluster.put(f"{SECRETS}/a", secret("a", data={"a": "Mg=="}))
    cluster.delete(f"{SECRETS}/a")
    assert [review["request"]["operation"] for review in programs.reviews] == ["UPDATE", "DELETE"]


@pytest.mark.parametrize(
    ("expressions", "policy", "status"),
    [
        pytest.param((FAILS,), "Fail", 403, id="refused"),
        pytest.param((TRUE, FAILS), "Fail", 403, id="refused-though-others-are-true"),
        pytest.param((FAILS, FALSE), "Fail", 201, id="a-false-one-decides-first"),
        pytest.param((FAILS,), "Ignore", 201, id="not-asked"),
        pytest.param((TRUE, FAILS), "Ignore", 201, id="not-asked-though-others-are-true"),
    ],
)
def test_a_failure_is_the_policys_to_decide(expressions: tuple[str, ...], policy: str, status: int) -> None:
    cluster, programs = _cluster(*expressions, failurePolicy=policy)
    assert (cluster.post(SECRETS, secret("a")).status, programs.asked) == (status, [])


@pytest.mark.parametrize(
    ("expressions", "told"),
    [
        pytest.param((FAILS,), f"expression '{FAILS}' resulted in error: no such key: nope", id="one"),
        pytest.param(
            (FAILS, FAILS, "object.neither == 1"),
            f"[expression '{FAILS}' resulted in error: no such key: nope, "
            "expression 'object.neither == 1' resulted in error: no such key: neither]",
            id="each-once",
        ),
    ],
)
def test_a_refusal_names_what_failed(expressions: tuple[str, ...], told: str) -> None:
    cluster, _ = _cluster(*expressions)
    answer = cluster.post(SECRETS, secret("a"))
    assert answer.document["reason"] == "Forbidden"
    assert answer.document["message"] == f'secrets "a" is forbidden: {told}'


def test_the_version_of_the_rule_is_seen() -> None:
    cluster = FakeCluster().with_ferries()
    programs = Programs(cluster)
    programs.on("one", allow)
    mine = (
        "object.apiVersion == 'example.com/v1' && request.kind.version == 'v1' && request.requestKind.version != 'v1'"
    )
    cluster.post(VALIDATING, configuration("guards", hook("one", FERRIES_V1, matchConditions=_conditions(mine))))
    old = {**ferry("a"), "apiVersion": "example.com/v1beta1"}
    assert cluster.post("/apis/example.com/v1beta1/namespaces/default/ferries", old).status == 201
    assert programs.asked == ["one"]


def test_what_a_webhook_before_changed_is_seen() -> None:
    cluster, programs = _cluster(
        "has(object.metadata.labels) && 'first' in object.metadata.labels", path=MUTATING, reinvocationPolicy="IfNeeded"
    )
    programs.on("first", labelled("first"))
    cluster.post(MUTATING, configuration("a-first", hook("first")))
    cluster.post(SECRETS, secret("a"))
    assert programs.asked == ["first", "one"]
