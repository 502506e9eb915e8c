"""Event Grid's way out: makes the requests that are due, by the lab's clock, and reports what came of each."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from keyferry.lab.azure.eventgrid.delivery import TIMEOUT_SECONDS, DeadLetter, Delivery
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.serve.azure import delay
from keyferry.lab.serve.issuers import Address
from keyferry.lab.world import damage
from keyferry.lab.world.faults import Faults, Kind, Service
from keyferry.lab.world.http import Request, Response

MAX_ANSWER_BYTES: Final = 64 * 1024
MAX_AT_ONCE: Final = 32  # requests under way for one subscription
LOOK_SECONDS: Final = 1.0  # so late at most is a clock noticed that was moved without a word
BREATH_SECONDS: Final = 0.005  # what happens together is looked at together


def trust(authority_pem: bytes) -> ssl.SSLContext:
    """Return what verifies endpoints: the machine's authorities, and the lab's. A self-signed endpoint is refused."""
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=authority_pem.decode())
    return context


def _by_name(_: str) -> Address | None:
    """Let names lead where they lead."""
    return None


class Deliverer:
    """Delivers between `open` and `close`. `wake` has it look at once, after the clock was moved for instance."""

    def __init__(
        self,
        grid: EventGrid,
        *,
        now: Callable[[], datetime],
        faults: Faults,
        trust: ssl.SSLContext,
        where: Callable[[str], Address | None] = _by_name,
        dead_letters: Path | None = None,
    ) -> None:
        """`where` returns the address for an endpoint's URL, None for that of its name.

        Events that a subscription keeps when they cannot be delivered go to `dead_letters`, one JSON object a line.
        """
        self._grid = grid
        self._now = now
        self._faults = faults
        self._trust = trust
        self._where = where
        self._dead_letters = dead_letters
        self._woken = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._rooms: dict[str, asyncio.Semaphore] = {}
        self._loop: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Begin to deliver."""
        connector = aiohttp.TCPConnector(ssl=self._trust, limit=0, force_close=True)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        self._grid.on_change(self.wake)
        self._loop = asyncio.create_task(self._run(), name="event deliveries")

    async def close(self) -> None:
        """Stop; what is under way counts as not answered."""
        tasks = [*self._under_way, *([] if self._loop is None else [self._loop])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # the transports end in the next turn of the loop

    def wake(self) -> None:
        """Look at once what is due."""
        self._woken.set()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            now = self._now()
            for delivery in self._grid.take(now):
                task = asyncio.create_task(self._deliver(delivery))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            self._keep(self._grid.dead_letters(now))
            await self._wait(self._grid.next_due(now), now)

    async def _wait(self, due: datetime | None, now: datetime) -> None:
        """Wait until something is due, or may be earlier than was known."""
        seconds = None if due is None else min((due - now).total_seconds(), LOOK_SECONDS)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        await asyncio.sleep(BREATH_SECONDS)

    async def _deliver(self, delivery: Delivery) -> None:
        response: Response | None = None
        try:
            async with self._rooms.setdefault(delivery.subscription, asyncio.Semaphore(MAX_AT_ONCE)):
                response = await self._with_faults(delivery)
        finally:
            self._grid.answered(delivery, response, self._now())
            self._woken.set()

    async def _with_faults(self, delivery: Delivery) -> Response | None:
        """What is told to fail by status or reset never reaches the endpoint; other faults lose its answer."""
        url = URL(delivery.url, encoded=True)
        request = Request(method=delivery.method, host=url.host or "", path=url.path)
        fault = self._faults.decide(Service.EVENTS, request, self._now())
        await delay(fault)
        if fault.kind is Kind.STATUS:
            return Response(status=fault.status)
        if fault.kind is Kind.RESET:
            return None
        response = await self._send(delivery, url)
        if fault.kind is Kind.GARBAGE:
            return Response(status=200, body=damage.GARBAGE)
        return response if fault.kind is Kind.NONE else None

    async def _send(self, delivery: Delivery, url: URL) -> Response | None:
        """Return the endpoint's answer, None where there is none in time. Redirects are not followed."""
        assert self._session is not None, "it was opened"
        address = self._where(delivery.url)
        there = url if address is None else url.with_host(address.host).with_port(address.port)
        headers = [*delivery.headers, ("Host", url.raw_authority)]
        try:
            async with self._session.request(
                delivery.method,
                there,
                headers=headers,
                data=delivery.body or None,
                server_hostname=url.raw_host,
                allow_redirects=False,
            ) as answer:
                body = await answer.content.read(MAX_ANSWER_BYTES)
                return Response(status=answer.status, headers=tuple(answer.headers.items()), body=body)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return None

    def _keep(self, letters: tuple[DeadLetter, ...]) -> None:
        if letters and self._dead_letters is not None:
            self._dead_letters.touch(mode=0o600)
            with self._dead_letters.open("ab") as file:
                file.writelines(letter.line + b"\n" for letter in letters)
