"""The side of an API server, as cheap as it can be: reviews over kept connections, flat out or at a steady rate."""

import asyncio
import json
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

POD_BYTES: Final = 30_000
CONNECTIONS: Final = 25  # as many as kube-apiserver keeps to one webhook
PATH: Final = "/mutate-v1-pod"


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What one run came to: seconds from when a review was due until its answer was there, in order."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Reviews a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Return a latency that `share` of the reviews did not exceed."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


class Asker:
    """Keeps connections to one webhook open between `open` and `close`."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self._port = port
        self._requests = cycle(requests)
        self._free: asyncio.Queue[_Connection] = asyncio.Queue()
        self._all: list[_Connection] = []

    async def open(self, connections: int = CONNECTIONS) -> None:
        """Connect."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for _ in range(connections):
            _, made = await asyncio.get_running_loop().create_connection(
                _Connection, "127.0.0.1", self._port, ssl=context
            )
            self._all.append(made)
            self._free.put_nowait(made)

    def close(self) -> None:
        """Disconnect."""
        for connection in self._all:
            connection.transport.close()

    async def flat_out(self, reviews: int) -> Pace:
        """Ask on every connection as soon as it is free."""
        latencies: list[float] = []
        left = iter(range(reviews))
        began = time.perf_counter()
        await asyncio.gather(*(self._ask_all(connection, left, latencies) for connection in self._all))
        return Pace(seconds=time.perf_counter() - began, latencies=sorted(latencies))

    async def steadily(self, rate: float, seconds: float) -> Pace:
        """Ask at a fixed rate, whether or not answers come; a review that waits for a connection is late."""
        latencies: list[float] = []
        began, asked = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.append(asyncio.create_task(self._ask_one(due, latencies)))
        await asyncio.gather(*asked)
        return Pace(seconds=time.perf_counter() - began, latencies=sorted(latencies))

    async def _ask_all(self, connection: "_Connection", left: Iterator[int], latencies: list[float]) -> None:
        for _ in left:
            began = time.perf_counter()
            await connection.ask(next(self._requests))
            latencies.append(time.perf_counter() - began)

    async def _ask_one(self, due: float, latencies: list[float]) -> None:
        connection = await self._free.get()
        await connection.ask(next(self._requests))
        latencies.append(time.perf_counter() - due)
        self._free.put_nowait(connection)


class _Connection(asyncio.Protocol):
    """One request after the other; the answer is looked at for its end and for what it must hold."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self._answer: asyncio.Future[None] | None = None
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, blank, body = self._seen.partition(b"\r\n\r\n")
        if not blank or self._answer is None:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            assert b'"allowed":true' in body, body[:300]
            self._answer.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the webhook ended the connection"))

    async def ask(self, request: bytes) -> None:
        """Send a request and wait for its answer."""
        self._seen, self._answer = b"", asyncio.get_running_loop().create_future()
        self.transport.write(request)
        await self._answer


def request(path: str, body: bytes) -> bytes:
    """Return what kube-apiserver sends."""
    head = (
        f"POST {path}?timeout=10s HTTP/1.1\r\nHost: keyferry-webhook.keyferry.svc:443\r\n"
        f"User-Agent: kube-apiserver-admission\r\nContent-Length: {len(body)}\r\nAccept: application/json, */*\r\n"
        "Content-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    return head.encode() + body


def review(pod: dict[str, Any], namespace: str) -> bytes:
    """Return the review of a pod that is being created."""
    kind = {"group": "", "version": "v1", "kind": "Pod"}
    resource = {"group": "", "version": "v1", "resource": "pods"}
    asked = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "namespace": namespace,
        "operation": "CREATE",
        "dryRun": False,
        "oldObject": None,
        "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller", "groups": ["a", "b"]},
        "object": pod,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    document = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": asked}
    return json.dumps(document, separators=(",", ":")).encode()


def pod(account: str, namespace: str) -> dict[str, Any]:
    """Return a pod as a ReplicaSet makes it: four containers, probes, mounts, and variables up to `POD_BYTES`."""
    found: dict[str, Any] = {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "generateName": f"{account}-7d9f8b6c5-",
            "namespace": namespace,
            "labels": {"app": account, "azure.workload.identity/use": "true", "pod-template-hash": "7d9f8b6c5"},
            "annotations": {"checksum/config": "0" * 64},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": account, "controller": True}],
        },
        "spec": {
            "serviceAccountName": account,
            "volumes": [_token_volume(), *({"name": f"v{n}", "configMap": {"name": f"c{n}"}} for n in range(4))],
            "initContainers": [_container("migrate", 20)],
            "containers": [_container(name, 80) for name in ("app", "proxy", "metrics")],
        },
    }
    missing = POD_BYTES - len(json.dumps(found, separators=(",", ":")))
    found["metadata"]["annotations"]["notes"] = "n" * max(0, missing)
    return found


def _container(name: str, variables: int) -> dict[str, Any]:
    probe = {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10}
    return {
        "name": name,
        "image": f"registry.example.com/team/{name}:1.2.3",
        "env": [{"name": f"SETTING_{name.upper()}_{n}", "value": f"value of setting {n}"} for n in range(variables)],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "volumeMounts": [{"name": f"v{n}", "mountPath": f"/etc/{n}", "readOnly": True} for n in range(4)],
        "livenessProbe": probe,
        "readinessProbe": probe,
    }


def _token_volume() -> dict[str, Any]:
    token = {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}
    return {"name": "kube-api-access-x7k2p", "projected": {"sources": [token], "defaultMode": 420}}
