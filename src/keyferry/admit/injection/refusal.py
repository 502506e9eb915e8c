"""Why a pod is not admitted, as the API server passes it on."""

from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import SpecError

BAD_REQUEST: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The `status` of an AdmissionReview that refuses: HTTP code, reason, and a message with cause and remedy."""

    code: int
    reason: str
    message: str


class Refused(SpecError):
    """Something in the pod or its ServiceAccount makes an injection impossible. `plan` turns it into a Refusal."""

    def __init__(self, place: str, cause: str, remedy: str) -> None:
        super().__init__(what=place, cause=cause, remedy=remedy)


def bad_request(refused: Refused) -> Refusal:
    """Return the refusal that blames what was asked."""
    return Refusal(code=BAD_REQUEST, reason="BadRequest", message=str(refused))
