import pytest

from keyferry.lab.azure.registries import answers
from keyferry.lab.world.http import Request
from tests.fakes.lab_azure import content, header


def test_a_challenge_says_where_a_token_is_to_be_had() -> None:
    answer = answers.challenge(Request(method="GET", path="/v2/", host="r.azurecr.io"), "repository:a:pull")
    assert header(answer, "WWW-Authenticate") == (
        'Bearer realm="https://r.azurecr.io/oauth2/token",service="r.azurecr.io",scope="repository:a:pull"'
    )
    assert content(answer)["errors"][0]["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize(
    ("status", "wait", "code"),
    [pytest.param(429, "7", "TOOMANYREQUESTS", id="429"), pytest.param(503, None, "UNAVAILABLE", id="503")],
)
def test_an_injected_failure(status: int, wait: str | None, code: str) -> None:
    answer = answers.injected(status, wait)
    assert (answer.status, header(answer, "Retry-After")) == (status, wait)
    assert content(answer)["errors"][0]["code"] == code
