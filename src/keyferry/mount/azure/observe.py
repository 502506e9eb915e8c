"""Reads what a mount names from its vault, or as a whole from a vault that stands in for it. Decides nothing.

Called by mount.azure.provider. The only module of mount through which a value enters; every read is made with the
identity of the mount itself. A mount's answer is of one vault and is whole, or it is an error.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from keyferry.model.errors import GrantError, KeyferryError, RoleMissing
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretBundle, SecretProperties, SecretRef, SecretVersion, VaultUrl
from keyferry.mount.azure import history, naming
from keyferry.mount.azure.render import Obtained
from keyferry.mount.state import Watched
from keyferry.spec.azure_mount import LATEST, MountObject
from keyferry.vault import fallback
from keyferry.vault.feed import folded
from keyferry.vault.verified import Listing, Verified

CONCURRENT: Final = 32  # reads of one mount; the vault's lane bounds those of all
LISTED: Final = timedelta(hours=1)  # so old may be what a younger list shows unchanged


class Source(Protocol):
    """Where values come from: vault.reader's Reader, whose rules and errors these are."""

    async def read(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Verified:
        """Return the object."""
        ...

    async def list_versions(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta, fresh: bool = False
    ) -> Listing:
        """Return the properties of all versions of the object."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A vault, the vaults that stand in for it, in their order, and the identity that asks them."""

    identity: Identity
    vault_url: VaultUrl
    fallbacks: tuple[VaultUrl, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old a value may be: no older than `interval`, and with `fresh` as of now."""

    interval: timedelta
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """All versions of all objects, in their order, from the vault `vault_url`, as they were at `at` or later.

    `instead_of` is why the first vault did not answer. `watched` is whatever was looked at on the way. `each_at` is
    since when each is known to be so; nothing is said of copies.
    """

    obtained: tuple[Obtained, ...]
    vault_url: VaultUrl
    at: datetime
    watched: frozenset[Watched]
    instead_of: KeyferryError | None = None
    each_at: tuple[datetime, ...] = ()


def reference(wanted: MountObject, vault_url: VaultUrl, version: SecretVersion = LATEST) -> SecretRef:
    """Return where a vault has a version of an object, as the feed spells it."""
    return SecretRef(vault_url=vault_url, name=folded(wanted.name), version=version, kind=wanted.kind)


class Observation:
    """One look at all that a mount names. `refused` are the refusals it met, of whatever vault."""

    def __init__(self, source: Source, access: Access, freshness: Freshness) -> None:
        self.refused: dict[SecretRef, KeyferryError] = {}
        self._source = source
        self.access = access
        self._freshness = freshness
        self._watched: set[Watched] = set()
        self._turns = asyncio.Semaphore(CONCURRENT)

    @property
    def watched(self) -> frozenset[Watched]:
        """What was looked at so far, found or not."""
        return frozenset(self._watched)

    async def of(self, objects: Sequence[MountObject]) -> Observed:
        """Return all objects. Of several failures the one of the object that is listed first is raised, and names it.

        Raises NotFound, GrantError, SpecError, Throttled or Unavailable.
        """
        access = self.access
        found = await fallback.ask(lambda url: self._all(objects, url), access.vault_url, access.fallbacks)
        obtained = tuple(one for one, _ in found.answer)
        return Observed(
            obtained=obtained,
            vault_url=found.vault_url,
            at=min(at for _, at in found.answer),
            watched=self.watched,
            instead_of=found.instead_of,
            each_at=tuple(at for _, at in found.answer),
        )

    async def _all(self, objects: Sequence[MountObject], url: VaultUrl) -> list[tuple[Obtained, datetime]]:
        tasks = [asyncio.create_task(self._object(wanted, url)) for wanted in objects]
        try:
            return [one for task in tasks for one in await task]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _object(self, wanted: MountObject, url: VaultUrl) -> list[tuple[Obtained, datetime]]:
        try:
            if wanted.history:
                return await self._history(wanted, url)
            seen = await self._read(reference(wanted, url, wanted.version))
        except KeyferryError as error:
            named = naming.told_of(error, wanted)
        else:
            return [(Obtained(wanted=wanted, bundle=seen.bundle), seen.at)]
        raise named

    async def _history(self, wanted: MountObject, url: VaultUrl) -> list[tuple[Obtained, datetime]]:
        """Read the latest version, the list, and what of the list is wanted.

        The feed tells of a change of the latest version; a list that does not know it yet is older.
        """
        ref = reference(wanted, url)
        latest, listing = await asyncio.gather(self._latest(ref), self._list(ref, fresh=self._freshness.fresh))
        current = latest.bundle.properties.version if latest else LATEST
        if latest and all(one.version != current for one in listing.properties):
            listing = await self._list(ref, fresh=True)
        chosen = history.newest(listing.properties, wanted, current)
        older = [one for one in chosen if one.version != current]
        seen = await asyncio.gather(
            *(self._listed(reference(wanted, url, one.version), one, listing.at) for one in older)
        )
        bundles = {one.version: bundle for one, bundle in zip(older, seen, strict=True)}
        if latest:
            bundles[current] = latest.bundle
        at = min(latest.at, listing.at) if latest else listing.at
        return [
            (Obtained(wanted=wanted, bundle=bundles[one.version], index=index), at) for index, one in enumerate(chosen)
        ]

    async def _listed(self, ref: SecretRef, listed: SecretProperties, at: datetime) -> SecretBundle:
        """Return a version that a list shows. Its value never changes, and the list tells whether all else did."""
        seen = await self._read(ref, interval=max(LISTED, self._freshness.interval))
        if seen.at < at and seen.bundle.properties.updated != listed.updated:
            seen = await self._read(ref, fresh=True)
        return seen.bundle

    async def _latest(self, ref: SecretRef) -> Verified | None:
        """Return the latest version; None where that one is disabled, since older ones may do all the same."""
        try:
            return await self._read(ref)
        except GrantError as refusal:
            if isinstance(refusal, RoleMissing):
                raise
            return None

    async def _list(self, ref: SecretRef, *, fresh: bool) -> Listing:
        async with self._turns:
            return await self._source.list_versions(
                self.access.identity, ref, interval=self._freshness.interval, fresh=fresh
            )

    async def _read(self, ref: SecretRef, *, interval: timedelta | None = None, fresh: bool = False) -> Verified:
        """Read one object; `interval` and `fresh` where they are not those of the mount."""
        self._watched.add(Watched(identity=self.access.identity, ref=ref))
        freshness = self._freshness
        try:
            async with self._turns:
                return await self._source.read(
                    self.access.identity,
                    ref,
                    interval=interval or freshness.interval,
                    fresh=fresh or freshness.fresh,
                )
        except KeyferryError as error:
            self.refused[ref] = error
            raise
