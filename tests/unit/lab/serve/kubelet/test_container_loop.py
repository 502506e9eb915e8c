"""One container, its states and its restarts."""

import asyncio
from datetime import UTC, datetime

import pytest

from keyferry.lab.serve.kubelet.container_loop import ContainerLoop
from keyferry.lab.serve.kubelet.programs import ConfigError, Program
from tests.fakes.kubelet_node import until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeProgram:
    """Ends with a code when told to."""

    def __init__(self) -> None:
        self._code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(self, code: int) -> None:
        self._code.set_result(code)

    async def wait(self) -> int:
        return await self._code

    async def stop(self, grace_seconds: float) -> None:
        self.end(143)


class Stage:
    """A container loop whose programs are at hand."""

    def __init__(self, policy: str, problems: int = 0, *, is_stopped_early: bool = False) -> None:
        self._is_stopped_early = is_stopped_early
        self.programs: list[FakeProgram] = []
        self.told: list[tuple[str, str]] = []
        self._problems = problems
        self.loop = ContainerLoop(
            {"name": "app", "image": "i"},
            policy,
            launch=self._launch,
            report=self._report,
            changed=lambda: None,
            now=lambda: NOW,
        )

    async def _launch(self) -> Program:
        if self._problems:
            self._problems -= 1
            raise ConfigError('secret "db" not found')
        if self._is_stopped_early:
            await self.loop.stop(30)
        self.programs.append(FakeProgram())
        return self.programs[-1]

    async def _report(self, reason: str, message: str) -> None:
        self.told.append((reason, message))


@pytest.mark.parametrize(("policy", "code"), [("Never", 3), ("Never", 0), ("OnFailure", 0)])
async def test_it_ends_where_the_policy_says_so(policy: str, code: int) -> None:
    stage = Stage(policy)
    running = asyncio.create_task(stage.loop.run())
    await until(lambda: stage.programs)
    stage.programs[0].end(code)
    assert await running == code
    assert stage.loop.view().exit_code == code
    assert [reason for reason, _ in stage.told] == ["Created", "Started"]


@pytest.mark.parametrize(("policy", "code"), [("Always", 0), ("OnFailure", 3)])
async def test_it_begins_again_and_then_waits(policy: str, code: int) -> None:
    stage = Stage(policy)
    running = asyncio.create_task(stage.loop.run())
    for number in range(2):
        await until(lambda number=number: len(stage.programs) > number)
        stage.programs[number].end(code)
    await until(lambda: "waiting" in stage.loop.view().state)
    view = stage.loop.view()
    assert (view.state["waiting"]["reason"], view.restarts) == ("CrashLoopBackOff", 1)
    assert view.last["terminated"]["exitCode"] == code
    assert stage.told[-1] == ("BackOff", "Back-off restarting failed container app")
    await stage.loop.stop(0)
    assert await running == 0


async def test_it_waits_for_its_configuration() -> None:
    stage = Stage("Always", problems=1)
    running = asyncio.create_task(stage.loop.run())
    await until(lambda: stage.told)
    waiting = stage.loop.view().state["waiting"]
    assert waiting == {"reason": "CreateContainerConfigError", "message": 'secret "db" not found'}
    stage.loop.poke()
    await until(lambda: stage.programs)
    await stage.loop.stop(30)
    assert await running == 143
    assert stage.told[-1] == ("Killing", "Stopping container app")


def test_it_says_what_holds_it() -> None:
    stage = Stage("Always")
    stage.loop.hold("PodInitializing")
    assert stage.loop.view().state == {"waiting": {"reason": "PodInitializing"}}


async def test_what_begins_while_it_is_stopped_is_stopped_too() -> None:
    assert await Stage("Always", is_stopped_early=True).loop.run() == 143
