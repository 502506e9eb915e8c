"""Ordered vaults for one object: a read moves on while vaults are unavailable, and comes back when the first recovers.

Called by observers, around vault.reader's read. A vault that answers, be it 403, 404 or 429, is available. Only the
first vault's word on absence counts: a fallback without the object is a gap in the fallback, and never a deletion.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from keyferry.model.errors import KeyferryError, Throttled, Unavailable
from keyferry.model.secrets import SecretRef, VaultUrl
from keyferry.vault.names import vault_name
from keyferry.vault.verified import Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A value, the vault that gave it, and why the first vault did not (None where it did)."""

    verified: Verified
    vault_url: VaultUrl
    instead_of: KeyferryError | None = None


async def read(
    read_one: Callable[[SecretRef], Awaitable[Verified]], ref: SecretRef, fallbacks: Sequence[VaultUrl]
) -> Delivered:
    """Return the object from the first vault that is available: `ref`'s own, then `fallbacks` in their order.

    The first vault's failure is raised where it is no unavailability, or where no vault could give the object. The
    order holds for every read, so the first vault is asked again as soon as its client lets questions through.
    """
    try:
        return Delivered(verified=await read_one(ref), vault_url=ref.vault_url)
    except Unavailable as failure:
        if isinstance(failure, Throttled) or not fallbacks:
            raise
        first = failure
    gaps: list[str] = []
    for url in fallbacks:
        try:
            verified = await read_one(replace(ref, vault_url=url))
        except KeyferryError as gap:
            gaps.append(f"{vault_name(url)}: {gap.what}")
            continue
        return Delivered(verified=verified, vault_url=url, instead_of=first)
    raise Unavailable(
        retry_after=first.retry_after,
        what=first.what,
        cause=f"{first.cause}; nor did the fallback vaults help ({'; '.join(gaps)})",
        remedy=first.remedy,
        where=first.where,
    )
