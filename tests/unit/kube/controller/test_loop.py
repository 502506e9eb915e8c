import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.loop import Again, Controller, Done, Limits, Result
from keyferry.kube.controller.queue import REFRESH
from keyferry.kube.turns import AWAITED
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound, Throttled
from tests.fakes import virtual_time

A = Key(namespace="n", name="a")
B = Key(namespace="n", name="b")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class Recorded:
    """A reconcile that answers as told, and notes when it was called."""

    def __init__(self, *outcomes: Result | Exception) -> None:
        self.outcomes = list(outcomes)
        self.calls: list[tuple[float, str]] = []
        self.called = asyncio.Event()

    async def __call__(self, key: Key) -> Result:
        self.calls.append((asyncio.get_running_loop().time() - 1000.0, key.name))
        outcome = self.outcomes.pop(0) if self.outcomes else Done()
        if not self.outcomes:
            self.called.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@asynccontextmanager
async def running(
    reconcile: Callable[[Key], Awaitable[Result]],
    limits: Limits | None = None,
) -> AsyncIterator[Controller]:
    backoff: Backoff[Key] = Backoff(first=seconds(1), longest=seconds(60))
    controller = Controller("test", reconcile, limits=limits, backoff=backoff, jitter=lambda: 0.0)
    task = asyncio.create_task(controller.run())
    try:
        yield controller
    finally:
        controller.stop()
        await task


@pytest.mark.parametrize(
    ("outcomes", "instants"),
    [
        pytest.param([Done()], [0], id="done-is-done"),
        pytest.param([Again(seconds(3600)), Done()], [0, 3600], id="again-after"),
        pytest.param([NotFound(what="x"), NotFound(what="x"), Done()], [0, 1, 3], id="backs-off"),
        pytest.param(
            [NotFound(what="x"), Again(seconds(1)), NotFound(what="x"), Done()],
            [0, 1, 2, 3],
            id="success-starts-over",
        ),
        pytest.param(
            [Throttled(what="x", retry_after=seconds(30)), Done()], [0, 30], id="waits-as-long-as-the-service-says"
        ),
        pytest.param([Throttled(what="x", retry_after=None), Done()], [0, 1], id="throttled-without-a-time"),
        pytest.param([ValueError("hunter2"), Done()], [0, 1], id="a-crash-is-tried-again"),
    ],
)
def test_when_a_key_is_reconciled(outcomes: list[Result | Exception], instants: list[float]) -> None:
    async def main() -> list[tuple[float, str]]:
        reconcile = Recorded(*outcomes)
        async with running(reconcile) as controller:
            controller.enqueue(A)
            await reconcile.called.wait()
        return reconcile.calls

    with capture_logs():
        assert virtual_time.run(main()) == [(instant, "a") for instant in instants]


def test_logs_say_what_failed_and_never_quote_an_unknown_error() -> None:
    async def main() -> None:
        reconcile = Recorded(ValueError("hunter2"), NotFound(what="no store", remedy="create it"), Done())
        async with running(reconcile) as controller:
            controller.enqueue(A)
            await reconcile.called.wait()

    with capture_logs() as logs:
        virtual_time.run(main())
    assert [entry["event"] for entry in logs] == ["reconcile.crashed", "reconcile.failed"]
    assert logs[0]["error"] == "ValueError"
    assert "test_loop.py:" in logs[0]["at"]
    assert "create it" in logs[1]["reason"]
    assert "hunter2" not in str(logs)


def test_one_key_is_never_reconciled_twice_at_once_and_no_change_is_lost() -> None:
    async def main() -> tuple[int, int]:
        busy, most, rounds = 0, 0, 0
        finished = asyncio.Event()

        async def reconcile(key: Key) -> Result:
            nonlocal busy, most, rounds
            busy, rounds = busy + 1, rounds + 1
            most = max(most, busy)
            if rounds == 1:
                controller.enqueue(A)
            await asyncio.sleep(1)
            busy -= 1
            if rounds == 2:
                finished.set()
            return Done()

        async with running(reconcile) as controller:
            for _ in range(5):
                controller.enqueue(A)
            await finished.wait()
        return most, rounds

    assert virtual_time.run(main()) == (1, 2)


def test_different_keys_are_reconciled_side_by_side_up_to_the_number_of_workers() -> None:
    async def main() -> float:
        done = 0
        finished = asyncio.Event()

        async def reconcile(key: Key) -> Result:
            nonlocal done
            await asyncio.sleep(1)
            done += 1
            if done == 10:
                finished.set()
            return Done()

        async with running(reconcile, Limits(workers=5)) as controller:
            for number in range(10):
                controller.enqueue(Key(namespace="n", name=str(number)))
            await finished.wait()
            return asyncio.get_running_loop().time()

    assert virtual_time.run(main()) == 1002.0


def test_new_objects_overtake_refreshes() -> None:
    async def main() -> list[str]:
        reconcile = Recorded(Done(), Done(), Done())
        async with running(reconcile, Limits(workers=1)) as controller:
            controller.enqueue(Key(name="refresh"), priority=REFRESH)
            controller.enqueue(A)
            controller.enqueue(B)
            await reconcile.called.wait()
        return [name for _, name in reconcile.calls]

    assert virtual_time.run(main()) == ["a", "b", "refresh"]


def test_a_reconcile_knows_whether_somebody_waits_for_it() -> None:
    async def story() -> None:
        seen: list[tuple[str, bool]] = []

        async def reconcile(key: Key) -> Result:
            seen.append((key.name, AWAITED.get()))
            return Again(seconds(60)) if len(seen) < 3 else Done()

        async with running(reconcile, Limits(workers=1)) as controller:
            controller.enqueue(A)
            controller.enqueue(B, priority=REFRESH)
            await asyncio.sleep(100)
        assert seen == [("a", True), ("b", False), ("a", False), ("b", False)]

    virtual_time.run(story())


def test_work_without_a_wait_leaves_the_loop_to_others() -> None:
    async def story() -> None:
        done: list[str] = []

        async def reconcile(key: Key) -> Result:
            done.append(key.name)
            return Done()

        async with running(reconcile, Limits(workers=10)) as controller:
            for number in range(1_000):
                controller.enqueue(Key(namespace="n", name=str(number)), priority=REFRESH)
            for _ in range(20):
                await asyncio.sleep(0)
            controller.enqueue(A)
            so_far = len(done)
            assert so_far < 100
            for _ in range(20):
                await asyncio.sleep(0)
            assert done.index("a") - so_far < 20

    virtual_time.run(story())


def test_a_reconcile_that_hangs_is_ended_and_tried_again() -> None:
    async def main() -> list[float]:
        instants: list[float] = []
        twice = asyncio.Event()

        async def reconcile(key: Key) -> Result:
            instants.append(asyncio.get_running_loop().time())
            if len(instants) == 2:
                twice.set()
                return Done()
            await asyncio.Event().wait()
            return Done()

        async with running(reconcile, Limits(one_reconcile=seconds(20))) as controller:
            controller.enqueue(A)
            await twice.wait()
        return instants

    with capture_logs() as logs:
        assert virtual_time.run(main()) == [1000.0, 1021.0]
    assert logs[0]["error"] == "TimeoutError"


@pytest.mark.parametrize(
    ("needs", "finished", "took"),
    [pytest.param(3, True, 3, id="within-the-bound"), pytest.param(60, False, 4, id="cancelled-after-it")],
)
def test_stopping_lets_reconciles_finish_within_a_bound(needs: int, finished: bool, took: int) -> None:
    async def main() -> tuple[list[str], float]:
        ended: list[str] = []
        started = asyncio.Event()

        async def reconcile(key: Key) -> Result:
            started.set()
            await asyncio.sleep(needs)
            ended.append(key.name)
            return Again(seconds(1))

        loop = asyncio.get_running_loop()
        async with running(reconcile, Limits(workers=1, stop_within=seconds(4))) as controller:
            controller.enqueue(A)
            controller.enqueue(B)
            await started.wait()
        return ended, loop.time() - 1000.0

    assert virtual_time.run(main()) == (["a"] if finished else [], took)


def test_a_bug_in_the_loop_itself_ends_the_run() -> None:
    def broken() -> float:
        raise ZeroDivisionError

    async def main() -> None:
        controller = Controller("test", Recorded(NotFound(what="x")), jitter=broken)
        controller.enqueue(A)
        await controller.run()

    with capture_logs(), pytest.raises(ZeroDivisionError):
        virtual_time.run(main())


def test_cancelling_run_cancels_what_is_under_way() -> None:
    async def main() -> list[str]:
        ended: list[str] = []
        started = asyncio.Event()

        async def reconcile(key: Key) -> Result:
            started.set()
            try:
                await asyncio.sleep(100)
            finally:
                ended.append(key.name)
            return Done()

        controller = Controller("test", reconcile)
        task = asyncio.create_task(controller.run())
        controller.enqueue(A)
        await started.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        controller.enqueue(B)
        return ended

    assert virtual_time.run(main()) == ["a"]


def test_ten_thousand_delayed_keys_are_one_timer_and_no_task() -> None:
    async def main() -> tuple[int, int]:
        async with running(Recorded(), Limits(workers=2)) as controller:
            await asyncio.sleep(1)
            before = len(asyncio.all_tasks())
            for number in range(10_000):
                controller.enqueue(Key(name=str(number)), after=seconds(60 + number))
            loop = asyncio.get_running_loop()
            timers = len(loop._scheduled)  # type: ignore[attr-defined]  # asyncio's timer heap
            return len(asyncio.all_tasks()) - before, timers

    assert virtual_time.run(main()) == (0, 1)


def test_errors_of_ours_have_one_policy_for_their_type() -> None:
    class Odd(KeyferryError):
        """A kind of error that did not exist when the loop was written."""

    async def main() -> list[tuple[float, str]]:
        reconcile = Recorded(Odd(what="x"), Done())
        async with running(reconcile) as controller:
            controller.enqueue(A)
            await reconcile.called.wait()
        return reconcile.calls

    with capture_logs():
        assert virtual_time.run(main()) == [(0, "a"), (1, "a")]


def test_what_fails_again_and_again_does_not_go_before_what_works() -> None:
    """One worker: a failed key and a refresh become ready while it is busy; the refresh was there first."""

    async def scenario() -> list[str]:
        order: list[str] = []

        async def reconcile(key: Key) -> Result:
            order.append(key.name)
            if key.name == "busy":
                await asyncio.sleep(10)
            if key == B and order.count("b") == 1:
                raise NotFound(what="no")
            return Done()

        async with running(reconcile, Limits(workers=1)) as controller:
            controller.enqueue(B)
            controller.enqueue(A, after=seconds(0.5), priority=REFRESH)
            await asyncio.sleep(0.1)
            controller.enqueue(Key(namespace="n", name="busy"))
            await asyncio.sleep(20)
        return order

    assert virtual_time.run(scenario()) == ["b", "busy", "a", "b"]
