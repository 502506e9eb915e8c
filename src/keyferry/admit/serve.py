"""Answers AdmissionReviews over HTTPS. Whatever comes in, the answer is a review or a plain Status; never a crash.

An API server repeats a Status that comes in a review's place to its user. Nothing of what was asked is told or logged.
"""

from collections.abc import Collection, Mapping
from typing import Final

import structlog
from aiohttp import web

from keyferry.admit.intake import Intake
from keyferry.admit.tally import Tally
from keyferry.admit.verdict import INTERNAL_ERROR, Handler, Verdict, refused
from keyferry.kube.wire import admission
from keyferry.kube.wire.admission import Question, Refusal, Review
from keyferry.model.errors import SpecError, Unavailable, foreign

CONTENT_TYPE: Final = "application/json"

_LOG = structlog.get_logger(__name__)


class Reviewer:
    """Handles requests: of the paths in `handlers`, the first with which a request's path begins counts.

    Handlers of paths in `unread` get the object as JSON.
    """

    def __init__(self, handlers: Mapping[str, Handler], tally: Tally, unread: Collection[str] = ()) -> None:
        self._handlers = handlers
        self._unread = unread
        self._tally = tally
        self._intake = Intake()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        path = next((path for path in self._handlers if request.path.startswith(path)), None)
        if path is None:
            return _status(404, "NotFound", f"here are {', '.join(self._handlers)}")
        with self._tally.underway(path):
            answer = _refused_form(request)
            if answer is None:
                answer = await self._review(request, path)
        self._tally.requests[path, answer.status] += 1
        if answer.status != 200:
            self._tally.outcomes["malformed"] += 1
        return answer

    async def _review(self, request: web.BaseRequest, path: str) -> web.Response:
        async with self._intake.taken(request) as body:
            if isinstance(body, Refusal):
                return _told(body)
            try:
                review = admission.decode_unread(body) if path in self._unread else admission.decode(body)
            except SpecError as mistake:
                return _status(400, "BadRequest", str(mistake))
            verdict = await _handled(self._handlers[path], review.question)
        self._tally.judged(verdict)
        return web.Response(body=_encoded(review, verdict), content_type=CONTENT_TYPE)


def _encoded(review: Review, verdict: Verdict) -> bytes:
    refusal = None
    if verdict.refusal:
        refusal = Refusal(code=verdict.code, reason=verdict.reason, message=verdict.refusal)
    return admission.encode(review, refusal, verdict.warnings, verdict.patch)


async def _handled(handler: Handler, question: Question) -> Verdict:
    """Return the verdict; an object that a handler cannot cope with is our mistake, and is told without its text.

    It is refused, as a pod is better than one without its token; handlers that may not refuse so are made `leniently`.
    """
    try:
        return await handler(question)
    except Exception as failure:  # noqa: BLE001  (whatever one object does to its handler, its API server gets an answer)
        kind = type(failure).__name__
        where = {"kind": foreign(question.kind.kind), "namespace": foreign(question.namespace)}
        _LOG.error("review.failed", cause=kind, **where)
        if isinstance(failure, Unavailable):
            return refused(INTERNAL_ERROR, f"{failure.what}; try again, or make the object smaller")
        return refused(INTERNAL_ERROR, f"keyferry failed on this object ({kind}); please report it")


def _refused_form(request: web.BaseRequest) -> web.Response | None:
    """Return what is wrong with a request before its body is looked at."""
    if request.method != "POST":
        return _status(405, "MethodNotAllowed", "an AdmissionReview is sent by POST")
    if request.content_type != CONTENT_TYPE:
        return _status(415, "UnsupportedMediaType", f"an AdmissionReview is sent as {CONTENT_TYPE}")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return _status(415, "UnsupportedMediaType", "an AdmissionReview is sent without a Content-Encoding")
    return None


def _status(code: int, reason: str, message: str) -> web.Response:
    return _told(Refusal(code=code, reason=reason, message=message))


def _told(refusal: Refusal) -> web.Response:
    return web.Response(status=refusal.code, body=admission.encode_status(refusal), content_type=CONTENT_TYPE)
