"""What a handler says of a question. Pure."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from keyferry.kube.wire.admission import Question

BAD_REQUEST: Final = (400, "BadRequest")
FORBIDDEN: Final = (403, "Forbidden")
INTERNAL_ERROR: Final = (500, "InternalError")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`refusal` is "" where the object is stored. `code` and `reason` are a refusal's, as the API names them.

    `patch` is a JSON Patch (RFC 6902) on the object as it was asked about, b"" where it stays as it is. `is_failure`
    says that the handler could not cope with the object, whatever becomes of it.
    """

    refusal: str = ""
    code: int = 403
    reason: str = "Forbidden"
    warnings: tuple[str, ...] = ()
    patch: bytes = b""
    is_failure: bool = False


Handler: TypeAlias = Callable[[Question], Awaitable[Verdict]]


def refused(status: tuple[int, str], message: str) -> Verdict:
    """Return a refusal: `status` is one of this file's pairs."""
    code, reason = status
    return Verdict(refusal=message, code=code, reason=reason)
