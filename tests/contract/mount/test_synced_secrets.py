"""What Secrets made of files promise on the lab's API server, with the rights that deploy/node.yaml gives."""

import asyncio
import base64
from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.wire.objects import Key, OwnerReference
from keyferry.kube.wire.resources import CONFIG_MAPS, EVENTS, PODS, SECRETS
from keyferry.model.errors import GrantError, KeyferryError, SpecError
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.cluster.pod_statuses import PodStatuses
from keyferry.mount.cluster.status_plan import Shown
from keyferry.mount.cluster.synced_secrets import Mounted, SyncedSecrets
from keyferry.mount.state import PodRef
from keyferry.runtime.clock import SystemClock
from keyferry.spec import secret_provider_class
from tests.fakes.node_cluster import NodeCluster
from tests.fakes.patience import patient

CLOCK = SystemClock()
TARGET = "/var/lib/kubelet/pods/u/volumes/kubernetes.io~csi/s/mount"
DB_ENV = {"secretName": "db-env", "type": "Opaque", "data": [{"objectName": "password", "key": "PASSWORD"}]}


class Node:
    """A node's Secrets on a cluster."""

    def __init__(self, cluster: NodeCluster) -> None:
        self.cluster = cluster
        self.events = PodEvents(cluster.node, clock=CLOCK, instance="node-1")
        self.secrets = SyncedSecrets(cluster.node, self.events, CLOCK)
        self.statuses = PodStatuses(cluster.node, "node-1")

    async def pod(self, name: str, owner: str = "") -> PodRef:
        """A pod, owned by a ConfigMap of the name `owner` in the place of a ReplicaSet."""
        owners = []
        if owner:
            meta = (await self.cluster.create(CONFIG_MAPS, {"metadata": {"name": owner}}))["metadata"]
            owners = [{"apiVersion": "v1", "kind": "ConfigMap", "name": owner, "uid": meta["uid"]}]
        spec = {"containers": [{"name": "shop", "image": "shop"}]}
        document = {"metadata": {"name": name, "ownerReferences": owners}, "spec": spec}
        uid = (await self.cluster.create(PODS, document))["metadata"]["uid"]
        return PodRef(namespace="app", name=name, uid=uid)

    async def sync(self, pod: PodRef, text: str, *, age: float = 0, **changes: Any) -> tuple[KeyferryError, ...]:
        spec = {"provider": "azure", "parameters": {"keyvaultName": "kv"}, "secretObjects": [{**DB_ENV, **changes}]}
        meta = {"name": "db", "namespace": "app"}
        head = {"apiVersion": "secrets-store.csi.x-k8s.io/v1", "kind": "SecretProviderClass", "metadata": meta}
        status: OwnerReference = await self.statuses.tell(pod, Shown(class_name="db", target_path=TARGET, versions=()))
        as_of = CLOCK.now() - timedelta(seconds=age)
        mounted = Mounted(pod=pod, files={"password": SecretValue(text.encode())}, status=status, as_of=as_of)
        return await self.secrets.sync(secret_provider_class.parse({**head, "spec": spec}), mounted)

    async def secret(self) -> dict[str, Any]:
        return await self.cluster.read(SECRETS, "db-env")

    async def password(self) -> str:
        return base64.b64decode((await self.secret())["data"]["PASSWORD"]).decode()

    async def told(self) -> list[tuple[str, str, str]]:
        await self.events.flush()
        found = await self.cluster.all_of(EVENTS)
        ours = [event for event in found if event["source"].get("component", "").startswith("csi-secrets-store")]
        return [(event["source"]["component"], event["reason"], event["involvedObject"]["name"]) for event in ours]


@pytest.fixture
def node(cluster: NodeCluster) -> Node:
    return Node(cluster)


async def test_a_rotation_is_one_write_that_keeps_owners_and_labels(node: Node) -> None:
    shop = await node.pod("shop", "rs-1")
    assert await node.sync(shop, "first", labels={"environment": "test"}) == ()
    before = await node.secret()
    assert await node.sync(shop, "second", labels={"environment": "test"}) == ()
    after = await node.secret()
    assert await node.password() == "second"
    for part in ("ownerReferences", "labels", "uid", "creationTimestamp"):
        assert after["metadata"][part] == before["metadata"][part]
    assert after["metadata"]["labels"] == {"environment": "test", "secrets-store.csi.k8s.io/managed": "true"}
    assert await node.told() == [("csi-secrets-store-rotation", "SecretRotationComplete", "shop")]


async def test_pods_of_two_owners_on_two_nodes_share_a_secret(node: Node) -> None:
    other = Node(node.cluster)
    pods = await node.pod("a", "rs-1"), await node.pod("b", "rs-2")
    outcomes = await asyncio.gather(node.sync(pods[0], "first"), other.sync(pods[1], "first"))
    assert list(outcomes) == [(), ()]
    assert {owner["name"] for owner in (await node.secret())["metadata"]["ownerReferences"]} == {"rs-1", "rs-2"}


async def test_it_goes_with_the_last_of_its_owners(node: Node) -> None:
    for name, owner in (("a", "rs-1"), ("b", "rs-2")):
        await node.sync(await node.pod(name, owner), "first")
    await node.cluster.admin.delete(CONFIG_MAPS, Key(namespace="app", name="rs-1"))
    assert await node.password() == "first"
    await node.cluster.admin.delete(CONFIG_MAPS, Key(namespace="app", name="rs-2"))
    async with patient():
        while await node.cluster.all_of(SECRETS):
            pass


async def test_of_a_pod_by_itself_its_status_owns_the_secret(node: Node) -> None:
    await node.sync(await node.pod("shop"), "first")
    (owner,) = (await node.secret())["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("SecretProviderClassPodStatus", "shop-app-db")


async def test_a_node_that_read_earlier_does_not_take_the_new_value_away(node: Node) -> None:
    shop = await node.pod("shop")
    await node.sync(shop, "new")
    await Node(node.cluster).sync(shop, "old", age=60)
    assert await node.password() == "new"


async def test_other_peoples_secrets_are_left_alone(node: Node) -> None:
    await node.cluster.create(SECRETS, {"metadata": {"name": "db-env"}, "data": {"PASSWORD": "bWluZQ=="}})
    failures = await node.sync(await node.pod("shop"), "first")
    assert [type(each) for each in failures] == [GrantError]
    assert await node.password() == "mine"
    assert await node.told() == [("csi-secrets-store-controller", "FailedToCreateSecret", "shop")]


async def test_another_type_is_refused_before_the_server_does(node: Node) -> None:
    shop = await node.pod("shop")
    await node.sync(shop, "first")
    failures = await node.sync(shop, "first", type="example.org/token")
    assert [type(each) for each in failures] == [SpecError]
    assert (await node.secret())["type"] == "Opaque"


async def test_without_the_optional_right_it_is_told_what_to_grant(node: Node) -> None:
    await node.cluster.without_secrets()
    (failure,) = await node.sync(await node.pod("shop"), "first")
    assert isinstance(failure, GrantError)
    assert 'grant verb "get" on resource "pods"' in str(failure)
    assert await node.told() == [("csi-secrets-store-controller", "FailedToCreateSecret", "shop")]
