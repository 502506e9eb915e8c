from typing import Any

import pytest

from keyferry.lab.kubernetes.admission import refusals
from keyferry.lab.kubernetes.admission.hooks import Hook
from tests.fakes.webhooks import hook

ONE = Hook(configuration="a", index=0, document=hook("one"))
DENIED = 'admission webhook "one.example.com" denied the request'


@pytest.mark.parametrize(
    ("told", "code", "reason", "message"),
    [
        pytest.param({"message": "no", "reason": "Why"}, 400, "Why", f"{DENIED}: no", id="message"),
        pytest.param({"reason": "Why", "code": 422}, 422, "Why", f"{DENIED}: Why", id="reason"),
        pytest.param({}, 400, "", f"{DENIED} without explanation", id="nothing"),
        pytest.param({"message": "no", "code": 200}, 400, "", f"{DENIED}: no", id="a-code-of-success"),
        pytest.param({"message": "no", "code": "403"}, 400, "", f"{DENIED}: no", id="a-code-that-is-none"),
    ],
)
def test_a_refusal_says_who_and_why(told: Any, code: int, reason: str, message: str) -> None:
    refusal = refusals.denied(ONE, told)
    assert (refusal.code, refusal.reason, str(refusal)) == (code, reason, message)


def test_a_refusal_hands_on_the_details() -> None:
    details = {"causes": [{"field": "spec"}]}
    assert refusals.denied(ONE, {"details": details}).document()["details"] == details


def test_a_webhook_that_does_not_answer_is_an_error_of_the_server() -> None:
    found = refusals.failed(ONE, "it is gone").document()
    why = 'failed calling webhook "one.example.com": it is gone'
    assert (found["code"], found["reason"], found["message"]) == (
        500,
        "InternalError",
        f"Internal error occurred: {why}",
    )
    assert found["details"] == {"causes": [{"message": why}]}
