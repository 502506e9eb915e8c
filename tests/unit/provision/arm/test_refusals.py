from datetime import timedelta

import msgspec
import pytest

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable
from keyferry.provision.arm import refusals
from keyferry.provision.arm.wire import Request, Response

REQUEST = Request(method="PUT", path="/kv", version="1", about="vault kv")


def refusal(status: int, code: str, retry_after: str = "") -> Response:
    body = msgspec.json.encode({"error": {"code": code, "message": f"Because\n{'x' * 400}"}})
    return refusals.response(status, body, retry_after)


@pytest.mark.parametrize(
    ("answer", "kind", "remedy"),
    [
        pytest.param(refusal(401, "InvalidAuthenticationToken"), GrantError, "log in", id="nobody"),
        pytest.param(refusal(403, "AuthorizationFailed"), GrantError, "Contributor", id="without-the-right"),
        pytest.param(refusal(404, "ResourceGroupNotFound"), NotFound, "exists", id="in-nothing"),
        pytest.param(refusal(404, "SubscriptionNotFound"), NotFound, "subscriptionId", id="no-subscription"),
        pytest.param(refusal(409, "ConflictError"), SpecError, "recover", id="a-deleted-vault-keeps-its-name"),
        pytest.param(refusal(400, "BadRequest"), SpecError, "estate file", id="wrong"),
        pytest.param(refusal(429, "TooManyRequests", "7"), Throttled, "wait", id="throttled"),
        pytest.param(refusal(503, "ServerBusy"), Unavailable, "again", id="down"),
    ],
)
def test_says_who_must_do_what(answer: Response, kind: type[KeyferryError], remedy: str) -> None:
    error = refusals.error(REQUEST, answer)
    assert type(error) is kind
    assert error.what == "Azure Resource Manager refused vault kv"
    assert error.cause.startswith(f"HTTP {answer.status} {answer.code}: Because x")
    assert len(error.cause) < 300
    assert remedy in error.remedy
    assert str(error.where) == "resource /kv"


def test_keeps_how_long_to_wait() -> None:
    error = refusals.error(REQUEST, refusal(429, "TooManyRequests", "7"))
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("body", "retry_after", "expected"),
    [
        pytest.param(b"", "", Response(status=200), id="nothing"),
        pytest.param(b'{"a": 1}', "3", Response(status=200, content={"a": 1}, wait=timedelta(seconds=3)), id="object"),
        pytest.param(b"[1]", "", Response(status=200), id="no-object"),
        pytest.param(b"<html>\xff", "Sun, 22 Nov 2026 12:00:00 GMT", Response(status=200), id="no-json"),
        pytest.param(
            b'{"error": "x"}', "", Response(status=200, content={"error": "x"}), id="an-error-of-another-form"
        ),
    ],
)
def test_reads_any_answer(body: bytes, retry_after: str, expected: Response) -> None:
    assert refusals.response(200, body, retry_after) == expected


def test_an_answer_without_words_is_told_by_its_status() -> None:
    assert refusals.error(REQUEST, Response(status=500)).cause == "HTTP 500"
