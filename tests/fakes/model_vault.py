"""A vault as the change feed sees it: objects with versions, a list in pages, a clock of its own, faults, a history.

It runs on the loop's clock, so under tests.fakes.virtual_time hours take milliseconds.
"""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from keyferry.model.errors import GrantError, RoleMissing, SecretAbsent, Unavailable
from keyferry.model.identity import ClientId, Identity, ManagedIdentity
from keyferry.model.secrets import (
    SecretBundle,
    SecretName,
    SecretProperties,
    SecretRef,
    SecretValue,
    SecretVersion,
    VaultUrl,
)
from keyferry.vault.feed import Inventory
from keyferry.vault.lane import Lane
from keyferry.vault.sent import Sent
from keyferry.vault.surroundings import Place
from keyferry.vault.throttle import Budget, Priority

VAULT = VaultUrl("https://kv-model.vault.azure.net")
START = datetime(2026, 11, 22, tzinfo=UTC)
ABSENT, DISABLED = "absent", "disabled"

T = TypeVar("T")


def identity(name: str = "api") -> ManagedIdentity:
    return ManagedIdentity(client_id=ClientId(name))


def ref(name: str, version: str = "") -> SecretRef:
    return SecretRef(vault_url=VAULT, name=SecretName(name), version=SecretVersion(version))


def ticks() -> float:
    return asyncio.get_running_loop().time()


class SteppedClock:
    """Our own clock, which somebody sets."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self.set_at = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=ticks()) + self._offset

    def step(self, by: timedelta) -> None:
        self._offset += by
        self.set_at = ticks()


@dataclass(kw_only=True, slots=True)
class Version:
    """One version of an object."""

    id: SecretVersion
    value: str
    created: datetime
    updated: datetime
    enabled: bool = True


@dataclass(kw_only=True)
class ModelVault:
    """`skew` is how far its clock is ahead of true time; a date is told in whole seconds unless `tells_date` is off."""

    skew: timedelta = timedelta(0)
    page_size: int = 25
    latency_seconds: float = 0.01
    tells_date: bool = True
    is_endless: bool = False  # its links lead in a circle
    budget: Budget = field(default_factory=Budget)
    objects: dict[str, list[Version]] = field(default_factory=dict)
    deleted: dict[str, list[Version]] = field(default_factory=dict)
    may_not_list: set[Identity] = field(default_factory=set)
    may_not_read: set[Identity] = field(default_factory=set)
    failing_reads: int = 0
    failing_lists: int = 0
    requests: list[tuple[float, str]] = field(default_factory=list)  # when, and a name or "list"
    priorities: list[tuple[str, Priority]] = field(default_factory=list)
    history: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    _serial: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _lane: Lane | None = None

    def source(self, place: Place) -> "ModelSource":
        return ModelSource(self, place.identity)

    def now(self) -> datetime:
        return (START + timedelta(seconds=ticks()) + self.skew).replace(microsecond=0)

    def put(self, name: str, value: str = "") -> SecretVersion | None:
        """Make a new version; a deleted name refuses, as the service does."""
        if name in self.deleted:
            return None
        number = next(self._serial)
        version = SecretVersion(f"{number:032x}")
        made = Version(id=version, value=value or f"v{number}", created=self.now(), updated=self.now())
        self.objects.setdefault(name, []).append(made)
        self._remember(name)
        return version

    def enable(self, name: str, enabled: bool) -> None:
        if name in self.objects:
            current = self.objects[name][-1]
            current.enabled, current.updated = enabled, self.now()
            self._remember(name)

    def delete(self, name: str) -> None:
        if name in self.objects:
            self.deleted[name] = self.objects.pop(name)
            self._remember(name)

    def recover(self, name: str) -> None:
        if name in self.deleted:
            self.objects[name] = self.deleted.pop(name)
            self._remember(name)

    def purge(self, name: str) -> None:
        self.deleted.pop(name, None)

    def state(self, name: str) -> str:
        versions = self.objects.get(name)
        if not versions:
            return ABSENT
        return versions[-1].value if versions[-1].enabled else DISABLED

    def was(self, name: str, state: str, since: float) -> bool:
        """Whether `name` was in that state at some instant from `since` on."""
        known = [(0.0, ABSENT), *self.history.get(name, [])]
        ends = [*(begins for begins, _ in known[1:]), float("inf")]
        return any(one == state and end >= since for (_, one), end in zip(known, ends, strict=True))

    def lane(self) -> Lane:
        if self._lane is None:
            self._lane = Lane(VAULT, self.budget)
        return self._lane

    def _remember(self, name: str) -> None:
        self.history.setdefault(name, []).append((ticks(), self.state(name)))


class ModelSource:
    """One identity's way to the model. Values name the identity that they were given to."""

    def __init__(self, vault: ModelVault, identity: Identity) -> None:
        self._vault = vault
        self._identity = identity

    async def read(self, ref: SecretRef, priority: Priority, sent: Sent) -> SecretBundle:
        vault = self._vault

        def answer() -> SecretBundle:
            if vault.failing_reads:
                vault.failing_reads -= 1
                raise Unavailable(what=f"reading {ref.name} failed")
            if self._identity in vault.may_not_read:
                raise RoleMissing(what=f"reading {ref.name} refused")
            return self._bundle(ref)

        return await self._request(ref.name, priority, sent, answer)

    async def list_all(self, priority: Priority, most_pages: int, sent: Sent) -> Inventory:
        found: list[SecretProperties] = []
        if self._vault.is_endless:
            return Inventory(properties=(), pages=most_pages, whole=False)
        for number in range(1, most_pages + 1):
            page = await self._request("list", priority, sent, partial(self._page, found[-1].name if found else ""))
            found += page
            if len(page) < self._vault.page_size:
                return Inventory(properties=tuple(found), pages=number, whole=True)
        return Inventory(properties=tuple(found), pages=most_pages, whole=False)

    async def _request(self, what: str, priority: Priority, sent: Sent, answer: Callable[[], T]) -> T:
        """Send one request: it takes its turn, travels, is answered by the vault's state then, and travels back."""
        vault = self._vault
        await vault.lane().enter(priority)
        sent.leaves()
        vault.requests.append((ticks(), what))
        vault.priorities.append((what, priority))
        try:
            await asyncio.sleep(vault.latency_seconds / 2)
            date = vault.now() if vault.tells_date else None
            try:
                return answer()
            finally:
                await asyncio.sleep(vault.latency_seconds / 2)
                sent.answered(date)
        finally:
            vault.lane().leave()

    def _page(self, after: str) -> tuple[SecretProperties, ...]:
        vault = self._vault
        if vault.failing_lists:
            vault.failing_lists -= 1
            raise Unavailable(what="listing secrets failed")
        if self._identity in vault.may_not_list:
            raise RoleMissing(what="listing secrets refused")
        names = sorted(name for name in vault.objects if name > after)[: vault.page_size]
        return tuple(_properties(name, vault.objects[name][-1], listed=True) for name in names)

    def _bundle(self, ref: SecretRef) -> SecretBundle:
        versions = self._vault.objects.get(ref.name, [])
        version = next((one for one in reversed(versions) if ref.version in ("", one.id)), None)
        if version is None:
            raise SecretAbsent(what=f"secret {ref.name} does not exist")
        if not version.enabled:
            raise GrantError(what=f"secret {ref.name} is disabled")
        value = f"{version.value} for {self._identity.who}"
        return SecretBundle(properties=_properties(ref.name, version, listed=False), value=SecretValue(value.encode()))


def _properties(name: str, version: Version, *, listed: bool) -> SecretProperties:
    return SecretProperties(
        name=SecretName(name),
        version=SecretVersion("") if listed else version.id,
        enabled=version.enabled,
        created=version.created,
        updated=version.updated,
        expires=None,
        not_before=None,
        content_type="",
        tags=(),
    )
