"""Whether a write is due, and whether it may be done. Pure.

An object belongs to External Secrets where it has the tag `managed-by: external-secrets`, which upstream gives it too;
one without it is somebody else's and never touched.
"""

from dataclasses import replace
from enum import Enum

from keyferry.model.errors import GrantError, Where
from keyferry.model.secrets import ObjectKind
from keyferry.model.wellknown import OWNER_TAG, OWNER_TAG_VALUE
from keyferry.vault.names import NOUNS
from keyferry.vault.writing.wish import Present, Wish


class Step(Enum):
    """What to do next."""

    WRITE = "a new version"
    UPDATE = "attributes and tags of the present version"
    NOTHING = "nothing"


def step(wish: Wish, present: Present | None) -> Step:
    """Return what makes the object as it shall be. GrantError where it is somebody else's.

    A value is written only where it differs. An expiry that is no longer wanted needs a new version: the service cannot
    take it from one that has it.
    """
    if present is None:
        return Step.WRITE
    if not is_ours(present):
        raise _foreign(wish, present)
    is_secret = wish.ref.kind is ObjectKind.SECRET
    if not present.is_same or (is_secret and present.expires is not None and wish.expires is None):
        return Step.WRITE
    return Step.UPDATE if _is_dressed_otherwise(wish, present, is_secret=is_secret) else Step.NOTHING


def dressed(wish: Wish, present: Present | None) -> Wish:
    """Return the wish with the content type that is to stay."""
    if wish.content_type or present is None:
        return wish
    return replace(wish, content_type=present.content_type)


def is_ours(present: Present) -> bool:
    """Tell whether a PushSecret may write or delete the object."""
    return not present.is_backing and present.tags.get(OWNER_TAG) == OWNER_TAG_VALUE


def _is_dressed_otherwise(wish: Wish, present: Present, *, is_secret: bool) -> bool:
    if dict(wish.tags) != dict(present.tags):
        return True
    other_type = bool(wish.content_type) and wish.content_type != present.content_type
    return is_secret and (other_type or wish.expires != present.expires)


def _foreign(wish: Wish, present: Present) -> GrantError:
    noun, name = NOUNS[wish.ref.kind], wish.ref.name
    cause = (
        f"it belongs to the certificate {name}"
        if present.is_backing
        else f"it has no tag {OWNER_TAG}: {OWNER_TAG_VALUE}, which every object has that a PushSecret wrote"
    )
    remedy = (
        f"push to cert/{name}, or choose another remoteKey"
        if present.is_backing
        else f"choose another remoteKey, or give the {noun} that tag where a PushSecret shall own it from now on"
    )
    return GrantError(
        what=f"{noun} {name} of {wish.ref.vault_url} belongs to somebody else",
        cause=cause,
        remedy=remedy,
        where=Where(kind="Key Vault", name=wish.ref.vault_url, path=f"{wish.ref.kind}/{name}"),
    )
