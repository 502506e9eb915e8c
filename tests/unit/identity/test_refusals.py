"""What an answer of Entra means: wait as long as it says, wait a while, or look at the explanation."""

import json
from datetime import timedelta

import pytest

from keyferry.identity import refusals
from keyferry.identity.answers import Answer
from keyferry.identity.federation import Rejection
from keyferry.model.errors import AssertionRejected, KeyferryError, Throttled, Unavailable, Where

HOST = "https://login.microsoftonline.com"
WHERE = Where(kind="Secret", namespace="app", name="azure")


def explain(rejection: Rejection) -> AssertionRejected:
    return AssertionRejected(code=rejection.code, what="refused", cause=rejection.description)


def answer(status: int, body: object = "", retry_after: int | None = None) -> Answer:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    wait = timedelta(seconds=retry_after) if retry_after is not None else None
    return Answer(status=status, body=raw, retry_after=wait, challenge="")


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        pytest.param(None, Unavailable, "does not answer: no answer in time", id="silence"),
        pytest.param(answer(429, "", 7), Throttled, "fewer token requests", id="throttled"),
        pytest.param(answer(503, "<h1>", 7), Throttled, "HTTP 503", id="busy"),
        pytest.param(answer(500, "{}"), Unavailable, "HTTP 500", id="broken"),
        pytest.param(answer(408, {"error": "x"}), Unavailable, "HTTP 408", id="late"),
        pytest.param(answer(403, "blocked"), Unavailable, "HTTP 403", id="a-proxys-page"),
        pytest.param(answer(200, "[]"), Unavailable, "HTTP 200", id="another-shape"),
        pytest.param(answer(400, {"error_codes": [90033]}), Unavailable, "HTTP 400, AADSTS90033", id="transient"),
        pytest.param(
            answer(401, {"error": "invalid_client", "error_codes": [7000215, 1]}),
            AssertionRejected,
            "refused",
            id="code",
        ),
        pytest.param(answer(400, {"error": "odd"}), AssertionRejected, "refused", id="no-code"),
        pytest.param(
            answer(401, {"error_description": "AADSTS70021: no"}), AssertionRejected, "AADSTS70021", id="code-in-text"
        ),
    ],
)
def test_translates(given: Answer | None, kind: type[KeyferryError], words: str) -> None:
    error = refusals.translated(TimeoutError(), given, HOST, WHERE, explain)

    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param(answer(401, {"error_codes": [70021]}), 70021, id="first-of-the-list"),
        pytest.param(answer(401, {"error_description": "AADSTS700213: x"}), 700213, id="beginning-of-the-text"),
        pytest.param(answer(401, {"error": "x", "error_description": "see AADSTS1"}), 0, id="none"),
    ],
)
def test_reads_the_code(given: Answer, code: int) -> None:
    error = refusals.translated(ValueError(), given, HOST, WHERE, explain)
    assert isinstance(error, AssertionRejected)
    assert error.code == code


def test_waits_as_long_as_a_service_out_of_order_says() -> None:
    error = refusals.out_of_order(timedelta(seconds=5), "what", "cause", WHERE)
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=5)
    assert type(refusals.out_of_order(None, "what", "cause", WHERE)) is Unavailable
