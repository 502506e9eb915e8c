"""What pods' statuses promise on the lab's API server, with the rights that deploy/node.yaml gives."""

import asyncio

import msgspec
import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS, SECRETS
from keyferry.model.errors import GrantError, NotFound
from keyferry.mount.cluster.kinds import POD_STATUSES
from keyferry.mount.cluster.pod_statuses import PodStatuses
from keyferry.mount.cluster.status_plan import Shown
from keyferry.mount.state import ObjectVersion, PodRef
from tests.fakes.node_cluster import NodeCluster

TARGET = "/var/lib/kubelet/pods/u/volumes/kubernetes.io~csi/s/mount"


async def pod(cluster: NodeCluster, name: str = "shop-0") -> PodRef:
    spec = {"containers": [{"name": "shop", "image": "shop"}]}
    stored = await cluster.create(PODS, {"metadata": {"name": name}, "spec": spec})
    return PodRef(namespace="app", name=name, uid=stored["metadata"]["uid"])


async def tell(statuses: PodStatuses, pod: PodRef, *versions: str) -> str:
    told = tuple(ObjectVersion(id=f"secret/s{index}", version=version) for index, version in enumerate(versions))
    return (await statuses.tell(pod, Shown(class_name="db", target_path=TARGET, versions=told))).uid


async def test_a_status_is_stored_as_upstream_stores_it(cluster: NodeCluster) -> None:
    shop = await pod(cluster)
    uid = await tell(PodStatuses(cluster.node, "node-1"), shop, "1", "2")
    stored = await cluster.read(POD_STATUSES, "shop-0-app-db")
    assert stored["metadata"]["uid"] == uid
    assert stored["metadata"]["labels"] == {"internal.secrets-store.csi.k8s.io/node-name": "node-1"}
    assert stored["metadata"]["ownerReferences"] == [
        {"apiVersion": "v1", "kind": "Pod", "name": "shop-0", "uid": shop.uid}
    ]
    assert stored["status"] == {
        "podName": "shop-0",
        "secretProviderClassName": "db",
        "mounted": True,
        "targetPath": TARGET,
        "objects": [{"id": "secret/s0", "version": "1"}, {"id": "secret/s1", "version": "2"}],
    }


async def test_a_new_version_replaces_the_list_and_leaves_the_rest(cluster: NodeCluster) -> None:
    shop, statuses = await pod(cluster), PodStatuses(cluster.node, "node-1")
    uid = await tell(statuses, shop, "1", "2")
    patch = b'{"metadata":{"labels":{"team":"a"}}}'
    await cluster.admin.merge_patch(POD_STATUSES, Key(namespace="app", name="shop-0-app-db"), patch)
    assert await tell(statuses, shop, "3") == uid
    stored = await cluster.read(POD_STATUSES, "shop-0-app-db")
    assert stored["status"]["objects"] == [{"id": "secret/s0", "version": "3"}]
    assert stored["metadata"]["labels"]["team"] == "a"


async def test_what_is_watched_is_not_written_again(cluster: NodeCluster) -> None:
    shop, statuses = await pod(cluster), PodStatuses(cluster.node, "node-1")
    await tell(statuses, shop, "1")
    before = await cluster.read(POD_STATUSES, "shop-0-app-db")
    task = asyncio.create_task(statuses.run())
    for _ in range(3):
        await tell(statuses, shop, "1")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await cluster.read(POD_STATUSES, "shop-0-app-db") == before


async def test_a_pod_that_comes_back_on_another_node_takes_its_status_along(cluster: NodeCluster) -> None:
    await tell(PodStatuses(cluster.node, "node-0"), PodRef(namespace="app", name="shop-0", uid="before"), "1")
    shop = await pod(cluster)
    await tell(PodStatuses(cluster.node, "node-1"), shop, "1")
    stored = await cluster.read(POD_STATUSES, "shop-0-app-db")
    assert stored["metadata"]["labels"] == {"internal.secrets-store.csi.k8s.io/node-name": "node-1"}
    assert [owner["uid"] for owner in stored["metadata"]["ownerReferences"]] == [shop.uid]


async def test_a_namespace_that_is_gone_is_said(cluster: NodeCluster) -> None:
    with pytest.raises(NotFound):
        await tell(PodStatuses(cluster.node, "node-1"), PodRef(namespace="gone", name="a", uid="u"), "1")


async def test_the_account_may_do_that_and_no_more(cluster: NodeCluster) -> None:
    await cluster.without_secrets()
    key = Key(namespace="app", name="shop-0-app-db")
    with pytest.raises(GrantError):
        await cluster.node.delete(POD_STATUSES, key)
    with pytest.raises(GrantError):
        await cluster.node.get(SECRETS, key, msgspec.json.decode)
