from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.lab.azure.keyvault.answers import Frame, RefusedError, ThrottledError, UnauthorizedError
from tests.fakes.lab_azure import NOW, content, header

FRAME = Frame(
    request_id="r",
    client_request_id="c",
    region="westeurope",
    challenge="Bearer x",
    now=NOW,
    client="192.0.2.7",
    assignment_id="a1",
)


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        pytest.param(
            RefusedError(404, "SecretNotFound", "No."), 404, {"code": "SecretNotFound", "message": "No."}, id="plain"
        ),
        pytest.param(
            RefusedError(403, "Forbidden", "No.", "SecretDisabled"),
            403,
            {"code": "Forbidden", "message": "No.", "innererror": {"code": "SecretDisabled"}},
            id="inner",
        ),
        pytest.param(
            UnauthorizedError("AKV10000", "Who?"),
            401,
            {"code": "Unauthorized", "message": "AKV10000: Who?"},
            id="unauthorized",
        ),
    ],
)
def test_a_refusal_has_the_service_s_shape(error: RefusedError, status: int, body: object) -> None:
    response = FRAME.refusal(error)
    assert response.status == status
    assert content(response) == {"error": body}
    assert header(response, "WWW-Authenticate") == ("Bearer x" if status == 401 else None)


@pytest.mark.parametrize(
    ("wait", "as_date", "expected"),
    [
        pytest.param(None, False, None, id="unsaid"),
        pytest.param(timedelta(milliseconds=3), False, "1", id="never-zero"),
        pytest.param(timedelta(seconds=7), False, "7", id="seconds"),
        pytest.param(timedelta(seconds=6, milliseconds=1), False, "7", id="never-too-short"),
        pytest.param(timedelta(seconds=7), True, "Sun, 22 Nov 2026 12:00:07 GMT", id="date"),
        pytest.param(None, True, None, id="no-date-either"),
    ],
)
def test_retry_after(wait: timedelta | None, as_date: bool, expected: str | None) -> None:
    response = FRAME.refusal(ThrottledError(wait, as_date=as_date))
    assert (response.status, header(response, "Retry-After")) == (429, expected)
    assert content(response)["error"]["message"].endswith("Reason: VaultRequestTypeLimitReached")


def test_a_challenge_has_what_the_error_adds() -> None:
    response = FRAME.refusal(UnauthorizedError("AKV1", "No.", 'error="insufficient_claims"'))
    assert header(response, "WWW-Authenticate") == 'Bearer x, error="insufficient_claims"'


def test_headers_of_every_answer() -> None:
    response = FRAME.success(None, 204)
    assert (response.status, response.body) == (204, b"")
    assert header(response, "x-ms-request-id") == "r"
    assert header(response, "x-ms-client-request-id") == "c"
    assert header(response, "x-ms-keyvault-region") == "westeurope"
    assert header(response, "x-ms-keyvault-network-info") == "conn_type=Ipv4;addr=192.0.2.7;act_addr_fam=InterNetwork;"
    assert header(response, "Date") == "Sun, 22 Nov 2026 12:00:00 GMT"
    assert header(response, "x-ms-keyvault-rbac-assignment-id") == "a1"
    assert "ra_age=0;" in str(header(response, "x-ms-keyvault-rbac-cache"))


def test_absent_ids_are_not_sent() -> None:
    response = replace(FRAME, client_request_id="", assignment_id="").success({})
    assert header(response, "x-ms-client-request-id") is None
    assert header(response, "x-ms-keyvault-rbac-assignment-id") is None
