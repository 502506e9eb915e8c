"""AdmissionReview as bytes: what an API server asks before it stores an object, and what it is told.

Both versions of the review are read, and each is answered in its own. Whatever a text holds, the answer is JSON that an
API server shows as it is: no control character, no half of a surrogate pair, nothing that makes a terminal show it in
another order, and within its limits.
Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

import base64
import re
from typing import Any, Final, Generic, TypeVar

import msgspec

from keyferry.kube.wire.nesting import Decoder
from keyferry.model.errors import SpecError, foreign

API_VERSIONS: Final = ("admission.k8s.io/v1", "admission.k8s.io/v1beta1")
MAX_MESSAGE: Final = 4096  # characters of a refusal
MAX_WARNING: Final = 256  # characters, as the API asks for; of a set of warnings the API server shows 4096 in all
MAX_WARNINGS: Final = 15

# Controls, line ends, halves of surrogate pairs, and what turns the direction of writing: https://trojansource.codes
RequestT = TypeVar("RequestT")

_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


class GroupVersionKind(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A kind as the object says it."""

    group: str = ""
    version: str = ""
    kind: str = ""


class Question(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """The request of an AdmissionReview. `object` is missing when something is deleted, `old_object` when created.

    Where it was left `unread`, it is here as JSON, and the other two are missing.
    """

    uid: str
    kind: GroupVersionKind = GroupVersionKind()
    operation: str = ""
    namespace: str = ""
    name: str = ""
    sub_resource: str = ""
    object: dict[str, Any] | None = None
    old_object: dict[str, Any] | None = None
    unread: msgspec.Raw | None = None


class Review(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """A question, and the version in which it was put and is answered."""

    api_version: str = API_VERSIONS[0]
    question: Question


class Refusal(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Why an object is not stored: `code` is an HTTP status of 400 or more, `reason` its word in the API."""

    code: int
    reason: str
    message: str


class _Unread(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    uid: str
    kind: GroupVersionKind = GroupVersionKind()
    operation: str = ""
    namespace: str = ""
    name: str = ""
    sub_resource: str = ""
    object: msgspec.Raw = msgspec.Raw(b"null")


class _Asked(msgspec.Struct, Generic[RequestT], frozen=True, gc=False, rename="camel", kw_only=True):
    api_version: str = ""
    kind: str = ""
    request: RequestT | None = None


class _Answer(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True, omit_defaults=True):
    uid: str
    allowed: bool | msgspec.UnsetType = msgspec.UNSET
    status: Refusal | None = None
    warnings: list[str] = []
    patch_type: str = ""
    patch: str = ""


class _Reply(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    api_version: str
    kind: str = "AdmissionReview"
    response: _Answer


class _Status(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    api_version: str = "v1"
    kind: str = "Status"
    status: str = "Failure"
    message: str
    reason: str
    code: int


_ASKED: Final = Decoder(_Asked[Question])
_ASKED_UNREAD: Final = Decoder(_Asked[_Unread])


def decode(body: bytes) -> Review:
    """Return what is asked. SpecError where the body is no AdmissionReview of a version that is answered."""
    version, request = _request(_ASKED, body)
    return Review(api_version=version, question=request)


def decode_unread(body: bytes) -> Review:
    """Return what is asked with the object `unread`, for who looks at little of it. SpecError as `decode` raises it."""
    version, request = _request(_ASKED_UNREAD, body)
    text = bytes(request.object)
    try:
        text.decode()
    except UnicodeDecodeError as refusal:
        raise _no_review(refusal) from None
    if text != b"null" and not text.startswith(b"{"):
        raise _no_review(msgspec.ValidationError())
    question = Question(
        uid=request.uid,
        kind=request.kind,
        operation=request.operation,
        namespace=request.namespace,
        name=request.name,
        sub_resource=request.sub_resource,
        unread=None if text == b"null" else request.object,
    )
    return Review(api_version=version, question=question)


def _request(decoder: Decoder[_Asked[RequestT]], body: bytes) -> tuple[str, RequestT]:
    """Return the version of a review, and its request."""
    try:
        asked = decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as refusal:
        raise _no_review(refusal) from None
    if asked.api_version not in API_VERSIONS or asked.kind != "AdmissionReview":
        told = foreign(f"{asked.api_version} {asked.kind}")
        raise SpecError(
            what=f"{told!r} is no AdmissionReview of {' or '.join(API_VERSIONS)}",
            remedy="set admissionReviewVersions: [v1]",
        )
    if asked.request is None:
        raise SpecError(what="the AdmissionReview asks nothing", cause="it has no request")
    return asked.api_version, asked.request


def _no_review(refusal: Exception) -> SpecError:
    return SpecError(what="this is no AdmissionReview", cause=type(refusal).__name__)


def encode(review: Review, refusal: Refusal | None = None, warnings: tuple[str, ...] = (), patch: bytes = b"") -> bytes:
    """Return the answer: allowed, with a JSON Patch (RFC 6902) or none, or refused. Warnings are shown either way."""
    is_patched = bool(patch) and refusal is None
    answer = _Answer(
        uid=review.question.uid,
        allowed=refusal is None,
        status=None if refusal is None else _shown(refusal),
        warnings=_told(warnings),
        patch_type="JSONPatch" if is_patched else "",
        patch=base64.b64encode(patch).decode() if is_patched else "",
    )
    return msgspec.json.encode(_Reply(api_version=review.api_version, response=answer))


def encode_status(refusal: Refusal) -> bytes:
    """Return a Status: the answer to what is no review, which an API server repeats to its user."""
    shown = _shown(refusal)
    return msgspec.json.encode(_Status(message=shown.message, reason=shown.reason, code=shown.code))


def _shown(refusal: Refusal) -> Refusal:
    return Refusal(code=refusal.code, reason=refusal.reason, message=_cut(refusal.message, MAX_MESSAGE))


def _told(warnings: tuple[str, ...]) -> list[str]:
    """Return each once, cut; where they are too many, the last says how many are left out."""
    told = list(dict.fromkeys(_cut(text, MAX_WARNING) for text in warnings))
    if len(told) <= MAX_WARNINGS:
        return told
    return [*told[:MAX_WARNINGS], f"and {len(told) - MAX_WARNINGS} more"]


def _cut(text: str, limit: int) -> str:
    shown = _plain(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _plain(text: str) -> str:
    """Return text that UTF-8 and an HTTP header can carry: an API server drops a warning that has anything else."""
    return _UNPRINTABLE.sub(" ", text)
