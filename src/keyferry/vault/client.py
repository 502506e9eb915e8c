"""One Key Vault client for each (vault, identity), over the shared transport. Called by vault.reader and vault.probe.

Raises our own errors only. The challenge's resource is verified by the vendor's policy, redirects are not followed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

import aiohttp
from azure.core.exceptions import AzureError, ClientAuthenticationError, ResourceNotFoundError

from keyferry.identity.credential import Credential, TenantMismatch
from keyferry.identity.credentials import Credentials
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.recent import Recent
from keyferry.identity.retry import BoundedRetry
from keyferry.identity.setback import Setback
from keyferry.identity.tally import RequestKind, Tally
from keyferry.model.errors import KeyferryError, Throttled, Unavailable
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretBundle, SecretProperties, SecretRef, VaultUrl
from keyferry.runtime.clock import Clock
from keyferry.vault import wire
from keyferry.vault.collection import Collection, Options, open_collection
from keyferry.vault.deeds import Deed
from keyferry.vault.errors import Asked, no_answer_yet, retold, translated
from keyferry.vault.feed import Inventory
from keyferry.vault.lane import Lane
from keyferry.vault.sent import Sent
from keyferry.vault.throttle import Budget, Priority

CLIENTS: Final = 500  # beyond it, the one used least recently is let go
FIRST_SECONDS: Final = 2.0  # so long a crowd waits for the first answer of a vault, where it holds workers meanwhile
BROKEN_IN_A_ROW: Final = 3  # answers: a vault that gives nothing else is left alone like one that nobody reaches
CROWD_SECONDS: Final = 0.5  # so long a crowd waits for the one that asks a dead vault again
TENANT_KEPT: Final = timedelta(seconds=30)  # so long it is believed that a vault trusts another tenant
SHAPELESS: Final = (ValueError, KeyError, TypeError, AttributeError)  # the vendor's models trust an answer's shape

T = TypeVar("T")
D = TypeVar("D")


class VaultClient:
    """Questions of one identity to one vault. The first one goes alone, so that one challenge serves them all."""

    def __init__(
        self,
        vault_url: VaultUrl,
        credential: Credential,
        transport: wire.LaneTransport,
        clock: Clock,
        *,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        """`first_seconds` is how long all others wait for the first answer."""
        self._first_seconds = first_seconds
        self._vault_url = vault_url
        self._credential = credential
        self._clock = clock
        self._transport = transport
        self._options = {"transport": transport, "retry_policy": BoundedRetry(), "permit_redirects": False}
        self._collections: dict[ObjectKind, Collection] = {}
        self._desks: dict[ObjectKind, Any] = {}
        self._opening = asyncio.Lock()
        self._opening_since = 0.0  # on the loop's clock
        self._set_open(is_open=False)
        self._broken = 0  # answers in a row
        self._tenant_asked: datetime | None = None
        self._setback = Setback()
        self._failed = self._asked(None)  # whom the setback met

    async def get(self, ref: SecretRef, priority: Priority, sent: Sent | None = None) -> SecretBundle:
        """Return one object with its value. Needs `secrets/getSecret/action`, `certificates/read` or `keys/read`."""
        options = {wire.KIND: RequestKind.GET, wire.PRIORITY: priority, wire.SENT: sent}
        return await self._ask(self._asked(ref), lambda: self._collection(ref.kind).get(ref, options))

    async def list_pages(
        self, kind: ObjectKind, priority: Priority, most_pages: int, sent: Sent | None = None
    ) -> Inventory:
        """Return at most so many pages of properties, no values. Needs `secrets/readMetadata/action` or as `get`.

        Only the link to the next page tells whether there is one: the service sends empty pages in between.
        """
        options = {wire.KIND: RequestKind.LIST, wire.PRIORITY: priority, wire.SENT: sent}
        return await self._paged(self._asked(None, kind), self._collection(kind).pages(options), most_pages)

    async def list_versions(
        self, ref: SecretRef, priority: Priority, most_pages: int, sent: Sent | None = None
    ) -> Inventory:
        """Return at most so many pages of the properties of all versions of an object. Needs what `list_pages` does."""
        options = {wire.KIND: RequestKind.LIST, wire.PRIORITY: priority, wire.SENT: sent}
        pages = self._collection(ref.kind).versions(ref.name, options)
        return await self._paged(self._asked(ref, is_of_versions=True), pages, most_pages)

    async def try_get(self, ref: SecretRef) -> None:
        """Ask for an object only to see whether the identity may: returns for one that does not exist, too."""
        await self._ask(self._asked(ref), lambda: self._try_get(ref))

    async def list_one_page(self, kind: ObjectKind = ObjectKind.SECRET) -> None:
        """List as little as possible, to see whether the identity may."""
        await self.list_pages(kind, Priority.REFRESH, 1)

    async def write(
        self,
        ref: SecretRef,
        deed: Deed,
        opening: Callable[[VaultUrl, Credential, Options], D],
        step: Callable[[D, Options], Awaitable[T]],
        priority: Priority,
    ) -> T:
        """Do one step of a write. `opening` makes what asks about objects of the kind of `ref`; it is kept.

        Raises SecretAbsent, NameTaken and what reading raises, with `deed` as what was asked for.
        """
        if ref.kind not in self._desks:
            self._desks[ref.kind] = opening(self._vault_url, self._credential, self._options)
        desk, options = self._desks[ref.kind], {wire.KIND: RequestKind.WRITE, wire.PRIORITY: priority}
        return await self._ask(self._asked(ref, deed=deed), lambda: step(desk, options))

    def _collection(self, kind: ObjectKind) -> Collection:
        if kind not in self._collections:
            self._collections[kind] = open_collection(kind, self._vault_url, self._credential, self._options)
        return self._collections[kind]

    async def _try_get(self, ref: SecretRef) -> None:
        with suppress(ResourceNotFoundError):
            await self._collection(ref.kind).get(ref, {wire.KIND: RequestKind.GET, wire.PRIORITY: Priority.REFRESH})

    async def _ask(self, asked: Asked, question: Callable[[], Awaitable[T]]) -> T:
        self._raise_recent(asked)
        if self._is_open():
            return await self._answer(asked, question)
        await self._my_turn(asked)
        try:
            if not self._is_open():
                self._raise_recent(asked)
                return await self._answer(asked, question)
        finally:
            self._opening.release()
        return await self._answer(asked, question)

    async def _paged(
        self, asked: Asked, pages: AsyncIterator[tuple[SecretProperties, ...]], most_pages: int
    ) -> Inventory:
        found: list[SecretProperties] = []
        for number in range(most_pages):
            page = await self._ask(asked, lambda: anext(pages, None))  # each by itself: nobody waits for a whole list
            if page is None:
                return Inventory(properties=tuple(found), pages=number, whole=True)
            found.extend(page)
        return Inventory(properties=tuple(found), pages=most_pages, whole=False)

    def _asked(
        self,
        ref: SecretRef | None,
        kind: ObjectKind = ObjectKind.SECRET,
        *,
        is_of_versions: bool = False,
        deed: Deed = Deed.READ,
    ) -> Asked:
        return Asked(
            identity=self._credential.identity,
            vault_url=self._vault_url,
            ref=ref,
            kind=kind,
            is_of_versions=is_of_versions,
            deed=deed,
        )

    async def _my_turn(self, asked: Asked) -> None:
        """Wait a little for the one who asks first; what he has not heard by then, nobody has."""
        last, loop = self._setback.last, asyncio.get_running_loop()
        until = loop.time() + CROWD_SECONDS if last else self._opening_since + self._first_seconds
        try:
            async with asyncio.timeout_at(until if self._opening.locked() else None):
                await self._opening.acquire()
        except TimeoutError:
            raise retold(last, self._failed, asked) if last else no_answer_yet(asked) from None
        self._opening_since = loop.time()

    def _raise_recent(self, asked: Asked) -> None:
        failure = self._setback.current(self._clock.now())
        if failure is not None:
            raise retold(failure, self._failed, asked)

    def _is_open(self) -> bool:
        return self._open

    async def _answer(self, asked: Asked, question: Callable[[], Awaitable[T]]) -> T:
        try:
            answer = await question()
        except TenantMismatch:
            self._ask_for_tenant(asked.ref.kind if asked.ref else asked.kind)
            raise
        except (AzureError, OSError, *SHAPELESS) as refusal:
            error = translated(refusal, asked)
            self._note(refusal, error, asked)
        else:
            self._heard()
            return answer
        # Raised here, not in the handler: the vendor's error would come along as context, with the answer in its text.
        raise error

    def _ask_for_tenant(self, kind: ObjectKind) -> None:
        """Let the next question go without a token, now and then: a vault that is made anew may trust ours."""
        now = self._clock.now()
        if self._tenant_asked is None or abs(now - self._tenant_asked) >= TENANT_KEPT:
            self._tenant_asked = now
            self._collection(kind).forget_challenge()

    def _note(self, refusal: Exception, error: KeyferryError, asked: Asked) -> None:
        """Remember a vault that nobody reaches, or that gives broken answers alone; any other answer ends that."""
        if not isinstance(error, Unavailable) or isinstance(error, Throttled):
            self._heard()
            if isinstance(refusal, ClientAuthenticationError):
                self._credential.discard()
            return
        self._broken += 1
        if getattr(refusal, "response", None) is None or self._broken >= BROKEN_IN_A_ROW:
            self._set_open(is_open=False)
            self._setback.failed(error, self._clock.now())
            self._failed = asked
        else:
            self._set_open(is_open=True)

    def _heard(self) -> None:
        self._set_open(is_open=True)
        self._broken = 0
        self._setback.forget()

    def _set_open(self, *, is_open: bool) -> None:
        """While it is not open, all wait for one question, so that one waits behind nobody's refresh."""
        self._open = is_open
        self._transport.opens = not is_open


class Clients:
    """The pool of clients and lanes. A lane belongs to a vault, a client to one identity at that vault."""

    def __init__(
        self,
        credentials: Credentials,
        session: aiohttp.ClientSession,
        clock: Clock,
        budget: Budget | None = None,
        *,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        """`first_seconds` is how long a crowd may wait for the first answer to an identity."""
        self.first_seconds = first_seconds
        self._credentials = credentials
        self._transport = SharedTransport(session, Proxies())
        self._clock = clock
        self._budget = budget
        self.tally = Tally()
        self._pool: Recent[tuple[VaultUrl, Identity], VaultClient] = Recent(CLIENTS)
        self._lanes: WeakValueDictionary[VaultUrl, Lane] = WeakValueDictionary()

    def of(self, vault_url: VaultUrl, identity: Identity) -> VaultClient:
        """Return the client of `identity` at the vault, made when first asked for."""
        return self._pool.take((vault_url, identity), lambda: self._made(vault_url, identity))

    def close(self) -> None:
        """Let all clients go. They own no sockets: the session is the process's."""
        self._pool.clear()

    def _made(self, vault_url: VaultUrl, identity: Identity) -> VaultClient:
        transport = wire.LaneTransport(self._transport, self._lane(vault_url), self.tally)
        credential = self._credentials.of(identity)
        return VaultClient(vault_url, credential, transport, self._clock, first_seconds=self.first_seconds)

    def _lane(self, vault_url: VaultUrl) -> Lane:
        lane = self._lanes.get(vault_url)
        if lane is None:
            lane = Lane(vault_url, self._budget)
            self._lanes[vault_url] = lane
        return lane
