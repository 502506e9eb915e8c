"""Answers for the kinds of External Secrets: loads `plan`, which knows them, with the first question."""

from collections.abc import Callable
from typing import Final, NamedTuple

from keyferry.admit.aside import Aside
from keyferry.admit.lately import with_account
from keyferry.admit.lazily import Lazily
from keyferry.admit.observe import Accounts
from keyferry.admit.verdict import Verdict
from keyferry.advice.surroundings import Nothing, Surroundings
from keyferry.kube.wire.admission import Question
from keyferry.kube.wire.objects import Key

SECONDS: Final = 3.8  # an API server waits five, and finding a ServiceAccount may take one of them
PREFIX: Final = "/validate-external-secrets-io-"  # upstream's paths, which registrations name, begin so


class _Plan(NamedTuple):
    """The functions of `plan`."""

    account_of: Callable[[Question], Key | None]
    plan: Callable[[Question, Surroundings], Verdict]


class Validating:
    """A handler. Without `accounts` it knows of no ServiceAccount's owner whether it consents."""

    def __init__(self, around: Surroundings | None = None, accounts: Accounts | None = None) -> None:
        self._around = around or Nothing()
        self._accounts = accounts
        self._plan = Lazily(_plan)
        self._aside = Aside(SECONDS)

    async def handle(self, question: Question) -> Verdict:
        """Return whether the object may be stored."""
        loaded = await self._plan.get()
        around = self._around
        if self._accounts is not None:
            around = await with_account(around, self._accounts, loaded.account_of(question))
        return await self._aside.done(lambda: loaded.plan(question, around))


def _plan() -> _Plan:
    from keyferry.admit import plan  # noqa: PLC0415  (with templates it is 10 MiB that injection does not need)

    return _Plan(plan.account_of, plan.plan)
