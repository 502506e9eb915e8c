"""The lab's kubelet with a CSI driver that knows nothing of it but the protocols."""

import base64
import ctypes
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.node import Settings
from keyferry.lab.serve.kubelet.protobuf import csi_pb2
from tests.fakes.csi_driver import FakeDriver
from tests.fakes.kubelet_node import KubeletNode, kubelet_node, until

TOKENS = "csi.storage.k8s.io/serviceAccount.tokens"
NODE = "/apis/storage.k8s.io/v1/csinodes/node-1"


@pytest.fixture
async def cluster() -> AsyncIterator[KubeletNode]:
    async with kubelet_node(Settings(republish_seconds=(0.05, 0.1))) as cluster:
        yield cluster


@pytest.fixture
async def driver(cluster: KubeletNode) -> AsyncIterator[FakeDriver]:
    async with FakeDriver(cluster.root).listening() as driver:
        await until(lambda: driver.told)
        yield driver


def volume(**changes: Any) -> Object:
    attributes = {"color": "green", "csi.storage.k8s.io/pod.name": "somebody-else"}
    source = {"driver": "files.csi.example", "readOnly": True, "volumeAttributes": attributes, **changes}
    return {"name": "files", "csi": source}


def target(cluster: KubeletNode, pod: Object) -> Path:
    uid = str(pod["metadata"]["uid"])
    return cluster.root / "pods" / uid / "volumes" / "kubernetes.io~csi" / "files" / "mount"


async def drivers(cluster: KubeletNode) -> list[tuple[str, str]]:
    node = await cluster.admin.get(NODE)
    return [(one["name"], one["nodeID"]) for one in node["spec"].get("drivers") or ()]


async def test_runs_a_pod_whose_volume_a_registered_driver_publishes(cluster: KubeletNode, driver: FakeDriver) -> None:
    await cluster.driver(podInfoOnMount=True)
    assert driver.told == [(True, "")]
    assert await drivers(cluster) == [(driver.name, "machine-1")]
    pod = await cluster.pod("app", volume())
    running = await cluster.phase("app", "Running")
    assert running["status"]["containerStatuses"][0]["ready"] is True
    assert running["status"]["podIP"].startswith("10.244.")
    (request,) = driver.published
    assert request.target_path == str(target(cluster, pod))
    assert request.readonly
    assert request.volume_capability.mount.fs_type == ""
    assert request.volume_capability.access_mode.mode == csi_pb2.VolumeCapability.AccessMode.SINGLE_NODE_WRITER
    assert dict(request.secrets) == {}
    assert dict(request.volume_context) == {
        "color": "green",
        "csi.storage.k8s.io/pod.name": "app",
        "csi.storage.k8s.io/pod.namespace": "default",
        "csi.storage.k8s.io/pod.uid": pod["metadata"]["uid"],
        "csi.storage.k8s.io/serviceAccount.name": "default",
        "csi.storage.k8s.io/ephemeral": "true",
    }
    assert len(cluster.kubelet.counters.publishes) == 1
    await cluster.delete("app")
    (gone,) = driver.unpublished
    assert (gone.volume_id, gone.target_path) == (request.volume_id, request.target_path)
    assert not target(cluster, pod).parents[3].exists()


async def test_sends_nothing_of_the_pod_where_the_driver_does_not_ask(cluster: KubeletNode, driver: FakeDriver) -> None:
    await cluster.driver()
    await cluster.pod("app", volume())
    await cluster.phase("app", "Running")
    assert dict(driver.published[0].volume_context) == {
        "color": "green",
        "csi.storage.k8s.io/pod.name": "somebody-else",
    }


@pytest.mark.parametrize("in_secrets", [True, False], ids=["in-secrets", "in-the-context"])
async def test_brings_the_tokens_that_a_driver_wants(
    cluster: KubeletNode, driver: FakeDriver, in_secrets: bool
) -> None:
    wishes = [{"audience": "api://one", "expirationSeconds": 600}, {"audience": ""}]
    await cluster.driver(tokenRequests=wishes, serviceAccountTokenInSecrets=in_secrets)
    await cluster.pod("app", volume())
    await cluster.phase("app", "Running")
    assert (TOKENS in driver.published[0].secrets, TOKENS in driver.published[0].volume_context) == (
        in_secrets,
        not in_secrets,
    )
    tokens = driver.tokens()
    assert set(tokens) == {"api://one", ""}
    assert set(tokens["api://one"]) == {"token", "expirationTimestamp"}


async def test_sends_the_secret_that_the_pod_names(cluster: KubeletNode, driver: FakeDriver) -> None:
    await cluster.driver()
    await cluster.pod("app", volume(nodePublishSecretRef={"name": "login"}))
    event = await cluster.event("FailedMount")
    assert event["message"] == (
        'MountVolume.SetUp failed for volume "files" : '
        'fetching NodePublishSecretRef default/login failed: secrets "login" not found'
    )
    data = {"user": base64.b64encode(b"me").decode()}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "data": data}
    await cluster.admin.post("/api/v1/namespaces/default/secrets", secret)
    await cluster.phase("app", "Running")
    assert dict(driver.published[0].secrets) == {"user": "me"}


async def test_calls_again_and_again_where_the_driver_wants_that(cluster: KubeletNode, driver: FakeDriver) -> None:
    await cluster.driver(requiresRepublish=True)
    pod = await cluster.pod("app", volume())
    await until(lambda: len(driver.published) >= 3)
    driver.refusals = [(grpc.StatusCode.INTERNAL, "not now")]
    await cluster.event("FailedMount", "rpc error: code = Internal desc = not now")
    assert (target(cluster, pod) / "file").exists()
    seen = len(driver.published)
    await until(lambda: len(driver.published) > seen)


@pytest.mark.parametrize(
    ("code", "words", "stays"),
    [
        pytest.param(grpc.StatusCode.INTERNAL, "Internal", False, id="final"),
        pytest.param(grpc.StatusCode.UNAVAILABLE, "Unavailable", True, id="perhaps-still-going-on"),
    ],
)
async def test_tells_why_a_volume_is_not_there_and_tries_again(
    cluster: KubeletNode, driver: FakeDriver, code: grpc.StatusCode, words: str, stays: bool
) -> None:
    await cluster.driver()
    driver.refusals = [(code, "no vault")]
    pod = await cluster.pod("app", volume())
    event = await cluster.event("FailedMount")
    said = f'MountVolume.SetUp failed for volume "files" : rpc error: code = {words} desc = no vault'
    assert (event["message"], event["type"]) == (said, "Warning")
    assert target(cluster, pod).parent.exists() is stays
    await cluster.phase("app", "Running")
    assert cluster.kubelet.counters.failures == 1


async def test_a_pod_waits_for_its_driver(cluster: KubeletNode) -> None:
    await cluster.driver()
    await cluster.pod("app", volume())
    event = await cluster.event("FailedMount")
    assert event["message"] == (
        'MountVolume.SetUp failed for volume "files" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: '
        "driver name files.csi.example not found in the list of registered CSI drivers"
    )
    async with FakeDriver(cluster.root).listening():
        await cluster.phase("app", "Running")
        await cluster.delete("app")


async def test_a_driver_without_inline_volumes_is_refused(cluster: KubeletNode, driver: FakeDriver) -> None:
    await cluster.pod("app", volume())
    await cluster.event("FailedMount", 'volume mode "Ephemeral" not supported by driver files.csi.example')
    assert driver.published == []


async def test_a_driver_that_leaves_is_forgotten_and_may_come_back(cluster: KubeletNode) -> None:
    for _ in range(2):
        driver = FakeDriver(cluster.root)
        async with driver.listening():
            await until(lambda: driver.told)  # noqa: B023  (it is called at once)
            assert await drivers(cluster) == [(driver.name, "machine-1")]

        async def gone() -> bool:
            return await drivers(cluster) == []

        await until(gone)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"type": "DevicePlugin"}, "no handler registered for plugin type: DevicePlugin", id="type"),
        pytest.param({"versions": ["2.0.0"]}, "supports no version", id="version"),
        pytest.param({"node_id": ""}, "empty node id", id="no-node-id"),
    ],
)
async def test_a_plugin_that_is_refused_is_told_why(cluster: KubeletNode, changes: dict[str, Any], why: str) -> None:
    driver = FakeDriver(cluster.root)
    for name, value in changes.items():
        setattr(driver, name, value)
    async with driver.listening():
        await until(lambda: driver.told)
        assert driver.told[0][0] is False
        assert why in driver.told[0][1]
        assert await drivers(cluster) == []


@pytest.mark.parametrize(
    ("offers", "sent"),
    [
        pytest.param([csi_pb2.NodeServiceCapability.RPC.VOLUME_MOUNT_GROUP], "2000", id="driver-applies-it"),
        pytest.param([], "", id="driver-does-not"),
    ],
)
async def test_the_group_goes_to_the_driver_that_applies_it(
    cluster: KubeletNode, driver: FakeDriver, offers: list[int], sent: str
) -> None:
    driver.capabilities = offers
    await cluster.driver()
    await cluster.pod("app", volume(), securityContext={"fsGroup": 2000})
    await cluster.phase("app", "Running")
    assert driver.published[0].volume_capability.mount.volume_mount_group == sent


async def test_a_target_that_stays_after_unpublish_holds_the_pod_and_is_told(
    cluster: KubeletNode, driver: FakeDriver
) -> None:
    driver.leaves = True
    await cluster.driver()
    pod = await cluster.pod("app", volume())
    await cluster.phase("app", "Running")
    await cluster.admin.send("DELETE", "/api/v1/namespaces/default/pods/app")
    await cluster.event("FailedUnMount", "failed to clean mount dir")
    assert target(cluster, pod).exists()
    driver.leaves = False
    await until(lambda: not target(cluster, pod).exists())


async def test_volumes_are_unpublished_when_the_node_ends() -> None:
    async with kubelet_node() as cluster, FakeDriver(cluster.root).listening() as driver:
        await cluster.driver()
        await cluster.pod("app", volume())
        await cluster.phase("app", "Running")
        await cluster.kubelet.close()
        assert len(driver.unpublished) == 1
        assert not (cluster.root / "pods").exists()


async def test_what_a_driver_leaves_mounted_is_unmounted_aloud(caplog: pytest.LogCaptureFixture) -> None:
    async with kubelet_node() as cluster:
        async with FakeDriver(cluster.root).listening() as driver:
            await cluster.driver()
            pod = await cluster.pod("app", volume())
            await cluster.phase("app", "Running")
            driver.leaves = True
            place = target(cluster, pod)
            if ctypes.CDLL(None).mount(b"tmpfs", os.fsencode(place), b"tmpfs", 0, b"size=64k") != 0:
                pytest.skip("this process may not mount: what a driver leaves mounted cannot be shown to go")
            await cluster.kubelet.close()
        assert not (cluster.root / "pods").exists()
        assert f"unmounted {place}, which its driver left mounted" in caplog.text
