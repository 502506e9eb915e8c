from keyferry.lab.azure.arm import answers
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import content, header

REQUEST = Request(method="GET", path="/", headers={"x-ms-correlation-request-id": "c"})


def test_an_error_has_code_and_message() -> None:
    response = answers.refusal(RefusedError(404, "ResourceNotFound", "No."), REQUEST, lab_azure.sources(), "5")
    assert content(response) == {"error": {"code": "ResourceNotFound", "message": "No."}}
    assert header(response, "Retry-After") == "5"
    assert header(response, "x-ms-correlation-request-id") == "c"
    assert header(response, "WWW-Authenticate") is None


def test_a_401_says_how_to_authenticate() -> None:
    response = answers.refusal(RefusedError(401, "AuthenticationFailed", "Who?"), REQUEST, lab_azure.sources())
    assert (header(response, "WWW-Authenticate") or "").startswith("Bearer ")
    assert header(response, "Retry-After") is None


def test_no_content_has_no_body() -> None:
    assert answers.answer(None, REQUEST, lab_azure.sources(), 204).body == b""
