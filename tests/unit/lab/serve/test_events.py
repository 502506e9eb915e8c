import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keyferry.lab.azure.eventgrid.definition import DeadLetterBlob, Definition, RetryPolicy, Schema, WebHook
from keyferry.lab.azure.eventgrid.delivery import DeadLetter, Delivery
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.state import Provisioning
from keyferry.lab.serve import events
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.events import Deliverer
from keyferry.lab.world.clock import Clock
from keyferry.lab.world.faults import Fault, Faults, Kind, Rule, Service
from keyferry.lab.world.http import Response
from tests.fakes import endpoint as endpoints
from tests.fakes import lab_grid
from tests.fakes.endpoint import Endpoint
from tests.fakes.lab_grid import SOURCE
from tests.fakes.patience import patient

HOOK = Definition(destination=WebHook(url=endpoints.URL))
ID = lab_grid.subscription_id()


class Heard(EventGrid):
    """Event Grid that tells when something was reported to it or taken from it."""

    happened: asyncio.Event

    def answered(self, delivery: Delivery, response: Response | None, now: datetime) -> None:
        super().answered(delivery, response, now)
        self.happened.set()

    def dead_letters(self, now: datetime) -> tuple[DeadLetter, ...]:
        letters = super().dead_letters(now)
        self.happened.set()
        return letters


@dataclass(kw_only=True)
class Stage:
    """Everything that runs, and the test's hand on the clock."""

    grid: Heard
    endpoint: Endpoint
    deliverer: Deliverer
    faults: Faults
    clock: Clock
    dead_letters: Path

    def now(self) -> datetime:
        return _now(self.clock)

    def publish(self, name: str = "db-password") -> None:
        self.grid.published(lab_grid.news(name, at=self.now()))

    def advance(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))
        self.deliverer.wake()

    async def attempts(self, number: int) -> list[int | None]:
        """Wait until so many attempts have been made; return their statuses."""
        await self.until(lambda: len(self.grid.deliveries()) >= number)
        return [each.status for each in self.grid.deliveries()]

    async def until(self, reached: Callable[[], bool]) -> None:
        async with patient():
            while not reached():
                self.grid.happened.clear()
                await self.grid.happened.wait()


def _now(clock: Clock) -> datetime:
    return clock.now(datetime.now(UTC))  # noqa: TID251  (real sockets live in real time)


@asynccontextmanager
async def _stage(folder: Path, *, trusted: bool = True) -> AsyncIterator[Stage]:
    clock, faults = Clock(), Faults()
    grid = Heard(catalogue=lab_grid.Catalogue(), tokens=lab_grid.TOKENS, chance=lab_grid.chance())
    grid.happened = asyncio.Event()
    authority, other = Authority(_now(clock)), Authority(_now(clock))
    async with endpoints.running(authority) as endpoint:
        deliverer = Deliverer(
            grid,
            now=lambda: _now(clock),
            faults=faults,
            trust=events.trust((authority if trusted else other).certificate_pem),
            where=endpoint.where,
            dead_letters=folder / "dead-letters.jsonl",
        )
        await deliverer.open()
        try:
            yield Stage(
                grid=grid,
                endpoint=endpoint,
                deliverer=deliverer,
                faults=faults,
                clock=clock,
                dead_letters=folder / "dead-letters.jsonl",
            )
        finally:
            await deliverer.close()


def _subscribe(stage: Stage, definition: Definition = HOOK) -> None:
    stage.grid.subscriptions.plant(ID, SOURCE, definition, stage.now() - timedelta(hours=1))


@pytest.mark.parametrize("schema", [pytest.param(schema, id=schema.value) for schema in Schema])
async def test_asks_and_delivers(tmp_path: Path, schema: Schema) -> None:
    async with _stage(tmp_path) as stage:
        stage.grid.subscriptions.put(ID, SOURCE, replace(HOOK, schema=schema), stage.now())
        stage.grid.changed()
        question = await stage.endpoint.next()
        assert (question.host, question.path, question.parameter("key")) == (endpoints.HOST, "/events", "very-secret")
        await stage.attempts(1)
        assert lab_grid.only(stage.grid).provisioning is Provisioning.SUCCEEDED
        stage.publish()
        delivery = await stage.endpoint.next()
        assert delivery.headers["aeg-event-type"] == "Notification"
        assert b"SecretNewVersionCreated" in delivery.body
        assert await stage.attempts(2) == [200, 200]


async def test_tries_again_when_the_lab_s_clock_says_so(tmp_path: Path) -> None:
    async with _stage(tmp_path) as stage:
        _subscribe(stage)
        stage.endpoint.statuses = [500]
        stage.publish()
        first = await stage.endpoint.events()
        await stage.attempts(1)
        assert stage.endpoint.idle
        stage.advance(seconds=10)
        assert await stage.endpoint.events() == first
        assert await stage.attempts(2) == [500, 200]


async def test_an_endpoint_with_an_unknown_certificate_gets_nothing(tmp_path: Path) -> None:
    async with _stage(tmp_path, trusted=False) as stage:
        _subscribe(stage)
        stage.publish()
        assert await stage.attempts(1) == [None]
        assert stage.endpoint.idle


@pytest.mark.parametrize("port", [pytest.param(1, id="nobody-listens"), pytest.param(99_999, id="no-port")])
async def test_an_endpoint_that_is_not_there_counts_as_silent(tmp_path: Path, port: int) -> None:
    async with _stage(tmp_path) as stage:
        _subscribe(stage, replace(HOOK, destination=WebHook(url=f"https://localhost:{port}/")))
        stage.publish()
        assert await stage.attempts(1) == [None]


async def test_keeps_what_cannot_be_delivered(tmp_path: Path) -> None:
    async with _stage(tmp_path) as stage:
        kept = DeadLetterBlob(resource_id="/s", container="dead")
        _subscribe(stage, replace(HOOK, retry=RetryPolicy(max_attempts=1), dead_letter=kept))
        stage.endpoint.statuses = [404]
        stage.publish()
        await stage.attempts(1)
        stage.advance(minutes=5)
        await stage.until(stage.dead_letters.exists)
    (line,) = stage.dead_letters.read_text().splitlines()
    assert json.loads(line)["lastDeliveryOutcome"] == "NotFound"
    assert stage.dead_letters.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("fault", "status", "reached"),
    [
        pytest.param(Fault(kind=Kind.STATUS, status=503), 503, False, id="status"),
        pytest.param(Fault(kind=Kind.RESET), None, False, id="reset"),
        pytest.param(Fault(kind=Kind.CUT), None, True, id="cut"),
        pytest.param(Fault(kind=Kind.GARBAGE), 200, True, id="garbage"),
        pytest.param(Fault(latency=timedelta(milliseconds=1)), 200, True, id="latency"),
    ],
)
async def test_faults(tmp_path: Path, fault: Fault, status: int | None, reached: bool) -> None:
    async with _stage(tmp_path) as stage:
        stage.faults.put(Service.EVENTS, Rule(fault=fault))
        _subscribe(stage)
        stage.publish()
        assert await stage.attempts(1) == [status]
        assert stage.endpoint.idle is not reached


async def test_closes_without_having_been_opened() -> None:
    clock = Clock()
    await Deliverer(
        lab_grid.grid(),
        now=lambda: _now(clock),
        faults=Faults(),
        trust=events.trust(Authority(_now(clock)).certificate_pem),
    ).close()
