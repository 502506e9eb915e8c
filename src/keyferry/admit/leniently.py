"""A handler whose own mistakes keep nobody from storing anything. Called by handlers."""

from typing import Final

import structlog

from keyferry.admit.verdict import Handler, Verdict
from keyferry.kube.wire.admission import Question
from keyferry.model.errors import Unavailable, foreign

_LOG: Final = structlog.get_logger(__name__)


def leniently(handler: Handler) -> Handler:
    """Return `handler`, but what it fails on is stored, with a warning that says so and nothing of the object."""

    async def handle(question: Question) -> Verdict:
        try:
            return await handler(question)
        except Exception as failure:  # noqa: BLE001  (whatever an object does to advice on it, advice refuses nothing)
            cause, kind = type(failure).__name__, foreign(question.kind.kind)
            _LOG.error("review.failed", cause=cause, kind=kind, namespace=foreign(question.namespace))
            why = failure.what if isinstance(failure, Unavailable) else f"{cause}; please report it"
            return Verdict(
                warnings=(f"keyferry failed and did not look at all of this object: {why}",), is_failure=True
            )

    return handle
