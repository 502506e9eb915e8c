"""Answers for the kinds of External Secrets: loads `plan`, which knows them, with the first question."""

from collections.abc import Callable
from typing import Final

from keyferry.admit.aside import Aside
from keyferry.admit.lazily import Lazily
from keyferry.admit.verdict import Verdict
from keyferry.kube.wire.admission import Question

SECONDS: Final = 4.0  # an API server waits five
PREFIX: Final = "/validate-external-secrets-io-"  # upstream's paths, which registrations name, begin so


class Validating:
    """A handler."""

    def __init__(self) -> None:
        self._plan = Lazily(_plan)
        self._aside = Aside(SECONDS)

    async def handle(self, question: Question) -> Verdict:
        """Return whether the object may be stored."""
        plan = await self._plan.get()
        return await self._aside.done(lambda: plan(question))


def _plan() -> Callable[[Question], Verdict]:
    from keyferry.admit.plan import plan  # noqa: PLC0415  (with templates it is 10 MiB that injection does not need)

    return plan
