"""The node plugin: publishes cold, warm and in crowds, a rotation that a hundred pods see, and republishes.

The lab (cluster and Azure) and the plugin are processes of their own; this one does what kubelet does. Vault 20 ms,
Entra 100 ms, five secrets a pod.
"""

import asyncio
import json
import os
import re
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import aiohttp
import grpc.aio
import yaml

from bench.world import ENGINEER, ENTRA_LATENCY, ISSUER, TENANT, VAULT, VAULT_LATENCY, usage
from keyferry.cli import looking, node_plugin
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.processes import Process
from keyferry.identity.http import open_session
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.manifests import Manifests
from keyferry.kube.wire.objects import Key, envelope
from keyferry.kube.wire.resources import PODS as PODS_RESOURCE
from keyferry.lab.serve.kubelet import mounts
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import VaultUrl
from keyferry.model.wellknown import TOKEN_AUDIENCE
from keyferry.mount.protobuf import csi_pb2

PODS: Final = 110
ROTATING: Final = 100
SECRETS: Final = tuple(f"secret-{number}" for number in range(5))
NAMESPACE: Final = "bench"
PATIENCE: Final = 60.0
PUBLISH: Final = "/csi.v1.Node/NodePublishVolume"
UNPUBLISH: Final = "/csi.v1.Node/NodeUnpublishVolume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod as kubelet tells of it, and the account whose token it brings along."""

    name: str
    uid: str
    account: str
    token: str

    def target(self, root: Path) -> Path:
        """Return where its volume goes."""
        return root / "pods" / self.uid / "volumes" / "kubernetes.io~csi" / "secrets" / "mount"

    def publish(self, root: Path) -> csi_pb2.NodePublishVolumeRequest:
        """Return kubelet's call."""
        tokens = {TOKEN_AUDIENCE: {"token": self.token, "expirationTimestamp": "2099-01-01T00:00:00Z"}}
        context = {
            "secretProviderClass": f"class-{self.account}",
            "csi.storage.k8s.io/pod.name": self.name,
            "csi.storage.k8s.io/pod.namespace": NAMESPACE,
            "csi.storage.k8s.io/pod.uid": self.uid,
            "csi.storage.k8s.io/serviceAccount.name": self.account,
            "csi.storage.k8s.io/ephemeral": "true",
            "csi.storage.k8s.io/serviceAccount.tokens": json.dumps(tokens),
        }
        return csi_pb2.NodePublishVolumeRequest(
            volume_id=f"csi-{self.uid}",
            target_path=str(self.target(root)),
            volume_capability=csi_pb2.VolumeCapability(mount=csi_pb2.VolumeCapability.MountVolume()),
            readonly=True,
            volume_context=context,
        )


class Plugin:
    """A running plugin, and kubelet's side of it."""

    def __init__(self, process: Process, channel: grpc.aio.Channel, root: Path, metrics: str) -> None:
        self.process = process
        self.root = root
        self._channel = channel
        self._metrics = metrics
        self._publish = channel.unary_unary(
            PUBLISH,
            request_serializer=csi_pb2.NodePublishVolumeRequest.SerializeToString,
            response_deserializer=csi_pb2.NodePublishVolumeResponse.FromString,
        )
        self._unpublish = channel.unary_unary(
            UNPUBLISH,
            request_serializer=csi_pb2.NodeUnpublishVolumeRequest.SerializeToString,
            response_deserializer=csi_pb2.NodeUnpublishVolumeResponse.FromString,
        )

    async def publish(self, pod: Pod) -> float:
        """Publish one volume; return the seconds that it took."""
        pod.target(self.root).parent.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        await self._publish(pod.publish(self.root), timeout=PATIENCE)
        return time.perf_counter() - began

    async def publish_all(self, pods: Sequence[Pod]) -> float:
        """Publish all at once; return the seconds until the last was there."""
        began = time.perf_counter()
        await asyncio.gather(*(self.publish(pod) for pod in pods))
        return time.perf_counter() - began

    async def unpublish_all(self, pods: Sequence[Pod]) -> None:
        """Take all volumes away."""
        for pod in pods:
            request = csi_pb2.NodeUnpublishVolumeRequest(
                volume_id=f"csi-{pod.uid}", target_path=str(pod.target(self.root))
            )
            await self._unpublish(request, timeout=PATIENCE)

    async def requests(self) -> dict[str, int]:
        """Return how many requests were sent to Azure so far, by kind."""
        async with aiohttp.ClientSession() as session, session.get(f"http://{self._metrics}/metrics") as answer:
            text = await answer.text()
        found: dict[str, int] = {}
        for kind, count in re.findall(r'keyferry_azure_requests_total\{kind="(\w+)",[^}]*\} (\d+)', text):
            found[kind] = found.get(kind, 0) + int(count)
        return found


class World:
    """A lab, its administrator, and the pods that exist in it."""

    def __init__(self, folder: Path, client: Client, engineer: Engineer) -> None:
        self.folder = folder
        self.engineer = engineer
        self._client = client

    async def prepare(self) -> None:
        """Create the accounts, a class for each, and slow the services down."""
        manifests = Manifests(self._client)
        for document in documents():
            await manifests.apply(document)
        async with LabAdmin(self.folder / "lab") as admin:
            await admin.put_fault("vault", {"latencySeconds": VAULT_LATENCY.total_seconds()})
            await admin.put_fault("entra", {"latencySeconds": ENTRA_LATENCY.total_seconds()})

    async def pods(self, prefix: str, accounts: Sequence[str]) -> list[Pod]:
        """Create a pod for each of `accounts`, with a token for each account."""
        manifests, tokens = Manifests(self._client), {}
        for account in dict.fromkeys(accounts):
            reference = ServiceAccountRef(namespace=NAMESPACE, name=account)
            tokens[account] = (await self._client.create_token(reference, (TOKEN_AUDIENCE,))).token.reveal().decode()
        made = []
        for number, account in enumerate(accounts):
            name = f"{prefix}-{number}"
            await manifests.apply(pod_document(name, account))
            uid = await self._client.get(PODS_RESOURCE, Key(namespace=NAMESPACE, name=name), _uid)
            made.append(Pod(name=name, uid=uid, account=account, token=tokens[account]))
        return made

    @asynccontextmanager
    async def plugin(self, *flags: str) -> AsyncIterator[Plugin]:
        """Run a plugin until the end of the block."""
        with TemporaryDirectory(prefix="kf-n-") as name:
            root = Path(name)
            for folder in ("pods", "plugins_registry"):
                (root / folder).mkdir()
            metrics = f"127.0.0.1:{free_port()}"
            given = node_plugin.arguments("node-1", root, self.folder / "lab" / "kubeconfig")
            process = Process(
                [*given, "--metrics-addr", metrics, "--log-level", "warning", *flags], os.environ, self.folder / "node"
            )
            await process.start()
            endpoint = root / node_plugin.PLUGIN / "csi.sock"
            try:
                await looking.until(lambda: _is_there(endpoint), seconds=PATIENCE, what="the plugin's socket")
                async with grpc.aio.insecure_channel(f"unix:{endpoint}") as channel:
                    await channel.channel_ready()
                    yield Plugin(process, channel, root, metrics)
            finally:
                await process.stop()
                mounts.clear(root)  # what a failure left: it would outlive the folder


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Start a lab without an operator."""
    with TemporaryDirectory(prefix="kf-bench-") as name:
        folder = Path(name)
        seed = folder / "seed.yaml"
        seed.write_text(yaml.safe_dump(seed_document()))
        command = ["lab", "--no-operator", "--seed", str(seed), "--dir", str(folder / "lab")]
        lab = Process(command, os.environ, folder / "lab.log")
        await lab.start()
        try:
            facts = folder / "lab" / "lab.json"
            await looking.until(lambda: _is_there(facts), seconds=PATIENCE, what="the lab")
            os.environ.update(json.loads(facts.read_text())["environment"])
            cluster = config.load(folder / "lab" / "kubeconfig")
            async with Client(cluster, field_manager="bench") as client, open_session() as http:
                engineer = Engineer(read_facts(folder / "lab"), client, http)
                await engineer.arrive()
                found = World(folder, client, engineer)
                await found.prepare()
                yield found
                await engineer.credentials.aclose()
        finally:
            await lab.stop()


async def measure() -> None:
    """Print all figures."""
    print(f"mounts: {len(SECRETS)} secrets a pod, vault 20 ms, Entra 100 ms")
    async with world() as lab:
        shared = await lab.pods("shared", ["reader-0"] * PODS)
        single = await lab.pods("single", [f"reader-{number}" for number in range(PODS)])
        await _one_by_one(lab, shared)
        await _crowd(lab, shared, f"{PODS} pods of one ServiceAccount at once")
        await _crowd(lab, single, f"{PODS} pods of {PODS} ServiceAccounts at once")
        await _rotation(lab, shared[:ROTATING])


async def _one_by_one(lab: World, pods: Sequence[Pod]) -> None:
    async with lab.plugin() as plugin:
        cold = await plugin.publish(pods[0])
        warm = sorted([await plugin.publish(pod) for pod in pods[1:51]])
        used = usage(plugin.process.pid)
        print(f"  one publish: cold {_ms(cold)}, warm p50 {_ms(warm[25])}, most {_ms(warm[-1])}")
        print(f"    requests {await plugin.requests()}, CPU of all 51 and the start {used.cpu_seconds:.2f} s")
        await plugin.unpublish_all(pods[:51])


async def _crowd(lab: World, pods: Sequence[Pod], title: str) -> None:
    async with lab.plugin() as plugin:
        before = usage(plugin.process.pid)
        took = await plugin.publish_all(pods)
        used = usage(plugin.process.pid)
        print(
            f"  {title}: {took:.2f} s, CPU {used.cpu_seconds - before.cpu_seconds:.2f} s, peak {used.peak_mib:.0f} MiB"
        )
        print(f"    requests {await plugin.requests()}")
        await plugin.unpublish_all(pods)


async def _rotation(lab: World, pods: Sequence[Pod]) -> None:
    async with lab.plugin("--rotation-poll-interval", "5s") as plugin:
        await plugin.publish_all(pods)
        await asyncio.sleep(8)  # what was stored a moment ago is read one by one
        before = await plugin.requests()
        took = await plugin.publish_all(pods)
        print(f"  republish of {len(pods)} pods, nothing changed: {took:.2f} s")
        await asyncio.sleep(12)
        idle = await plugin.requests()
        print(f"    requests in that and 12 s of rest, interval 5 s: {_more(before, idle)}")
        began = datetime.now(UTC)  # noqa: TID251  (compared with the lab's own stamps)
        await lab.engineer.set_secret(VaultUrl(f"https://{VAULT}.vault.azure.net"), SECRETS[2], "rotated")
        swapped = await looking.until(
            lambda: _swapped(plugin.root, pods), seconds=PATIENCE, what="the new value in every volume"
        )
        after = await plugin.requests()
        async with LabAdmin(lab.folder / "lab") as admin:
            read = await _first_read(admin, began)
        print(f"  one of {len(SECRETS)} secrets of {len(pods)} pods rotated: {_more(idle, after)}")
        print(f"    from the read of the new version to the last swap {swapped - read:.2f} s")
        print(f"    peak {usage(plugin.process.pid).peak_mib:.0f} MiB")
        await plugin.unpublish_all(pods)


async def _swapped(root: Path, pods: Sequence[Pod]) -> float | None:
    """Return when the last volume was swapped, None until all are."""
    links = [pod.target(root) / "..data" for pod in pods]
    if any((link.parent / SECRETS[2]).read_text() != "rotated" for link in links):
        return None
    return max(link.lstat().st_mtime for link in links)


async def _first_read(admin: LabAdmin, began: datetime) -> float:
    answer = await admin.audit()
    times = [
        datetime.fromisoformat(record["time"]).timestamp()
        for record in answer["records"]
        if record["operationName"] == "SecretGet" and SECRETS[2] in json.dumps(record)
    ]
    return min(moment for moment in times if moment >= began.timestamp())


async def _is_there(path: Path) -> bool | None:
    return os.access(path, os.F_OK) or None


def _uid(body: bytes) -> str:
    return envelope(body).metadata.uid


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _more(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {kind: count - before.get(kind, 0) for kind, count in after.items() if count != before.get(kind, 0)}


def client_id(number: int) -> str:
    """Return the client id of one of the identities."""
    return f"33333333-3333-4333-8333-{number:012}"


def seed_document() -> dict[str, Any]:
    """Return an Azure with one vault and an identity for each account."""

    def identity(name: str, client: str, subject: str) -> dict[str, Any]:
        trust = {"name": name, "issuer": ISSUER, "subject": subject, "audiences": [TOKEN_AUDIENCE]}
        return {"name": name, "clientId": client, "federatedCredentials": [trust]}

    readers = [
        identity(f"reader-{n}", client_id(n), f"system:serviceaccount:{NAMESPACE}:reader-{n}") for n in range(PODS)
    ]
    engineer = identity("platform-engineer", ENGINEER, "system:serviceaccount:keyferry-lab:platform-engineer")
    return {
        "cluster": {"issuer": ISSUER},
        "tenants": [{"id": TENANT}],
        "vaults": [{"name": VAULT, "secrets": {name: {"random": 32} for name in SECRETS}}],
        "identities": [*readers, engineer],
        "roleAssignments": [
            {"identity": each["name"], "role": "Key Vault Secrets Officer", "scope": f"vaults/{VAULT}"}
            for each in (*readers, engineer)
        ],
    }


def documents() -> list[dict[str, Any]]:
    """Return namespace, accounts and classes."""
    found: list[dict[str, Any]] = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}]
    for number in range(PODS):
        name = f"reader-{number}"
        found.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": NAMESPACE}})
        found.append(
            {
                "apiVersion": "secrets-store.csi.x-k8s.io/v1",
                "kind": "SecretProviderClass",
                "metadata": {"name": f"class-{name}", "namespace": NAMESPACE},
                "spec": {"provider": "azure", "parameters": _parameters(number)},
            }
        )
    return found


def _parameters(number: int) -> dict[str, str]:
    objects = {"array": [yaml.safe_dump({"objectName": name, "objectType": "secret"}) for name in SECRETS]}
    return {
        "clientID": client_id(number),
        "tenantID": TENANT,
        "keyvaultName": VAULT,
        "objects": yaml.safe_dump(objects),
    }


def pod_document(name: str, account: str) -> dict[str, Any]:
    """Return a pod; nobody runs it here."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"serviceAccountName": account, "containers": [{"name": "app", "image": "app"}]},
    }
