"""Pages of a list that all show one instant: the continue token carries the version and the last key."""

import base64
import binascii
from dataclasses import dataclass

import msgspec

from keyferry.lab.kubernetes.status import StatusError, bad_request
from keyferry.lab.kubernetes.storage.journal import Key

EXPIRED = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter."
)


class _Token(msgspec.Struct, frozen=True):
    v: str
    rv: int
    start: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the next page begins: after `after`, in the list as it was at `revision`."""

    revision: int
    after: Key


def write(place: Place) -> str:
    """Return the continue token of `place`."""
    text = msgspec.json.encode(_Token(v="meta.k8s.io/v1", rv=place.revision, start=place.after))
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def read(token: str) -> Place:
    """Return the place that a continue token means; BadRequest when this server did not write it."""
    padded = token + "=" * (-len(token) % 4)
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=_Token)
    except (binascii.Error, msgspec.DecodeError, ValueError) as refusal:
        raise _unreadable() from refusal
    return Place(revision=found.rv, after=found.start)


def _unreadable() -> StatusError:
    return bad_request("continue key is not valid: it was not written by this server")
