"""What a person sees of the lab's nodes with the real kubectl."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options
from tests.fakes import programs
from tests.fakes.running_lab import seed, short_folder

POD = """
apiVersion: v1
kind: Pod
metadata: {name: clock, annotations: {keyferry.io/lab-process: "true"}}
spec:
  containers:
    - name: app
      image: app
      command: [sh, -c, 'echo hello from $(WHO); trap "echo bye; exit 0" TERM; while true; do sleep 0.05; done']
      env: [{name: WHO, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
"""


class Kubectl:
    """The real program, as the administrator of a lab."""

    def __init__(self, lab: Lab) -> None:
        found = shutil.which("kubectl") or str(Path(sys.executable).with_name("kubectl"))
        self._program = found
        self._environment = {**os.environ, **lab.environment}

    async def __call__(self, *words: str, text: str = "") -> str:
        ended = await programs.run(self._program, *words, given=text.encode(), environment=self._environment)
        return ended.out + ended.err


@pytest.fixture
async def kubectl() -> AsyncIterator[Kubectl]:
    with short_folder() as folder:
        async with Lab(seed(), folder / "lab", Options(nodes=1)) as lab:
            yield Kubectl(lab)


async def test_a_pod_runs_prints_and_goes(kubectl: Kubectl) -> None:
    assert "node-1   Ready" in await kubectl("get", "nodes")
    await kubectl("apply", "-f", "-", text=POD)
    assert "condition met" in await kubectl("wait", "--for=condition=Ready", "pod/clock", "--timeout=90s")
    assert "1/1     Running" in await kubectl("get", "pods")
    following = asyncio.create_task(kubectl("logs", "-f", "clock"))
    described = await kubectl("describe", "pod", "clock")
    assert "Started container app" in described
    assert "Node:             node-1/" in described
    await kubectl("delete", "pod", "clock", "--timeout=90s")
    printed = await following
    assert (printed.partition("\n")[0], printed[-4:]) == ("hello from clock", "bye\n")
    assert "No resources found" in await kubectl("get", "pods")


async def test_a_placeholder_prints_nothing(kubectl: Kubectl) -> None:
    await kubectl("run", "idle", "--image=idle")
    await kubectl("wait", "--for=condition=Ready", "pod/idle", "--timeout=90s")
    assert await kubectl("logs", "idle") == ""
