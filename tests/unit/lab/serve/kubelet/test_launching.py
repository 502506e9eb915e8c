from typing import Any

import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet import folders
from keyferry.lab.serve.kubelet.launching import AS_PROCESS, Launcher
from keyferry.lab.serve.kubelet.process import Process
from keyferry.lab.serve.kubelet.programs import ConfigError, Placeholder, Program
from tests.fakes.kubelet_node import KubeletNode, kubelet_node


def pod(**annotations: str) -> Object:
    return {"metadata": {"name": "app", "namespace": "default", "uid": "u", "annotations": annotations}, "spec": {}}


async def launch(cluster: KubeletNode, of: Object, **container: Any) -> Program:
    folders.make(cluster.root / "pods" / "u")
    return await Launcher(cluster.kubelet.node, lambda: of, ()).launch({"name": "c", **container}, False)


async def test_a_container_is_a_placeholder_unless_its_pod_asks() -> None:
    async with kubelet_node() as cluster:
        assert isinstance(await launch(cluster, pod(), command=["true"]), Placeholder)
        process = await launch(cluster, pod(**{AS_PROCESS: "true"}), command=["sh", "-c", "exit 4"])
        assert isinstance(process, Process)
        assert await process.wait() == 4


@pytest.mark.parametrize(
    ("container", "why"),
    [
        pytest.param({}, "container c has no command", id="no-command"),
        pytest.param(
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]}, "unsupported fieldPath", id="env"
        ),
    ],
)
async def test_what_cannot_begin_says_why(container: Object, why: str) -> None:
    async with kubelet_node() as cluster:
        with pytest.raises(ConfigError, match=why):
            await launch(cluster, pod(**{AS_PROCESS: "true"}), **container)
