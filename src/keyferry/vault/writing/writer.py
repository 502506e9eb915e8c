"""Makes objects of a vault as somebody wants them, with as few requests as the vault's answers allow.

Called by sync.push. What is there is looked at with the same identity and never leaves this package.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar, assert_never

from keyferry.model.errors import GrantError, KeyferryError, SecretAbsent, Unavailable
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretRef
from keyferry.model.wellknown import OWNER_TAG, OWNER_TAG_VALUE
from keyferry.vault.client import Clients, VaultClient
from keyferry.vault.collection import Options
from keyferry.vault.conflicts import SETTLING, NameTaken
from keyferry.vault.deeds import Deed
from keyferry.vault.names import NOUNS
from keyferry.vault.throttle import Priority
from keyferry.vault.writing import choice, material
from keyferry.vault.writing.choice import Step
from keyferry.vault.writing.desks import Desk, open_desk
from keyferry.vault.writing.shapes import Material
from keyferry.vault.writing.wish import Outcome, Present, Wish

T = TypeVar("T")


class Writer:
    """Writes for one process. Two writes of one object at a time are the callers' to avoid."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def push(
        self, identity: Identity, wish: Wish, *, only_if_absent: bool = False, priority: Priority = Priority.FIRST_READ
    ) -> Outcome:
        """Make the object as it shall be, or, with `only_if_absent`, leave it alone where one exists.

        An object of ours that was deleted and can be recovered is recovered first, which takes some seconds:
        Unavailable, with the time to wait. Raises GrantError for somebody else's object, NameTaken for somebody else's
        deleted one, SpecError for a value that the vault does not take. Needs an Officer's role for the kind.
        """
        desk = _Counter(self._clients.of(wish.ref.vault_url, identity), wish.ref, priority)
        if only_if_absent and await desk.owner(Deed.WRITE) is not None:
            return Outcome.LEFT
        made = material.of(wish.ref.kind, wish.value)
        present = None if only_if_absent else await desk.look(made)
        dressed = choice.dressed(wish, present)
        match choice.step(wish, present):
            case Step.NOTHING:
                return Outcome.UNCHANGED
            case Step.UPDATE:
                assert present is not None, "what is not there is written"
                await desk.update(dressed, present.version)
                return Outcome.UPDATED
            case Step.WRITE:
                await desk.write(dressed, made)
                return Outcome.WRITTEN
            case due:
                assert_never(due)

    async def remove(self, identity: Identity, ref: SecretRef, *, priority: Priority = Priority.FIRST_READ) -> Outcome:
        """Delete an object of ours; ABSENT where there is none, FOREIGN where it is somebody else's and stays."""
        desk = _Counter(self._clients.of(ref.vault_url, identity), ref, priority)
        present = await desk.owner(Deed.DELETE)
        if present is None:
            return Outcome.ABSENT
        if not choice.is_ours(present):
            return Outcome.FOREIGN
        await desk.delete()
        return Outcome.REMOVED


class _Counter:
    """One object, and the requests about it."""

    def __init__(self, client: VaultClient, ref: SecretRef, priority: Priority) -> None:
        self._client = client
        self._ref = ref
        self._priority = priority
        self._opening = partial(open_desk, ref.kind)

    async def look(self, made: Material) -> Present | None:
        try:
            return await self._ask(Deed.WRITE, lambda desk, options: desk.look(self._ref.name, made, options))
        except SecretAbsent:
            return None

    async def owner(self, deed: Deed) -> Present | None:
        try:
            return await self._ask(deed, lambda desk, options: desk.owner(self._ref.name, options))
        except SecretAbsent:
            return None

    async def update(self, wish: Wish, version: str) -> None:
        await self._ask(Deed.WRITE, lambda desk, options: desk.update(wish, version, options))

    async def delete(self) -> None:
        await self._ask(Deed.DELETE, lambda desk, options: desk.delete(self._ref.name, options))

    async def write(self, wish: Wish, made: Material) -> None:
        try:
            await self._ask(Deed.WRITE, lambda desk, options: desk.write(wish, made, options))
        except NameTaken as taken:
            if not await self._is_deleted_one_ours():
                raise
            await self._ask(Deed.RECOVER, lambda desk, options: desk.recover(self._ref.name, options))
            raise self._recovering() from taken

    async def _is_deleted_one_ours(self) -> bool:
        """Without the right to look at it, it is taken for somebody else's."""
        try:
            tags = await self._ask(Deed.RECOVER, lambda desk, options: desk.deleted_tags(self._ref.name, options))
        except GrantError:
            return False
        return tags.get(OWNER_TAG) == OWNER_TAG_VALUE

    def _recovering(self) -> KeyferryError:
        return Unavailable(
            retry_after=SETTLING,
            what=f"{NOUNS[self._ref.kind]} {self._ref.name} of {self._ref.vault_url} is being recovered",
            cause="a PushSecret had written it before it was deleted, and its name is taken until it is back",
            remedy="wait; it takes some seconds, and then it is written",
        )

    async def _ask(self, deed: Deed, step: Callable[[Desk, Options], Awaitable[T]]) -> T:
        return await self._client.write(self._ref, deed, self._opening, step, self._priority)
