"""A node of its own: what it registers, and how it answers for its pods."""

import pytest

from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.world.http import Response
from tests.fakes.kubelet_node import kubelet_node


async def test_the_node_registers() -> None:
    async with kubelet_node() as cluster:
        node = await cluster.admin.get("/api/v1/nodes/node-1")
        assert {one["type"]: one["status"] for one in node["status"]["conditions"]}["Ready"] == "True"
        found = await cluster.admin.get("/apis/storage.k8s.io/v1/csinodes/node-1")
        assert found["metadata"]["ownerReferences"][0]["uid"] == node["metadata"]["uid"]
        assert {path.name for path in cluster.root.iterdir()} == {"plugins", "plugins_registry", "pods"}


async def test_logs_are_those_of_its_containers() -> None:
    async with kubelet_node() as cluster:
        pod = await cluster.pod("app", {"name": "none", "secret": {"secretName": "none"}})
        await cluster.event("FailedMount")
        uid = str(pod["metadata"]["uid"])
        query = LogQuery(namespace="default", pod="app", uid=uid, node="node-1", container="app")
        with pytest.raises(StatusError, match='container "app" in pod "app" is waiting to start: ContainerCreating'):
            cluster.kubelet.log(query)
        answer = cluster.kubelet.log(LogQuery(namespace="default", pod="p", uid="x", node="node-1", container="c"))
        assert isinstance(answer, Response)
        assert answer.body == b""


async def test_what_a_killed_lab_left_is_cleared() -> None:
    async with kubelet_node() as cluster:
        await cluster.kubelet.close()
        (cluster.root / "pods" / "old").mkdir(parents=True)
        cluster.api.store.remove(("", "nodes"), ("", "node-1"))
        cluster.api.store.remove(("storage.k8s.io", "csinodes"), ("", "node-1"))
        await cluster.kubelet.open()
        assert list((cluster.root / "pods").iterdir()) == []
