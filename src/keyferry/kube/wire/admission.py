"""AdmissionReview as bytes: what an API server asks before it stores an object, and what it is told.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from typing import Any, Final

import msgspec

from keyferry.model.errors import SpecError, foreign

API_VERSION: Final = "admission.k8s.io/v1"
MAX_WARNING: Final = 256  # characters; the API server cuts a set of longer ones at 4096
MAX_WARNINGS: Final = 15


class GroupVersionKind(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A kind as the object says it."""

    group: str = ""
    version: str = ""
    kind: str = ""


class Question(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """The request of an AdmissionReview. `object` is missing when something is deleted, `old_object` when created."""

    uid: str
    kind: GroupVersionKind = GroupVersionKind()
    operation: str = ""
    namespace: str = ""
    name: str = ""
    sub_resource: str = ""
    object: dict[str, Any] | None = None
    old_object: dict[str, Any] | None = None


class _Review(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    api_version: str = ""
    kind: str = ""
    request: Question | None = None


class _Status(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    code: int
    reason: str
    message: str


class _Answer(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    uid: str
    allowed: bool | msgspec.UnsetType = msgspec.UNSET
    status: _Status | None = None
    warnings: list[str] = []


class _Reply(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    api_version: str = API_VERSION
    kind: str = "AdmissionReview"
    response: _Answer


_REVIEW: Final = msgspec.json.Decoder(_Review)


def decode(body: bytes) -> Question:
    """Return what is asked. SpecError where the body is no AdmissionReview of v1."""
    try:
        review = _REVIEW.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as refusal:
        raise SpecError(what="this is no AdmissionReview", cause=type(refusal).__name__) from None
    if review.api_version != API_VERSION or review.kind != "AdmissionReview":
        told = foreign(f"{review.api_version} {review.kind}")
        raise SpecError(
            what=f"{told} is no AdmissionReview of {API_VERSION}", remedy="set admissionReviewVersions: [v1]"
        )
    if review.request is None:
        raise SpecError(what="the AdmissionReview asks nothing", cause="it has no request")
    return review.request


def encode(uid: str, refusal: str = "", warnings: tuple[str, ...] = ()) -> bytes:
    """Return the answer: allowed, or refused with a message; warnings are shown by kubectl either way."""
    status = _Status(code=403, reason="Forbidden", message=refusal) if refusal else None
    shown = [text if len(text) <= MAX_WARNING else text[: MAX_WARNING - 1] + "…" for text in warnings[:MAX_WARNINGS]]
    answer = _Answer(uid=uid, allowed=not refusal, status=status, warnings=shown)
    return msgspec.json.encode(_Reply(response=answer))
