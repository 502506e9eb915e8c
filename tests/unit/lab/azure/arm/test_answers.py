from keyferry.lab.azure.arm import answers
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import content, header

REQUEST = Request(method="GET", path="/", headers={"x-ms-correlation-request-id": "c", "x-ms-client-request-id": "i"})
HEAD = Request(method="HEAD", path="/")


def test_an_error_has_code_and_message() -> None:
    response = answers.refusal(RefusedError(404, "ResourceNotFound", "No."), REQUEST, lab_azure.sources(), "5")
    assert content(response) == {"error": {"code": "ResourceNotFound", "message": "No."}}
    assert header(response, "Retry-After") == "5"
    assert header(response, "x-ms-correlation-request-id") == "c"


def test_details_and_headers_of_an_error_are_told() -> None:
    error = RefusedError(409, "Code", "No.", headers=(("Allow", "GET"),), details=(("Inner", "Why.", "target"),))
    response = answers.refusal(error, REQUEST, lab_azure.sources())
    assert content(response)["error"]["details"] == [{"code": "Inner", "message": "Why.", "target": "target"}]
    assert header(response, "Allow") == "GET"
    assert header(response, "Retry-After") is None


def test_no_content_and_head_have_no_body() -> None:
    assert answers.answer(Reply(status=204), REQUEST, lab_azure.sources()).body == b""
    assert answers.answer(Reply(content={}), HEAD, lab_azure.sources()).body == b""
    assert answers.refusal(RefusedError(404, "C", "M"), HEAD, lab_azure.sources()).body == b""


def test_the_remaining_requests_are_counted_by_kind() -> None:
    for method, kind in {"GET": "reads", "PUT": "writes", "DELETE": "deletes"}.items():
        response = answers.answer(Reply(), Request(method=method, path="/"), lab_azure.sources())
        assert header(response, f"x-ms-ratelimit-remaining-subscription-{kind}")


def test_the_clients_id_returns_when_asked_for() -> None:
    asking = Request(
        method="GET", path="/", headers={"x-ms-client-request-id": "i", "x-ms-return-client-request-id": "true"}
    )
    assert header(answers.answer(Reply(), asking, lab_azure.sources()), "x-ms-client-request-id") == "i"
    assert header(answers.answer(Reply(), REQUEST, lab_azure.sources()), "x-ms-client-request-id") is None
