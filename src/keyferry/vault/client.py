"""One Key Vault client for each (vault, identity), over the shared transport. Called by vault.reader and vault.probe.

Raises our own errors only. The challenge's resource is verified by the vendor's policy, redirects are not followed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

import aiohttp
from azure.core.exceptions import AzureError, ClientAuthenticationError, ResourceNotFoundError
from azure.keyvault.secrets import KeyVaultSecret
from azure.keyvault.secrets import SecretProperties as VendorProperties
from azure.keyvault.secrets.aio import SecretClient

from keyferry.identity.credentials import Credential, Credentials
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.recent import Recent
from keyferry.identity.retry import BoundedRetry
from keyferry.identity.setback import Setback
from keyferry.identity.tally import RequestKind, Tally
from keyferry.model.errors import KeyferryError, Throttled, Unavailable
from keyferry.model.identity import WorkloadIdentity
from keyferry.model.secrets import SecretRef, VaultUrl
from keyferry.runtime.clock import Clock
from keyferry.vault import wire
from keyferry.vault.errors import Asked, no_answer_yet, retold, translated
from keyferry.vault.lane import Lane
from keyferry.vault.throttle import Budget, Priority

CLIENTS: Final = 500  # beyond it, the one used least recently is let go
FIRST_SECONDS: Final = 2.0  # so long a crowd waits for the first answer of a vault: it holds workers meanwhile
CROWD_SECONDS: Final = 0.5  # so long a crowd waits for the one that asks a dead vault again
PAGES: Final = 10_000  # 250,000 secrets: beyond it a list is taken to run in circles

SHAPELESS: Final = (ValueError, KeyError, TypeError, AttributeError)  # the vendor's models trust an answer's shape

T = TypeVar("T")


class VaultClient:
    """Questions of one identity to one vault. The first one goes alone, so that one challenge serves them all."""

    def __init__(
        self, vault_url: VaultUrl, credential: Credential, transport: wire.LaneTransport, clock: Clock
    ) -> None:
        self._vault_url = vault_url
        self._credential = credential
        self._clock = clock
        self._client = SecretClient(
            vault_url,
            credential,
            transport=transport,
            retry_policy=BoundedRetry(),
            permit_redirects=False,
        )
        self._opening = asyncio.Lock()
        self._opening_since = 0.0  # on the loop's clock
        self._open = False
        self._setback = Setback()
        self._failed = self._asked(None)  # whom the setback met

    async def get(self, ref: SecretRef, priority: Priority) -> KeyVaultSecret:
        """Return one secret with its value. Needs `secrets/getSecret/action`."""
        options: Any = {wire.KIND: RequestKind.GET, wire.PRIORITY: priority}
        return await self._ask(ref, lambda: self._client.get_secret(ref.name, ref.version, **options))

    async def try_get(self, ref: SecretRef) -> None:
        """Ask for a secret only to see whether the identity may: returns for a secret that does not exist, too."""
        await self._ask(ref, lambda: self._try_get(ref))

    async def list_all(self, priority: Priority, most_pages: int = PAGES) -> tuple[VendorProperties, ...]:
        """Return all pages of secret properties, no values. Needs `secrets/readMetadata/action`.

        Only the link to the next page tells whether there is one: the service sends empty pages in between.
        Unavailable beyond `most_pages`.
        """
        found, whole = await self._ask(None, lambda: self._pages(most_pages, priority))
        if not whole:
            raise Unavailable(
                what=f"listing secrets failed: {self._vault_url} goes on after {most_pages} pages",
                cause="its links to the next page lead in a circle, or it holds more secrets than keyferry lists",
                remedy="split the vault, or report this to the keyferry project",
            )
        return found

    async def list_one_page(self) -> None:
        """List as little as possible, to see whether the identity may."""
        await self._ask(None, lambda: self._pages(1, Priority.REFRESH))

    async def _try_get(self, ref: SecretRef) -> None:
        options: Any = {wire.KIND: RequestKind.GET, wire.PRIORITY: Priority.REFRESH}
        with suppress(ResourceNotFoundError):
            await self._client.get_secret(ref.name, ref.version, **options)

    async def _pages(self, limit: int, priority: Priority) -> tuple[tuple[VendorProperties, ...], bool]:
        """Return what `limit` pages hold, and whether that is all."""
        options: Any = {wire.KIND: RequestKind.LIST, wire.PRIORITY: priority}
        found: list[VendorProperties] = []
        pages = self._client.list_properties_of_secrets(**options).by_page()
        for _ in range(limit):
            try:
                page = await anext(pages)
            except StopAsyncIteration:
                return tuple(found), True
            found.extend([entry async for entry in page])
        return tuple(found), False

    async def _ask(self, ref: SecretRef | None, question: Callable[[], Awaitable[T]]) -> T:
        asked = self._asked(ref)
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

    def _asked(self, ref: SecretRef | None) -> Asked:
        return Asked(identity=self._credential.identity, vault_url=self._vault_url, ref=ref)

    async def _my_turn(self, asked: Asked) -> None:
        """Wait a little for the one who asks first; what he has not heard by then, nobody has."""
        last, loop = self._setback.last, asyncio.get_running_loop()
        until = loop.time() + CROWD_SECONDS if last else self._opening_since + FIRST_SECONDS
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
        except (AzureError, OSError, *SHAPELESS) as refusal:
            error = translated(refusal, asked)
            self._note(refusal, error, asked)
        else:
            self._open = True
            self._setback.forget()
            return answer
        # Raised here, not in the handler: the vendor's error would come along as context, with the answer in its text.
        raise error

    def _note(self, refusal: Exception, error: KeyferryError, asked: Asked) -> None:
        """Remember a vault that nobody reaches; any answer at all ends that."""
        unreachable = isinstance(error, Unavailable) and not isinstance(error, Throttled)
        if unreachable and getattr(refusal, "response", None) is None:
            self._open = False
            self._setback.failed(error, self._clock.now())
            self._failed = asked
            return
        self._open = True
        self._setback.forget()
        if isinstance(refusal, ClientAuthenticationError):
            self._credential.discard()


class Clients:
    """The pool of clients and lanes. A lane belongs to a vault, a client to one identity at that vault."""

    def __init__(
        self,
        credentials: Credentials,
        session: aiohttp.ClientSession,
        clock: Clock,
        budget: Budget | None = None,
    ) -> None:
        self._credentials = credentials
        self._transport = SharedTransport(session, Proxies())
        self._clock = clock
        self._budget = budget
        self.tally = Tally()
        self._pool: Recent[tuple[VaultUrl, WorkloadIdentity], VaultClient] = Recent(CLIENTS)
        self._lanes: WeakValueDictionary[VaultUrl, Lane] = WeakValueDictionary()

    def of(self, vault_url: VaultUrl, identity: WorkloadIdentity) -> VaultClient:
        """Return the client of `identity` at the vault, made when first asked for."""
        return self._pool.take((vault_url, identity), lambda: self._made(vault_url, identity))

    def close(self) -> None:
        """Let all clients go. They own no sockets: the session is the process's."""
        self._pool.clear()

    def _made(self, vault_url: VaultUrl, identity: WorkloadIdentity) -> VaultClient:
        transport = wire.LaneTransport(self._transport, self._lane(vault_url), self.tally)
        return VaultClient(vault_url, self._credentials.of(identity), transport, self._clock)

    def _lane(self, vault_url: VaultUrl) -> Lane:
        lane = self._lanes.get(vault_url)
        if lane is None:
            lane = Lane(vault_url, self._clock, self._budget)
            self._lanes[vault_url] = lane
        return lane
