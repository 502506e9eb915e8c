"""One question to one webhook: how it is put, and what its answer means for the write."""

from dataclasses import dataclass

from keyferry.lab.kubernetes.admission import addresses, refusals, review, verdict
from keyferry.lab.kubernetes.admission.addresses import NowhereError
from keyferry.lab.kubernetes.admission.asking import Ask, Heard, Unreachable
from keyferry.lab.kubernetes.admission.attributes import Attributes
from keyferry.lab.kubernetes.admission.hooks import Hook
from keyferry.lab.kubernetes.admission.verdict import UnusableError, Verdict
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A webhook that is to be asked. `nowhere` says why it cannot be, and then `ask` is None."""

    hook: Hook
    uid: str
    ask: Ask | None
    nowhere: str = ""


def question(hook: Hook, asked: Attributes, seen: Resource, pair: tuple[Object | None, Object | None]) -> Question:
    """Return what the webhook is asked about the new and the old object. StatusError where it must not be asked."""
    if asked.dry_run and not hook.may_dry_run():
        raise refusals.no_dry_run(hook)
    uid = asked.world.ids()
    body = review.encode(hook, uid, asked, seen, pair)
    try:
        return Question(hook=hook, uid=uid, ask=addresses.ask(hook, body, asked.world))
    except NowhereError as why:
        return Question(hook=hook, uid=uid, ask=None, nowhere=str(why))


def judged(put: Question, heard: Heard, asked: Attributes, *, mutating: bool) -> Verdict | None:
    """Return the webhook's word, None where it has none and the write goes on. StatusError where it does not."""
    try:
        found = _read(put, heard, mutating=mutating)
    except UnusableError as why:
        if put.hook.is_ignored_when_failing:
            return None
        raise refusals.failed(put.hook, str(why)) from why
    asked.warnings.extend(text for text in found.warnings if text not in asked.warnings)
    if not found.allowed:
        raise refusals.denied(put.hook, found.status)
    return found


def _read(put: Question, heard: Heard, *, mutating: bool) -> Verdict:
    if isinstance(heard, Unreachable):
        raise UnusableError(f"{heard.failed}: {heard.why}")
    return verdict.read(heard, put.uid, put.hook.review_version, mutating=mutating)
