"""Workers over a queue: each key is reconciled by one worker at a time, again after failures, until stopped."""

import asyncio
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import SystemRandom
from typing import Final

import structlog

from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.pace import Pace
from keyferry.kube.controller.queue import NEW, REFRESH, WorkQueue
from keyferry.kube.controller.work_tally import Ending, WorkTally
from keyferry.kube.turns import AWAITED
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, Unavailable

_LOG = structlog.get_logger(__name__)
_RANDOM: Final = SystemRandom()
_ZERO: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing more to do until something changes."""


@dataclass(frozen=True, slots=True)
class Again:
    """Reconcile again after this long, even if nothing changes."""

    after: timedelta


Result = Done | Again
Reconcile = Callable[[Key], Awaitable[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of a controller."""

    workers: int = 8
    one_reconcile: timedelta = timedelta(minutes=2)
    stop_within: timedelta = timedelta(seconds=4)


class Controller:
    """Runs `reconcile` for every key that `enqueue` is given. All calls are made on one event loop."""

    def __init__(
        self,
        name: str,
        reconcile: Reconcile,
        *,
        limits: Limits | None = None,
        backoff: Backoff[Key] | None = None,
        jitter: Callable[[], float] = _RANDOM.random,
        kind: Callable[[Key], str] | None = None,
    ) -> None:
        """`kind` tells the kinds of a controller apart that serves several, for the metrics."""
        self.name = name
        self._reconcile = reconcile
        self._limits = limits or Limits()
        self._backoff: Backoff[Key] = backoff or Backoff()
        self._jitter = jitter
        self.queue: WorkQueue[Key] = WorkQueue()
        self.tally = WorkTally(name, kind)
        self._idle: deque[asyncio.Future[None]] = deque()
        self._pace = Pace()
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = asyncio.Event()
        self._log = _LOG.bind(controller=name)

    @property
    def workers(self) -> int:
        """How many keys are reconciled at once."""
        return self._limits.workers

    def enqueue(self, key: Key, *, after: timedelta = _ZERO, priority: int = NEW) -> None:
        """Let `key` be reconciled, once however often it is asked for. May be called before `run`."""
        loop = asyncio.get_running_loop()
        self.queue.add(key, loop.time(), after=after, priority=priority)
        self._wake_one()
        self._set_timer(loop)

    async def run(self) -> None:
        """Work until `stop`; reconciles under way may then finish within `stop_within`, and are cancelled after it.

        A bug in the loop itself ends the run with its exception, so that the process can be restarted.
        """
        stopped = asyncio.create_task(self._stopped.wait())
        workers = [asyncio.create_task(self._work(), name=f"{self.name}-{n}") for n in range(self._limits.workers)]
        try:
            await asyncio.wait((stopped, *workers), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(workers, timeout=self._limits.stop_within.total_seconds() if stopped.done() else 0)
        finally:
            self.stop()
            for task in (stopped, *workers):
                task.cancel()
            outcomes = await asyncio.gather(*workers, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def stop(self) -> None:
        """Take no further key. `run` returns within the bound."""
        self.queue.close()
        self._stopped.set()
        self._cancel_timer()
        self._wake_all()

    async def _work(self) -> None:
        while (key := await self._take()) is not None:
            await self._process(key)
            await self._pace.pause()

    async def _take(self) -> Key | None:
        loop = asyncio.get_running_loop()
        while not self.queue.is_closed:
            key = self.queue.take(loop.time())
            if key is not None:
                return key
            self._set_timer(loop)
            turn = loop.create_future()
            self._idle.append(turn)
            await turn
        return None

    async def _process(self, key: Key) -> None:
        loop = asyncio.get_running_loop()
        AWAITED.set(self.queue.taken_at(key) == NEW)  # each worker has a context of its own
        tally, began = self.tally.of(key), loop.time()
        tally.active += 1
        try:
            ending, after = await self._outcome(key)
            tally.ended(ending, loop.time() - began)
            if after is not None:  # with REFRESH after a failure too: what fails must not go before what works
                self.queue.add(key, loop.time(), after=after, priority=REFRESH)
        finally:
            tally.active -= 1
            self.queue.done(key, loop.time())
            self._set_timer(loop)

    async def _outcome(self, key: Key) -> tuple[Ending, timedelta | None]:
        try:
            async with asyncio.timeout(self._limits.one_reconcile.total_seconds()):
                result = await self._reconcile(key)
        except KeyferryError as problem:
            self._log.warning("reconcile.failed", key=str(key), error=type(problem).__name__, reason=str(problem))
            asked = problem.retry_after if isinstance(problem, Unavailable) else None
            return Ending.ERROR, asked * (1 + 0.1 * self._jitter()) if asked else self._failed(key)
        except Exception as problem:  # noqa: BLE001  (a bug met by one object must not stop the others)
            # Not its text: it may quote a value.
            self._log.error("reconcile.crashed", key=str(key), error=type(problem).__name__, at=_place(problem))
            return Ending.ERROR, self._failed(key)
        self._backoff.forget(key)
        return (Ending.REQUEUE_AFTER, result.after) if isinstance(result, Again) else (Ending.SUCCESS, None)

    def _failed(self, key: Key) -> timedelta:
        return self._backoff.failed(key, self._jitter())

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        """Keep one timer, for the earliest delayed key."""
        at = self.queue.next_at()
        if at is None or (self._timer is not None and self._timer.when() <= at):
            return
        self._cancel_timer()
        self._timer = loop.call_at(at, self._time_is_up)

    def _time_is_up(self) -> None:
        self._timer = None
        self._wake_all()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake_one(self) -> None:
        while self._idle:
            turn = self._idle.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _wake_all(self) -> None:
        while self._idle:
            self._wake_one()


def _place(problem: BaseException) -> str:
    """Return `file:line` of where it was raised."""
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
