"""The operator process whole: delivery and restarts under one leadership."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
import yaml

from keyferry.cli import operator_run
from keyferry.cli.operator_settings import OperatorSettings
from keyferry.kube.wire.resources import Resource
from keyferry.restart.kinds import WORKLOADS
from keyferry.restart.settings import Settings as RestartSettings
from keyferry.sync import kinds
from keyferry.sync.settings import Settings as DeliverySettings
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld
from tests.fakes.patience import patient

OURS = [each for each in vars(kinds).values() if isinstance(each, Resource)]


@pytest.mark.parametrize(
    ("budget", "watched"), [pytest.param(2, True, id="with-restarts"), pytest.param(0, False, id="without")]
)
async def test_restarts_run_beside_the_delivery(tmp_path: Path, budget: int, watched: bool) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    async with FakeKubeApi(KubeWorld((*OURS, *WORKLOADS))) as api:
        cluster = {"server": f"http://127.0.0.1:{api.port}"}
        named = {"clusters": [{"name": "c", "cluster": cluster}], "users": [{"name": "c", "user": {}}]}
        contexts = {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}]}
        kubeconfig.write_text(yaml.safe_dump(named | contexts))
        settings = OperatorSettings(
            delivery=DeliverySettings(kubeconfig=kubeconfig, health_address="127.0.0.1:0"),
            restarts=RestartSettings(budget=budget),
        )
        process = asyncio.create_task(operator_run.run(settings))
        await api.until(lambda: "watch" in api.verbs("deployments") or not watched)
        await api.until(lambda: "watch" in api.verbs("externalsecrets"))
        os.kill(os.getpid(), signal.SIGTERM)
        async with patient():
            await process
    assert ("watch" in api.verbs("deployments")) is watched
