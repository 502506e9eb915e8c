"""kubectl and what runs on nodes: get, describe, rollout, scale, logs, graceful deletion. The test is the kubelet."""

import json
import ssl
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.serve.kubernetes import KubernetesServer
from keyferry.lab.world.http import Response, Streaming
from tests.contract.kubernetes.conftest import Kubectl
from tests.fakes.offset_clock import OffsetClock

NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1", "labels": {"node-role.kubernetes.io/worker": ""}},
    "status": {
        "capacity": {"pods": "110", "cpu": "4", "memory": "8Gi"},
        "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
        "nodeInfo": {"kubeletVersion": "v1.34.0", "osImage": "Linux", "containerRuntimeVersion": "lab://1"},
    },
}
DRIVER = """
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: secrets.example.com}
spec:
  podInfoOnMount: true
  attachRequired: false
  volumeLifecycleModes: [Ephemeral]
  tokenRequests: [{audience: "api://AzureADTokenExchange"}]
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  containers: [{name: box, image: "box:1", volumeMounts: [{name: pins, mountPath: /pins, readOnly: true}]}]
  volumes:
    - name: pins
      csi: {driver: secrets.example.com, readOnly: true, volumeAttributes: {class: pins}}
"""


class Kubelet:
    """Reports to the API server what a test says that pods do."""

    def __init__(self, session: aiohttp.ClientSession, kubectl: Kubectl, clock: OffsetClock) -> None:
        self._session = session
        self._kubectl = kubectl
        self._clock = clock

    async def run(self, selector: str) -> None:
        found = json.loads(await self._kubectl(f"get pods -l {selector} -o json"))
        moment = self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        for pod in found["items"]:
            condition = {"type": "Ready", "status": "True", "lastTransitionTime": moment}
            status = {"phase": "Running", "conditions": [*pod["status"].get("conditions", []), condition]}
            path = f"/api/v1/namespaces/default/pods/{pod['metadata']['name']}/status"
            headers = {"Content-Type": "application/merge-patch+json"}
            async with self._session.patch(path, json={"status": status}, headers=headers) as answer:
                assert answer.status == 200, await answer.text()


@pytest.fixture
async def kubelet(cluster: KubernetesServer, kubectl: Kubectl, clock: OffsetClock) -> AsyncIterator[Kubelet]:
    await kubectl("create -f -", stdin=json.dumps(NODE))
    headers = {"Authorization": f"Bearer {cluster.node_token('node-1')}"}
    context = ssl.create_default_context(cadata=cluster.authority.certificate_pem.decode())
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(cluster.url, headers=headers, connector=connector) as session:
        yield Kubelet(session, kubectl, clock)


async def test_shows_nodes_and_their_drivers(kubelet: Kubelet, kubectl: Kubectl) -> None:
    wide = await kubectl("get nodes -o wide")
    assert wide.splitlines()[1].split()[:3] == ["node-1", "Ready", "worker"]
    await kubectl("apply -f -", stdin=DRIVER)
    assert "api://AzureADTokenExchange" in await kubectl("get csidrivers")
    assert "Capacity:" in await kubectl("describe node node-1")
    await kubectl("cordon node-1")
    assert "SchedulingDisabled" in await kubectl("get nodes")


async def test_describes_a_pod_with_its_volume_and_events(kubelet: Kubelet, kubectl: Kubectl) -> None:
    await kubectl("apply -f -", stdin=POD)
    described = await kubectl("describe pod box")
    assert "Successfully assigned default/box to node-1" in described
    assert "secrets.example.com" in described
    assert "node-1" in await kubectl("get pods -o wide")


async def test_rolls_out_scales_and_goes_back(kubelet: Kubelet, kubectl: Kubectl) -> None:
    await kubectl("create deployment web --image=web:1 --replicas=2")
    await kubelet.run("app=web")
    assert "successfully rolled out" in await kubectl("rollout status deploy/web --timeout=90s")
    await kubectl("scale deploy/web --replicas=1")
    assert await kubectl("get deploy web -o jsonpath={.status.readyReplicas}") == "1"
    await kubectl("set image deploy/web web=web:2")
    await kubelet.run("app=web")
    assert "successfully rolled out" in await kubectl("rollout status deploy/web --timeout=90s")
    assert "rolled back" in await kubectl("rollout undo deploy/web")
    assert await kubectl("get deploy web -o jsonpath={..image}") == "web:1"
    assert len((await kubectl("rollout history deploy/web")).split()) > 4


async def test_shows_logs_as_they_come(cluster: KubernetesServer, kubelet: Kubelet, kubectl: Kubectl) -> None:
    text = (("Content-Type", "text/plain"),)

    def source(query: LogQuery, now: datetime) -> Response | Streaming:
        if not query.follow:
            return Response(status=200, headers=text, body=f"{query.container} {query.tail_lines}\n".encode())
        lines: list[Any] = [b"one\n", b"two\n", None]
        long_ago = now - timedelta(seconds=1)  # so that it is read again at once
        return Streaming(
            read=lambda _now: lines.pop(0), subscribe=lambda _wake: lambda: None, deadline=long_ago, headers=text
        )

    cluster.api.serve_logs(source)
    await kubectl("apply -f -", stdin=POD)
    assert await kubectl("logs box --tail=5") == "box 5\n"
    assert await kubectl("logs -f box") == "one\ntwo\n"
    assert "container x is not valid for pod box" in await kubectl.refused("logs box -c x")


async def test_deletes_gracefully_or_by_force(kubelet: Kubelet, kubectl: Kubectl) -> None:
    await kubectl("apply -f -", stdin=POD)
    await kubectl("delete pod box --wait=false")
    assert "Terminating" in await kubectl("get pods")
    await kubectl("delete pod box --force --grace-period=0")
    assert await kubectl("get pods -o name") == ""
