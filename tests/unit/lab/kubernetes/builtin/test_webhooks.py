from typing import Any

import pytest

from tests.fakes.kubernetes_cluster import FakeCluster
from tests.fakes.webhooks import MUTATING, VALIDATING, configuration, hook

URL = "https://127.0.0.1:9/"


def _service(**fields: Any) -> dict[str, Any]:
    return {"clientConfig": {"service": {"name": "guard", "namespace": "default", **fields}}}


@pytest.mark.parametrize(
    ("path", "further"),
    [
        pytest.param(VALIDATING, {}, id="validating"),
        pytest.param(MUTATING, {"reinvocationPolicy": "Never"}, id="mutating"),
    ],
)
def test_what_is_not_said_is_filled_in(path: str, further: dict[str, str]) -> None:
    answer = FakeCluster().post(path, configuration("guards", hook("one", **_service())))
    assert answer.status == 201, answer.document
    (found,) = answer.document["webhooks"]
    wanted = {
        "failurePolicy": "Fail",
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "timeoutSeconds": 10,
        **further,
    }
    assert wanted.items() <= found.items()
    assert (found["rules"][0]["scope"], found["clientConfig"]["service"]["port"]) == ("*", 443)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"name": ""}, "name: Required value", id="no-name"),
        pytest.param(
            {"name": "a.b"}, "should be a domain with at least three segments separated by dots", id="a-short-name"
        ),
        pytest.param({"name": "A.b.c"}, "a lowercase RFC 1123 subdomain must consist of", id="no-domain"),
        pytest.param({"rules": [{}]}, "rules[0].operations: Required value", id="a-rule"),
        pytest.param(
            {"failurePolicy": "Retry"},
            'failurePolicy: Unsupported value: "Retry": supported values: "Fail", "Ignore"',
            id="failure-policy",
        ),
        pytest.param(
            {"matchPolicy": "Any"},
            'matchPolicy: Unsupported value: "Any": supported values: "Equivalent", "Exact"',
            id="match-policy",
        ),
        pytest.param(
            {"sideEffects": "Some"},
            'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
            id="side-effects",
        ),
        pytest.param({"sideEffects": None}, "sideEffects: Required value: must specify one of", id="no-side-effects"),
        pytest.param(
            {"admissionReviewVersions": []}, "admissionReviewVersions: Required value: must specify", id="no-versions"
        ),
        pytest.param(
            {"admissionReviewVersions": ["v1", "v1"]},
            '[1]: Invalid value: "v1": duplicate version',
            id="a-version-twice",
        ),
        pytest.param(
            {"admissionReviewVersions": ["v7"]}, "must include at least one of v1, v1beta1", id="unknown-versions"
        ),
        pytest.param(
            {"timeoutSeconds": 31}, "31: the timeout value must be between 1 and 30 seconds", id="a-long-timeout"
        ),
        pytest.param({"timeoutSeconds": 0}, "0: the timeout value must be between 1 and 30", id="no-time"),
        pytest.param(
            {"matchConditions": [{"name": "a", "expression": "1"}]},
            'webhooks[0].matchConditions[0].expression: Invalid value: "1": must evaluate to bool',
            id="match-conditions",
        ),
        pytest.param(
            {"objectSelector": {"matchLabels": {"-": "b"}}},
            "objectSelector.matchLabels: Invalid value",
            id="a-label-that-is-none",
        ),
        pytest.param(
            {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
            "matchExpressions[0].values: Required value",
            id="in-nothing",
        ),
        pytest.param(
            {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}},
            "matchExpressions[0].values: Forbidden",
            id="exists-with-values",
        ),
        pytest.param(
            {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "Like"}]}},
            'operator: Invalid value: "Like": not a valid selector operator',
            id="no-operator",
        ),
        pytest.param({"clientConfig": {}}, "exactly one of url or service is required", id="nowhere"),
        pytest.param(
            {"clientConfig": {"url": URL, **_service()["clientConfig"]}},
            "exactly one of url or service is required",
            id="both",
        ),
        pytest.param(
            {"clientConfig": {"url": "http://127.0.0.1/"}}, "'https' is the only allowed URL scheme", id="no-tls"
        ),
        pytest.param({"clientConfig": {"url": "https:///x"}}, "host must be provided", id="no-host"),
        pytest.param(
            {"clientConfig": {"url": "https://me@127.0.0.1/"}}, "user information is not permitted", id="a-user"
        ),
        pytest.param({"clientConfig": {"url": f"{URL}#a"}}, "fragments are not permitted", id="a-fragment"),
        pytest.param({"clientConfig": {"url": f"{URL}?a=b"}}, "query parameters are not permitted", id="a-query"),
        pytest.param({"clientConfig": {"url": "https://["}}, "url must be a valid URL", id="no-url"),
        pytest.param(_service(name=""), "service name is required", id="no-service"),
        pytest.param(_service(port=0), "port is not valid: must be between 1 and 65535, inclusive", id="no-port"),
        pytest.param(_service(path="x"), "must start with a '/'", id="a-relative-path"),
        pytest.param(_service(path="//"), "segment[0] may not be empty", id="an-empty-segment"),
        pytest.param(_service(path="/a/B"), "segment[1]: a lowercase RFC 1123 subdomain", id="upper-case"),
    ],
)
def test_a_webhook_that_the_server_does_not_take(changes: dict[str, Any], message: str) -> None:
    body = {key: value for key, value in (hook("one") | changes).items() if value is not None}
    answer = FakeCluster().post(VALIDATING, configuration("guards", body))
    assert answer.status == 422
    assert message in answer.document["message"]


def test_names_are_told_apart() -> None:
    answer = FakeCluster().post(VALIDATING, configuration("guards", hook("one"), hook("one")))
    assert answer.document["message"].endswith('webhooks[1].name: Duplicate value: "one.example.com"')


@pytest.mark.parametrize("path", [pytest.param("/", id="root"), pytest.param("/a/b.c/", id="segments")])
def test_paths_of_services(path: str) -> None:
    assert FakeCluster().post(VALIDATING, configuration("guards", hook("one", **_service(path=path)))).status == 201


def test_an_empty_configuration_is_one() -> None:
    assert FakeCluster().post(VALIDATING, configuration("guards")).status == 201
