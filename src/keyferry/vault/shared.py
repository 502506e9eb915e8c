"""What all feeds of a process share, and the part of it that one feed may touch. Called by vault.feeds."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from keyferry.identity.recent import Recent
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretBundle, SecretRef, VaultUrl
from keyferry.runtime.clock import Clock
from keyferry.vault.activity import Activity
from keyferry.vault.cache import Cache
from keyferry.vault.moment import Moment
from keyferry.vault.surroundings import Place
from keyferry.vault.throttle import Priority

ANSWERED_BEFORE: Final = 50_000

OnChange = Callable[[Identity, SecretRef], None]
_Question = tuple[Identity, VaultUrl, ObjectKind, SecretRef | None]


class Shared:
    """The clock, the values, the counters, and who is told of changes."""

    def __init__(self, clock: Clock, cache: Cache) -> None:
        self._clock = clock
        self.cache = cache
        self.answered: Recent[_Question, bool] = Recent(ANSWERED_BEFORE)
        self.activity: Counter[Activity] = Counter()
        self.callbacks: list[OnChange] = []

    def now(self) -> Moment:
        """Return the present moment."""
        return Moment(at=self._clock.now(), ticks=timedelta(seconds=asyncio.get_running_loop().time()))


class Owned:
    """The surroundings of the feed of one place: it reaches nothing of another identity."""

    def __init__(self, place: Place, shared: Shared) -> None:
        self.place = place
        self._shared = shared

    def now(self) -> Moment:
        """Return the present moment."""
        return self._shared.now()

    def held(self, ref: SecretRef) -> SecretBundle | None:
        """Return a value that this identity read."""
        return self._shared.cache.get(self.place.identity, ref)

    def keep(self, ref: SecretRef, bundle: SecretBundle | None) -> None:
        """Keep a value that this identity read; None lets it go."""
        if bundle is None:
            self._shared.cache.drop(self.place.identity, ref)
        else:
            self._shared.cache.put(self.place.identity, ref, bundle)

    def priority(self, ref: SecretRef | None) -> Priority:
        """Return how urgent a question is: what this identity was answered before gives way to first reads."""
        return Priority.REFRESH if self._question(ref) in self._shared.answered else Priority.FIRST_READ

    def was_answered(self, ref: SecretRef | None) -> None:
        """Take in that a question had an answer, if only a refusal."""
        self._shared.answered.take(self._question(ref), lambda: True)

    def tell(self, ref: SecretRef) -> None:
        """Have the callbacks called by the loop, each by itself: one that fails disturbs nobody."""
        loop = asyncio.get_running_loop()
        for callback in self._shared.callbacks:
            loop.call_soon(callback, self.place.identity, ref)

    def count(self, activity: Activity) -> None:
        """Count something done."""
        self._shared.activity[activity] += 1

    def _question(self, ref: SecretRef | None) -> _Question:
        return self.place.identity, self.place.vault_url, self.place.kind, ref
