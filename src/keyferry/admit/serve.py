"""Answers AdmissionReviews over HTTPS. Whatever comes in, the answer is one, or a plain refusal; never a crash."""

from collections import Counter
from typing import Final

from aiohttp import web

from keyferry.admit import plan
from keyferry.kube.wire import admission
from keyferry.model.errors import SpecError

MAX_BYTES: Final = 7 * 1024 * 1024  # an object has 1.5 MiB at most; a review holds two of them, and their fields
PREFIX: Final = "/validate-external-secrets-io-"


class Reviewer:
    """Handles requests, and counts what became of them: `allowed`, `refused`, `malformed`."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        if request.method != "POST" or not request.path.startswith(PREFIX):
            return web.Response(status=404, text=f"here is POST {PREFIX}…\n")
        body = await _body(request)
        if body is None:
            return self._malformed(413, "the review is too large")
        try:
            question = admission.decode(body)
            verdict = plan.plan(question)
        except SpecError as refusal:
            return self._malformed(400, str(refusal))
        self.outcomes["refused" if verdict.refusal else "allowed"] += 1
        answer = admission.encode(question.uid, verdict.refusal, verdict.warnings)
        return web.Response(body=answer, content_type="application/json")

    def _malformed(self, status: int, text: str) -> web.Response:
        self.outcomes["malformed"] += 1
        return web.Response(status=status, text=f"{text}\n")


async def _body(request: web.BaseRequest) -> bytes | None:
    """Read the body, None where it is too large."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)
