import pytest

from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, content, drive, header

HOST = "graph.microsoft.com"
SCOPE = f"https://{HOST}//.default"
WORLD = lab_azure.azure()


def _ask(authorization: str, method: str = "GET") -> Response:
    headers = {"authorization": authorization, "client-request-id": "mine"}
    return drive(WORLD.handle(Request(method=method, host=HOST, path="/v1.0/servicePrincipals", headers=headers), NOW))


def test_nobody_may_look_into_the_directory() -> None:
    refused = _ask(f"Bearer {lab_azure.access_token(WORLD, scope=SCOPE)}")
    error = content(refused)["error"]
    assert (refused.status, error["code"]) == (403, "Authorization_RequestDenied")
    assert error["message"] == "Insufficient privileges to complete the operation."
    assert error["innerError"]["client-request-id"] == header(refused, "client-request-id") == "mine"


@pytest.mark.parametrize(
    ("authorization", "why"),
    [
        pytest.param("", "no bearer token", id="none"),
        pytest.param("Basic YTpi", "no bearer token", id="another-scheme"),
        pytest.param("Bearer ", "no bearer token", id="empty"),
        pytest.param("Bearer x.y.z", "could not be verified", id="no-token"),
        pytest.param(f"Bearer {lab_azure.access_token(WORLD, scope=ARM_SCOPE)}", "not for", id="for-another-service"),
    ],
)
def test_a_token_comes_first(authorization: str, why: str) -> None:
    refused = _ask(authorization)
    error = content(refused)["error"]
    assert (refused.status, error["code"]) == (401, "InvalidAuthenticationToken")
    assert why in error["message"]


def test_an_answer_to_head_has_no_body() -> None:
    assert _ask("", method="HEAD").body == b""
