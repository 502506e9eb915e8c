"""Consumers of the change feed as reconcilers are: they look, and look again when due, when told, or after a failure.

Each checks what it is given against the model vault's history.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from keyferry.model.errors import GrantError, KeyferryError, RoleMissing, SecretAbsent
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretRef
from keyferry.vault.entry import REFUSAL_COUNTS_FOR
from keyferry.vault.feeds import Feeds
from keyferry.vault.verified import Verified
from tests.fakes.model_vault import ABSENT, DISABLED, ModelVault, SteppedClock, ref, ticks

RETRY_SECONDS = 1.0
ROUNDING = 1e-3


@dataclass(kw_only=True)
class Consumer:
    """Wants one object no older than `interval`."""

    identity: Identity
    name: str
    interval: timedelta
    vault: ModelVault
    clock: SteppedClock
    feeds: Feeds
    holds: str = ""
    told: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while True:
            self.told.clear()
            pause = await self.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.told.wait(), pause)

    async def look(self, *, fresh: bool = False) -> float:
        """Look once, and return when to look again, in seconds."""
        began = ticks()
        try:
            found = None if fresh else self.feeds.remembered(self.identity, ref(self.name), self.interval)
            if found is None:
                found = await self.feeds.read(self.identity, ref(self.name), self.interval, fresh=fresh)
        except RoleMissing:
            return RETRY_SECONDS
        except (SecretAbsent, GrantError) as error:
            self._hold(ABSENT if isinstance(error, SecretAbsent) else DISABLED)
            since = began if fresh else began - REFUSAL_COUNTS_FOR.total_seconds()
            assert self.vault.was(self.name, self.holds, since - ROUNDING), f"{self.name} was never {self.holds}"
            return RETRY_SECONDS
        except KeyferryError:
            return RETRY_SECONDS
        return self._checked(found, began, fresh=fresh)

    def _checked(self, found: Verified, began: float, *, fresh: bool) -> float:
        value, _, whose = found.bundle.value.reveal().decode().partition(" for ")
        age = (self.clock.now() - found.at).total_seconds()
        since = ticks() - age
        assert whose == self.identity.who, "a value crossed identities"
        assert self.vault.was(self.name, value, since - ROUNDING), f"{self.name} was not {value} since it was verified"
        youngest = began if fresh else began - self.interval.total_seconds() / 2
        is_set_since = self.clock.set_at >= since  # then it may look older than it is, and is looked at again
        assert is_set_since or since >= youngest - ROUNDING, "older than promised"
        self._hold(value)
        return max(0.0, self.interval.total_seconds() - age)

    def _hold(self, state: str) -> None:
        self.holds = state

    def is_told(self, identity: Identity, changed: SecretRef) -> None:
        if identity == self.identity and changed.name == self.name:
            self.told.set()
