import pytest

from keyferry.lab.azure.imds import answers
from keyferry.lab.azure.imds.answers import RefusedError
from tests.fakes.lab_azure import content, header


def test_a_refusal_has_two_fields() -> None:
    answer = answers.refusal(RefusedError(400, "invalid_request", "Identity not found"))
    assert answer.status == 400
    assert content(answer) == {"error": "invalid_request", "error_description": "Identity not found"}
    assert header(answer, "Content-Type") == "application/json; charset=utf-8"


def test_an_unknown_version_is_told_the_newest_ones() -> None:
    answer = answers.unknown_version(("a", "b", "c", "d"))
    assert (answer.status, content(answer)["newest-versions"]) == (400, ["d", "c", "b"])


@pytest.mark.parametrize(
    ("status", "error", "retry_after"),
    [
        pytest.param(404, "not_found", None, id="updating"),
        pytest.param(410, "gone", None, id="gone-for-70-seconds"),
        pytest.param(429, "too_many_requests", "3", id="throttled"),
        pytest.param(500, "unknown", None, id="broken"),
    ],
)
def test_an_injected_failure(status: int, error: str, retry_after: str | None) -> None:
    answer = answers.injected(status, retry_after)
    assert (answer.status, content(answer)["error"]) == (status, error)
    assert header(answer, "Retry-After") == retry_after


def test_a_value_may_be_plain() -> None:
    assert (answers.text("x").body, header(answers.text("x"), "Content-Type")) == (b"x", "text/plain; charset=utf-8")
    assert answers.success([]).body == b"[]"
