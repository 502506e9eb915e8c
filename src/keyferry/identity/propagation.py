"""Tells a federated credential that Entra does not know yet from one that is wrong. Pure: time is an argument.

A new one is known after seconds to a few minutes, and until then the answers are those of a wrong one:
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
"""

from datetime import datetime, timedelta
from typing import Final

from keyferry.model.errors import AssertionRejected

PATIENCE: Final = timedelta(minutes=2)
MAY_PROPAGATE: Final = frozenset({70021, 700211, 700212, 700213, 70025, 7002131})
ON_ITS_WAY: Final = "If that was done within the last minutes it may still be propagating: keyferry keeps asking"
SETTLED: Final = "keyferry has asked for more than two minutes, so this is no change that is still propagating"


class Propagation:
    """What one identity was refused for, and since when. Another code begins a new wait: somebody is mending it."""

    def __init__(self) -> None:
        self._code = 0
        self._since: datetime | None = None

    def told(self, refusal: AssertionRejected, now: datetime) -> AssertionRejected:
        """Return `refusal`, with a word on whether waiting may help where its code leaves that open."""
        if refusal.code not in MAY_PROPAGATE:
            self.forget()
            return refusal
        if self._since is None or refusal.code != self._code or now < self._since:
            self._code, self._since = refusal.code, now
        word = SETTLED if now - self._since > PATIENCE else ON_ITS_WAY
        return AssertionRejected(
            code=refusal.code,
            what=refusal.what,
            cause=refusal.cause,
            remedy=f"{refusal.remedy.rstrip('.')}. {word}",
            where=refusal.where,
        )

    def forget(self) -> None:
        """Begin anew: a token was had, or what Entra trusts has changed."""
        self._code, self._since = 0, None
