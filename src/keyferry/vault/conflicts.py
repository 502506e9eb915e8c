"""The vault's 409: the name is taken by an object that was deleted and can still be recovered. Called by vault.errors.

https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
"""

from datetime import timedelta
from typing import Final

from keyferry.identity.answers import Answer
from keyferry.model.errors import KeyferryError, SpecError, Unavailable, Where

SETTLING: Final = timedelta(seconds=5)  # so long a deletion or a recovery may take
_RECOVERABLE: Final = "ObjectIsDeletedButRecoverable"
_PASSING: Final = frozenset({"ObjectIsBeingDeleted", "ObjectIsBeingRecovered"})


class NameTaken(SpecError):
    """An object of this name was deleted, and keeps the name until it is recovered or purged."""


def of_code(code: str, answer: Answer, what: str, where: Where) -> KeyferryError:
    """Return our error for a 409 with this inner code."""
    if code == _RECOVERABLE:
        return NameTaken(
            what=f"{what} failed: an object of this name was deleted, and can still be recovered",
            cause=f"{_RECOVERABLE}: the vault keeps a deleted object and its name until its retention ends",
            remedy=f"recover {where.path} in {where.name}, or purge it, or choose another remoteKey",
            where=where,
        )
    if code in _PASSING:
        return Unavailable(
            retry_after=answer.retry_after or SETTLING,
            what=f"{what} failed: the object is being deleted or recovered",
            cause=code,
            remedy="wait; it takes some seconds",
            where=where,
        )
    return Unavailable(
        retry_after=answer.retry_after,
        what=f"{what} failed: something else is being done with the object",
        cause=f"Key Vault answered 409 {code or 'without a code'}",
        remedy="wait; if it lasts, look at the object in the vault",
        where=where,
    )
