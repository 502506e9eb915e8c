"""What Entra's answer means when it is no token: who must act, or how long to wait.

Called by identity.exchange, at the boundary. An answer's free text goes on to the explanation alone, which cuts it.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import msgspec

from keyferry.identity.answers import Answer, network_cause
from keyferry.identity.federation import Rejection
from keyferry.model.errors import AssertionRejected, KeyferryError, Throttled, Unavailable, Where

TRANSIENT_CODES: Final = frozenset({90033, 90055, 90024})  # "a transient error has occurred", by Entra's own words
REACH: Final = "check the network path, HTTPS_PROXY, NO_PROXY and the trusted certificates of this process"

Explain = Callable[[Rejection], AssertionRejected]


class _Refusal(msgspec.Struct):
    """The body of Entra's error answer, as far as it is of use."""

    error: str = ""
    error_description: str = ""
    error_codes: list[int] = msgspec.field(default_factory=list)


def translated(
    failure: Exception, answer: Answer | None, authority_host: str, where: Where, explain: Explain
) -> KeyferryError:
    """Return our error for a failed request to Entra; `explain` finds the words for a refusal with a code."""
    if answer is None:
        return Unavailable(
            what=f"{authority_host} does not answer", cause=network_cause(failure), remedy=REACH, where=where
        )
    if answer.status == 429:
        return Throttled(
            retry_after=answer.retry_after,
            what=f"{authority_host} asks for fewer token requests",
            where=where,
        )
    told = _refusal(answer.body)
    code = told.error_codes[0] if told.error_codes else _leading_code(told.error_description)
    if answer.status >= 500 or answer.status == 408 or code in TRANSIENT_CODES or not (told.error or code):
        what = f"{authority_host} does not answer as Entra does"
        cause = f"HTTP {answer.status}" + (f", AADSTS{code}" if code else "")
        return out_of_order(answer.retry_after, what, cause, where)
    return explain(Rejection(code=code, description=told.error_description))


def out_of_order(retry_after: timedelta | None, what: str, cause: str, where: Where) -> KeyferryError:
    """Return the error for a service that is not itself: wait as long as it says, or else for a while."""
    remedy = "wait; if it lasts, look for a proxy that answers in its place, and at status.azure.com"
    if retry_after is not None:
        return Throttled(retry_after=retry_after, what=what, cause=cause, remedy=remedy, where=where)
    return Unavailable(what=what, cause=cause, remedy=remedy, where=where)


def _refusal(body: bytes) -> _Refusal:
    try:
        return msgspec.json.decode(body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Refusal()


def _leading_code(description: str) -> int:
    found = re.match(r"AADSTS(\d{1,9})\b", description)
    return int(found[1]) if found else 0
