from datetime import timedelta

from keyferry.provision.arm.wire import Request, Response


def test_a_request_waits_for_nothing_and_accepts_no_refusal_unless_told() -> None:
    request = Request(method="GET", path="/subscriptions", version="2022-12-01", about="subscriptions")
    assert (request.after, request.accepts, request.body) == (timedelta(), frozenset(), None)


def test_an_answer_without_content_is_empty() -> None:
    assert Response(status=204) == Response(status=204, content={}, code="", wait=None)
