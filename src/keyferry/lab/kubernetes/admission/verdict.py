"""What a webhook answered."""

from dataclasses import dataclass
from typing import Any

import msgspec

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.admission.review import GROUP
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.world.http import Response

_CODES = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
    413: "Request entity too large: limit is 3145728",
    429: "the server has received too many requests and has asked us to try again later",
    503: "the server is currently unable to handle the request",
}


class UnusableError(Exception):
    """The answer is none; the text says why, as the server does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`status` is what a refusal says of itself; `patch` is empty where nothing is to change."""

    allowed: bool
    status: Object
    warnings: tuple[str, ...] = ()
    patch: tuple[Any, ...] = ()


class _Response(msgspec.Struct, frozen=True, rename="camel"):
    uid: str = ""
    allowed: bool = False
    status: Object | None = None
    patch: bytes | None = None
    patch_type: str | None = None
    warnings: list[str] | None = None


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    api_version: str = ""
    kind: str = ""
    response: _Response | None = None


_DECODER = msgspec.json.Decoder(_Review)


def read(answer: Response, uid: str, version: str, *, mutating: bool) -> Verdict:
    """Return what the webhook says to the review `uid`. UnusableError where it says nothing that counts."""
    if not 200 <= answer.status < 300:
        raise UnusableError(f"failed to call webhook: {_http(answer)}")
    review = _decoded(answer.body)
    try:
        response = _response(review, uid, version)
        patch = _patch(response, version) if mutating else _no_patch(response)
    except UnusableError as refusal:
        raise UnusableError(f"received invalid webhook response: {refusal}") from refusal
    return Verdict(
        allowed=response.allowed,
        status=response.status or {},
        warnings=tuple(response.warnings or ()),
        patch=_operations(patch),
    )


def _http(answer: Response) -> str:
    text = answer.body.decode(errors="replace").strip()
    try:
        told = objects.decode(text)
    except msgspec.DecodeError:
        told = None
    if isinstance(told, dict) and told.get("kind") == "Status" and told.get("message"):
        return str(told["message"])
    if answer.status in _CODES:
        return _CODES[answer.status]
    if answer.status >= 500:
        return f"an error on the server ({objects.encode(text).decode()}) has prevented the request from succeeding"
    return f"the server responded with the status code {answer.status} but did not return more information"


def _decoded(body: bytes) -> _Review:
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as refusal:
        why = f"couldn't get version/kind; json parse error: {refusal}"
        raise UnusableError(f"failed to call webhook: {why}") from None


def _response(review: _Review, uid: str, version: str) -> _Response:
    response = review.response
    if response is None:
        raise UnusableError("webhook response was absent")
    if version != "v1":  # the older version is not looked at so closely
        return response
    if response.uid != uid:
        raise UnusableError(f'expected response.uid="{uid}", got "{response.uid}"')
    if (review.api_version, review.kind) != (f"{GROUP}/v1", "AdmissionReview"):
        group, _, got = review.api_version.rpartition("/")
        wanted = f"{GROUP}/v1, Kind=AdmissionReview"
        raise UnusableError(f"expected webhook response of {wanted}, got {group}/{got}, Kind={review.kind}")
    return response


def _patch(response: _Response, version: str) -> bytes:
    patch, kind = response.patch or b"", response.patch_type
    if version == "v1" and patch and kind is None:
        raise UnusableError("webhook returned response.patch but not response.patchType")
    if version == "v1" and not patch and kind is not None:
        raise UnusableError("webhook returned response.patchType but not response.patch")
    if kind == "":
        raise UnusableError('webhook returned invalid response.patchType of ""')
    if patch and kind not in (None, "JSONPatch"):
        raise UnusableError(f'unsupported patch type "{kind}"')
    return patch


def _no_patch(response: _Response) -> bytes:
    for field, value in (("patch", response.patch), ("patchType", response.patch_type)):
        if value:
            raise UnusableError(f"validating webhook may not return response.{field}")
    return b""


def _operations(patch: bytes) -> tuple[Any, ...]:
    if not patch:
        return ()
    try:
        found = objects.decode(patch)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as refusal:
        raise UnusableError(f"received undecodable patch in webhook response: {refusal}") from refusal
    if not isinstance(found, list):
        raise UnusableError("received undecodable patch in webhook response: it is no array")
    return tuple(found)
