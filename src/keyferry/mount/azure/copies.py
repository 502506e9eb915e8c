"""When the node's last good copies stand for a vault that does not answer. Called by mount.azure.provider.

Copies are kept for mounts that ask for it alone, under the identity that read them, and served to that one alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from keyferry.model.errors import GrantError, KeyferryError, SecretAbsent
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretBundle, SecretRef, VaultUrl
from keyferry.mount.azure.observe import Observation, Observed, reference
from keyferry.mount.azure.render import Obtained
from keyferry.runtime.clock import Clock
from keyferry.spec.azure_mount import MountObject


class Kept(Protocol):
    """A copy, and since when it is known to be so."""

    @property
    def bundle(self) -> SecretBundle:
        """What was read."""
        ...

    @property
    def at(self) -> datetime:
        """When, aware."""
        ...


class LastGood(Protocol):
    """Where copies are kept: mount.copies.last_good. What it cannot keep or open it does not have, and never raises."""

    async def keep(self, identity: Identity, ref: SecretRef, bundle: SecretBundle, at: datetime) -> None:
        """Keep what `identity` read, in place of what it read before."""
        ...

    async def find(self, identity: Identity, ref: SecretRef) -> Kept | None:
        """Return what `identity` read last."""
        ...

    async def drop(self, identity: Identity, ref: SecretRef) -> None:
        """Let a copy go."""
        ...


class Copies:
    """Keeps, serves and drops the copies of whole mounts."""

    def __init__(self, last_good: LastGood, clock: Clock) -> None:
        self._last_good = last_good
        self._clock = clock

    async def keep(self, identity: Identity, observed: Observed) -> None:
        """Keep all that a mount was given, each part with its own age: other mounts may have read it later."""
        for one, at in zip(observed.obtained, observed.each_at, strict=True):
            ref = reference(one.wanted, observed.vault_url, one.wanted.version)
            await self._last_good.keep(identity, ref, one.bundle, at)

    async def drop_refused(self, identity: Identity, refused: Mapping[SecretRef, KeyferryError]) -> None:
        """Let go of what the vault says is gone, or is not for `identity` any more."""
        for ref, error in refused.items():
            if isinstance(error, SecretAbsent | GrantError):
                await self._last_good.drop(identity, ref)

    async def instead_of(
        self, failure: KeyferryError, observation: Observation, objects: Sequence[MountObject], limit: timedelta
    ) -> Observed | None:
        """Return all of `objects` as one vault gave them at most `limit` ago, the mount's own vault first, or None."""
        access = observation.access
        for url in (access.vault_url, *access.fallbacks):
            found = await self._all(access.identity, url, objects, limit)
            if found is not None:
                return Observed(
                    obtained=tuple(
                        Obtained(wanted=wanted, bundle=kept.bundle) for wanted, kept in zip(objects, found, strict=True)
                    ),
                    vault_url=url,
                    at=min(kept.at for kept in found),
                    watched=observation.watched,
                    instead_of=failure,
                )
        return None

    async def _all(
        self, identity: Identity, url: VaultUrl, objects: Sequence[MountObject], limit: timedelta
    ) -> list[Kept] | None:
        found: list[Kept] = []
        for wanted in objects:
            kept = await self._last_good.find(identity, reference(wanted, url, wanted.version))
            if kept is None or abs(self._clock.now() - kept.at) > limit:  # a clock that was set back tells no age
                return None
            found.append(kept)
        return found
