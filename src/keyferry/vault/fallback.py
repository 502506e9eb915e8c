"""Ordered vaults for one question: it moves on while vaults are unavailable, and comes back when the first recovers.

Called by observers, around vault.reader. A vault that answers, be it 403, 404 or 429, is available. Only the first
vault's word on absence counts: a fallback without the object is a gap in the fallback, and never a deletion.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from keyferry.model.errors import KeyferryError, Throttled, Unavailable
from keyferry.model.secrets import VaultUrl
from keyferry.vault.names import vault_name

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(Generic[T]):
    """An answer, the vault that gave it, and why the first vault did not (None where it did)."""

    answer: T
    vault_url: VaultUrl
    instead_of: KeyferryError | None = None


async def ask(question: Callable[[VaultUrl], Awaitable[T]], first: VaultUrl, then: Sequence[VaultUrl]) -> Delivered[T]:
    """Return the answer of the vault `first`, or while it is unavailable, of the earliest of `then` that has one.

    The first vault's failure is raised where it is no unavailability, or where no vault could answer. The order holds
    for every question, so the first vault is asked again as soon as its client lets questions through.
    """
    try:
        return Delivered(answer=await question(first), vault_url=first)
    except Unavailable as failure:
        if isinstance(failure, Throttled) or not then:
            raise
        down = failure
    gaps: list[str] = []
    for url in then:
        try:
            return Delivered(answer=await question(url), vault_url=url, instead_of=down)
        except KeyferryError as gap:
            gaps.append(f"{vault_name(url)}: {gap.what}")
    raise Unavailable(
        retry_after=down.retry_after,
        what=down.what,
        cause=f"{down.cause}; nor did the fallback vaults help ({'; '.join(gaps)})",
        remedy=down.remedy,
        where=down.where,
    )
