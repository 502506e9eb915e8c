"""The lab's kubelet with a CSI driver that knows nothing of it but the protocols."""

from collections.abc import AsyncIterator

import pytest

from keyferry.lab.serve.kubelet.node import Settings
from tests.fakes.csi_driver import FakeDriver
from tests.fakes.node_cluster import NodeCluster, node_cluster, until

VOLUME = {
    "name": "files",
    "csi": {"driver": "files.csi.example", "readOnly": True, "volumeAttributes": {"color": "green"}},
}


@pytest.fixture
async def cluster() -> AsyncIterator[NodeCluster]:
    async with node_cluster(Settings(republish_seconds=(0.05, 0.1))) as cluster:
        yield cluster


async def test_runs_a_pod_whose_volume_a_registered_driver_publishes(cluster: NodeCluster) -> None:
    await cluster.driver(podInfoOnMount=True)
    async with FakeDriver(cluster.root).listening() as driver:
        await until(lambda: driver.told)
        assert driver.told == [(True, "")]
        node = await cluster.admin.get("/apis/storage.k8s.io/v1/csinodes/node-1")
        assert [(one["name"], one["nodeID"]) for one in node["spec"]["drivers"]] == [(driver.name, "machine-1")]
        pod = await cluster.pod("app", VOLUME)
        running = await cluster.phase("app", "Running")
        assert running["status"]["containerStatuses"][0]["ready"] is True
        uid = pod["metadata"]["uid"]
        (request,) = driver.published
        assert request.target_path == f"{cluster.root}/pods/{uid}/volumes/kubernetes.io~csi/files/mount"
        assert request.readonly
        assert dict(request.volume_context) == {
            "color": "green",
            "csi.storage.k8s.io/pod.name": "app",
            "csi.storage.k8s.io/pod.namespace": "default",
            "csi.storage.k8s.io/pod.uid": uid,
            "csi.storage.k8s.io/serviceAccount.name": "default",
            "csi.storage.k8s.io/ephemeral": "true",
        }
        await cluster.delete("app", 0)
        await until(lambda: driver.unpublished)
        await until(lambda: not (cluster.root / "pods" / uid).exists())
