import json
import re

import pytest

from keyferry.lab.azure.entra import answers
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, content, header

REQUEST = Request(method="POST", host="login.microsoftonline.com", path="/", headers={"x-ms-client-request-id": "id-1"})


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        pytest.param(700213, 401, "invalid_client", id="subject"),
        pytest.param(700016, 400, "unauthorized_client", id="unknown-client"),
        pytest.param(1002012, 400, "invalid_scope", id="scope"),
        pytest.param(500011, 400, "invalid_resource", id="resource"),
        pytest.param(70003, 400, "unsupported_grant_type", id="grant-type"),
        pytest.param(123456, 400, "invalid_request", id="a-code-nobody-wrote-down"),
    ],
)
def test_a_refusal_has_the_service_s_shape(code: int, status: int, error: str) -> None:
    response = answers.refusal(RefusedError(code, "Because."), REQUEST, lab_azure.sources(), NOW)
    body = content(response)
    assert (response.status, body["error"], body["error_codes"]) == (status, error, [code])
    assert re.fullmatch(
        rf"AADSTS{code}: Because\. Trace ID: \S{{36}} Correlation ID: id-1 Timestamp: 2026-11-22 12:00:00Z",
        body["error_description"],
    )
    assert body["error_uri"] == f"https://login.microsoftonline.com/error?code={code}"
    assert header(response, "x-ms-request-id") == body["trace_id"]
    assert header(response, "client-request-id") == "id-1"


def test_a_refusal_may_be_of_another_kind_than_its_code_s() -> None:
    refusal = RefusedError(90002, "Because.", "invalid_tenant")
    assert content(answers.refusal(refusal, REQUEST, lab_azure.sources(), NOW))["error"] == "invalid_tenant"


def test_every_answer_carries_request_ids() -> None:
    anonymous = Request(method="GET", host="login.microsoftonline.com", path="/")
    for response in (
        answers.success({}, anonymous, lab_azure.sources()),
        answers.not_found(anonymous, lab_azure.sources()),
    ):
        assert header(response, "x-ms-request-id")
        assert header(response, "client-request-id") is None
        assert header(response, "Cache-Control") == "no-store, no-cache"


@pytest.mark.parametrize(
    ("status", "retry_after", "code"),
    [pytest.param(429, "3", 90055, id="throttled"), pytest.param(503, None, 90033, id="broken")],
)
def test_an_injected_failure(status: int, retry_after: str | None, code: int) -> None:
    response = answers.injected(status, retry_after, REQUEST, lab_azure.sources(), NOW)
    assert response.status == status
    assert json.loads(response.body)["error_codes"] == [code]
    assert header(response, "Retry-After") == retry_after
