"""Gives advice: finds what is known around a document, lets `counsel` decide."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import structlog

from keyferry.admit.aside import Aside
from keyferry.admit.lately import with_account
from keyferry.admit.lazily import Lazily
from keyferry.admit.observe import Accounts
from keyferry.admit.tally import Tally
from keyferry.admit.verdict import Verdict
from keyferry.advice.surroundings import Surroundings
from keyferry.kube.wire.admission import Question

if TYPE_CHECKING:
    from keyferry.admit.counsel import Counsellor

_LOG: Final = structlog.get_logger(__name__)

PATH: Final = "/advise"
SECONDS: Final = 1.8  # for the rules: an API server waits three, and finding a ServiceAccount may take one of them


class Advising:
    """A handler. Findings of the rules in `enforce` refuse, all others warn, but for what was said by who `injects`."""

    def __init__(
        self, around: Surroundings, accounts: Accounts, enforce: Iterable[str], tally: Tally, *, injects: bool = False
    ) -> None:
        self._around = around
        self._accounts = accounts
        self._enforce = tuple(enforce)
        self._injects = injects
        self._tally = tally
        self._counsellor = Lazily(self._load)
        self._aside = Aside(SECONDS)

    async def prepare(self) -> None:
        """Load the rules now, so that nobody waits for that. SpecError where one that is enforced is none."""
        await self._counsellor.get()

    async def handle(self, question: Question) -> Verdict:
        """Return what is to be said of the question's object."""
        counsellor = await self._counsellor.get()
        document = counsellor.document_of(question)
        if document is None:
            return Verdict()
        around = await with_account(self._around, self._accounts, counsellor.account_of(document))
        counsel = await self._aside.done(lambda: counsellor.counsel(document, question.old_object, around))
        for failure in counsel.failures:
            _LOG.error("advice.rule_failed", rule=failure.check.rule.name, cause=failure.cause)
        self._tally.findings.update((name, True) for name in counsel.enforced)
        self._tally.findings.update((name, False) for name in counsel.advised)
        return counsel.verdict

    def _load(self) -> "Counsellor":
        from keyferry.admit.counsel import Counsellor  # noqa: PLC0415  (with templates: much that injection needs not)

        return Counsellor(self._enforce, injects=self._injects)
