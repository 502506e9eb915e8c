"""Refusals that are repeated for a while, though the credential that was missing has come.

Whether the service does so is disputed; clients should wait up to two minutes either way. Off unless set:
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.assertion import Assertion

MAX_REMEMBERED: Final = 1024

_Key = tuple[str, str, str, tuple[str, ...]]


class NegativeAnswers:
    """Remembers by client, issuer, subject and audience, and no more than `MAX_REMEMBERED` of them."""

    def __init__(self) -> None:
        self._refusals: OrderedDict[_Key, tuple[datetime, RefusedError]] = OrderedDict()

    def remember(self, client_id: str, presented: Assertion, refusal: RefusedError, now: datetime) -> None:
        """Keep the refusal that was just given."""
        key = _key(client_id, presented)
        self._refusals.pop(key, None)
        self._refusals[key] = (now, refusal)
        if len(self._refusals) > MAX_REMEMBERED:
            self._refusals.popitem(last=False)

    def recall(self, client_id: str, presented: Assertion, kept_seconds: float, now: datetime) -> RefusedError | None:
        """Return the refusal of the same assertion that was first given less than `kept_seconds` ago."""
        given, refusal = self._refusals.get(_key(client_id, presented), (None, None))
        if given is None or now >= given + timedelta(seconds=kept_seconds):
            return None
        return refusal


def _key(client_id: str, presented: Assertion) -> _Key:
    return client_id, presented.issuer, presented.subject, presented.audiences
