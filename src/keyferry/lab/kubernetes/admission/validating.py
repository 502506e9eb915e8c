"""Validating webhooks: all are asked at the same time, and each may refuse."""

from keyferry.lab.kubernetes.admission import calling, hooks, matching
from keyferry.lab.kubernetes.admission.asking import Heard, Review, Unreachable
from keyferry.lab.kubernetes.admission.attributes import Attributes
from keyferry.lab.kubernetes.admission.calling import Question
from keyferry.lab.kubernetes.objects import Object


def validate(asked: Attributes, new: Object | None, old: Object | None) -> Review[None]:
    """Ask every webhook that the write concerns. StatusError with the first refusal, in the order of the webhooks."""
    known = [] if matching.is_exempt(asked) else hooks.of(asked.world.store, hooks.VALIDATING)
    questions = [
        calling.question(hook, asked, seen, (new, old))
        for hook in known
        if (seen := matching.seen_as(hook, asked, new, old)) is not None
    ]
    if not questions:
        return
    heard = yield from _heard(questions)
    for put, answer in zip(questions, heard, strict=True):
        calling.judged(put, answer, asked, mutating=False)


def _heard(questions: list[Question]) -> Review[list[Heard]]:
    asks = tuple(put.ask for put in questions if put.ask is not None)
    answers = iter((yield asks) if asks else ())
    return [Unreachable(why=put.nowhere) if put.ask is None else next(answers) for put in questions]
