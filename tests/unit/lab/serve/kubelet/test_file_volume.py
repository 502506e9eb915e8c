from datetime import timedelta

import pytest

from keyferry.lab.kubernetes.kubelet.references import Reference
from keyferry.lab.serve.kubelet.file_volume import TOKEN_SECONDS, FileVolume
from keyferry.lab.serve.kubelet.volumes import VolumeFailed
from tests.fakes.kubelet_node import kubelet_node
from tests.fakes.kubernetes_cluster import SECRETS, secret

SECRET = Reference(kind="secrets", namespace="default", name="db")
VOLUME = {"name": "db", "secret": {"secretName": "db"}}
TOKEN = {"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}


async def test_is_written_once_and_removed() -> None:
    async with kubelet_node() as cluster:
        node = cluster.kubelet.node
        pod = await cluster.pod("app")
        await node.references.hold("test", {SECRET})
        volume = FileVolume(node, pod, VOLUME)
        with pytest.raises(VolumeFailed, match='secret "db" not found'):
            await volume.set_up(pod)
        await cluster.admin.post(SECRETS, secret("db", data={"a": "MQ=="}))
        await node.references.hold("later", {SECRET})
        node.references.release("test")
        await cluster.phase("app", "Running")
        await volume.set_up(pod)
        data = (volume.path / "..data").readlink()
        await volume.set_up(pod)
        assert ((volume.path / "..data").readlink(), (volume.path / "a").read_text()) == (data, "1")
        assert volume.shows(SECRET)
        assert volume.shows(None)
        assert not volume.shows(Reference(kind="configmaps", namespace="default", name="db"))
        assert volume.again_after() is None
        await volume.tear_down()
        assert not volume.path.exists()


async def test_a_token_that_is_due_is_replaced() -> None:
    async with kubelet_node() as cluster:
        pod = await cluster.pod("app")
        volume = FileVolume(cluster.kubelet.node, pod, TOKEN)
        assert volume.again_after() == TOKEN_SECONDS
        await volume.set_up(pod)
        first = (volume.path / "token").read_text()
        cluster.clock.advance(timedelta(minutes=55))
        await volume.set_up(pod)
        assert (volume.path / "token").read_text() != first


async def test_a_token_that_is_refused_fails_the_volume() -> None:
    async with kubelet_node() as cluster:
        pod = await cluster.pod("app")
        gone = {**pod, "metadata": {**pod["metadata"], "name": "gone"}}
        with pytest.raises(VolumeFailed, match="failed to fetch token"):
            await FileVolume(cluster.kubelet.node, gone, TOKEN).set_up(gone)
