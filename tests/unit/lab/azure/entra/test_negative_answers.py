from keyferry.lab.azure.entra import assertion
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.negative_answers import MAX_REMEMBERED, NegativeAnswers
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later

PRESENTED = assertion.read(lab_azure.assertion())
REFUSAL = RefusedError(700213, "no")


def test_repeats_a_refusal_for_a_while() -> None:
    answers = NegativeAnswers()
    answers.remember("client", PRESENTED, REFUSAL, NOW)
    assert answers.recall("client", PRESENTED, 30, later(seconds=29)) is REFUSAL
    assert answers.recall("client", PRESENTED, 30, later(seconds=30)) is None
    assert answers.recall("client", PRESENTED, 0, NOW) is None


def test_another_client_or_subject_is_another_question() -> None:
    answers = NegativeAnswers()
    answers.remember("client", PRESENTED, REFUSAL, NOW)
    assert answers.recall("other", PRESENTED, 30, NOW) is None
    assert answers.recall("client", assertion.read(lab_azure.assertion(sub="x")), 30, NOW) is None


def test_forgets_the_oldest() -> None:
    answers = NegativeAnswers()
    for number in range(MAX_REMEMBERED + 1):
        answers.remember(f"client {number}", PRESENTED, REFUSAL, NOW)
    assert answers.recall("client 0", PRESENTED, 30, NOW) is None
    assert answers.recall("client 1", PRESENTED, 30, NOW) is REFUSAL
