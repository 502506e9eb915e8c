"""Whatever a handler fails on is stored, and told without a word of it."""

from structlog.testing import capture_logs

from keyferry.admit.leniently import leniently
from keyferry.admit.verdict import BAD_REQUEST, Verdict, refused
from keyferry.kube.wire.admission import GroupVersionKind, Question
from keyferry.model.errors import Unavailable

SESAME = Question(uid="1", kind=GroupVersionKind(kind="Pod"), namespace="apps", object={"a": "sesame"})


async def test_what_a_handler_says_is_said() -> None:
    async def refuse(_: Question) -> Verdict:
        return refused(BAD_REQUEST, "no")

    assert await leniently(refuse)(SESAME) == refused(BAD_REQUEST, "no")


async def test_a_failure_is_one_warning_and_one_line_of_the_log() -> None:
    async def fail(question: Question) -> Verdict:
        raise KeyError(f"cannot cope with {question.object}")

    with capture_logs() as logs:
        verdict = await leniently(fail)(SESAME)
    assert (verdict.refusal, verdict.is_failure, len(verdict.warnings)) == ("", True, 1)
    assert "keyferry failed" in verdict.warnings[0]
    (entry,) = logs
    assert (entry["event"], entry["cause"], entry["namespace"]) == ("review.failed", "KeyError", "apps")
    assert "sesame" not in f"{verdict}{logs}"


async def test_what_took_too_long_is_said_so() -> None:
    async def wait(_: Question) -> Verdict:
        raise Unavailable(what="it takes too long")

    with capture_logs():
        (warning,) = (await leniently(wait)(SESAME)).warnings
    assert warning.endswith(": it takes too long")
