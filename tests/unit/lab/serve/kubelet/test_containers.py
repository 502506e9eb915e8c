"""The order in which a pod's containers begin and end."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.containers import Containers
from keyferry.lab.serve.kubelet.programs import ConfigError, Placeholder, Program
from tests.fakes.kubelet_node import until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Failing:
    """Ends at once, badly."""

    async def wait(self) -> int:
        return 1

    async def stop(self, grace_seconds: float) -> None:
        return None


class Stage:
    """Containers of placeholders; those named in `failing` fail, those in `stuck` cannot begin."""

    def __init__(self, failing: tuple[str, ...] = (), stuck: tuple[str, ...] = (), **spec: Any) -> None:
        self._stuck = stuck
        self.begun: list[str] = []
        self._failing = failing
        mains = [{"name": "app", "image": "i"}]
        self.containers = Containers(
            {"spec": {"containers": mains, **spec}},
            launch=self._launch,
            report=self._report,
            changed=lambda: None,
            now=lambda: NOW,
        )

    async def _launch(self, container: Object, is_init: bool) -> Program:
        self.begun.append(container["name"])
        if container["name"] in self._stuck:
            raise ConfigError("no key")
        return Failing() if container["name"] in self._failing else Placeholder(is_init=is_init)

    async def _report(self, _reason: str, _message: str) -> None:
        return None


async def test_those_that_prepare_come_first_and_a_sidecar_stays() -> None:
    inits = [{"name": "one"}, {"name": "side", "restartPolicy": "Always"}, {"name": "two"}]
    stage = Stage(initContainers=inits)
    assert stage.containers.views()[1][0].state == {"waiting": {"reason": "PodInitializing"}}
    running = asyncio.create_task(stage.containers.run())
    await until(lambda: stage.begun == ["one", "side", "two", "app"])
    await until(lambda: stage.containers.views()[1][0].is_running)
    assert [one.exit_code for one in stage.containers.views()[0]] == [0, None, 0]
    assert stage.containers.sidecars == {"side"}
    await stage.containers.stop(30)
    await running
    assert stage.containers.views()[1][0].exit_code == 0


async def test_nothing_begins_after_a_preparation_that_failed_for_good() -> None:
    stage = Stage(failing=("one",), restartPolicy="Never", initContainers=[{"name": "one"}, {"name": "two"}])
    await stage.containers.run()
    assert stage.begun == ["one"]


async def test_nothing_begins_once_they_are_stopped() -> None:
    stage = Stage(initContainers=[{"name": "one"}])
    await stage.containers.stop(0)
    stage.containers.poke()
    await stage.containers.run()
    assert stage.begun == []


async def test_a_sidecar_that_cannot_begin_holds_nobody_up_at_the_end() -> None:
    stage = Stage(stuck=("side",), initContainers=[{"name": "side", "restartPolicy": "Always"}])
    running = asyncio.create_task(stage.containers.run())
    await until(lambda: stage.begun)
    await stage.containers.stop(0)
    await running
    assert set(stage.begun) == {"side"}
