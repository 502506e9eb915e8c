"""kubelet's calls made by hand, over the socket of a plugin that works in the lab."""

import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc.aio
from google.protobuf.message import Message

from keyferry.cli import looking, node_plugin
from keyferry.model.identity import ServiceAccountRef
from keyferry.mount.protobuf import csi_pb2
from tests.fakes import csi_requests, unix_sockets
from tests.fakes.csi_requests import AUDIENCE, TOKENS_KEY
from tests.fakes.patience import PATIENCE
from tests.fakes.unix_sockets import Client
from tests.scenario.mount_stage import MountStage

POD_NAME = "csi.storage.k8s.io/pod.name"
POD_NAMESPACE = "csi.storage.k8s.io/pod.namespace"
POD_UID = "csi.storage.k8s.io/pod.uid"
ACCOUNT = "csi.storage.k8s.io/serviceAccount.name"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a call was answered with: "OK", or a code and its text."""

    code: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Volume:
    """A volume of a pod that nobody has made."""

    class_name: str
    namespace: str
    root: Path
    account: str = "reader"
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def id(self) -> str:
        """As kubelet makes it of pod and volume."""
        return "csi-" + hashlib.sha256(f"{self.uid}secrets".encode()).hexdigest()

    @property
    def target(self) -> Path:
        """Where it shall be."""
        return self.root / "pods" / self.uid / "volumes/kubernetes.io~csi/secrets/mount"

    @property
    def mounts(self) -> int:
        """How many mounts the kernel has there."""
        return Path("/proc/self/mountinfo").read_text().count(f" {self.target} ")

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Content and mode of every file by its path."""
        present = self.target / "..data"
        found = [path for path in present.resolve(strict=True).rglob("*") if path.is_file()]
        return {
            str(path.relative_to(present.resolve())): (path.read_bytes(), path.stat().st_mode & 0o777) for path in found
        }


class Hand:
    """Calls as kubelet does, with a real token of the pod's account."""

    def __init__(self, client: Client, mounts: MountStage) -> None:
        self._client = client
        self._mounts = mounts
        self._root = mounts.lab.kubelets[0].root
        self._tokens: dict[tuple[str, str], str] = {}

    def volume(self, class_name: str, namespace: str, **fields: Any) -> Volume:
        """A new volume of a new pod."""
        return Volume(class_name=class_name, namespace=namespace, root=self._root, **fields)

    async def publish(
        self,
        volume: Volume,
        context: Mapping[str, str] | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
        group: str = "",
        tokens_in: str = "context",
    ) -> Answer:
        """Ask for a volume; `tokens_in` "secrets" is as with serviceAccountTokenInSecrets, "" without any."""
        request = await self.request(volume, context, secrets=secrets, group=group, tokens_in=tokens_in)
        return await self.send("NodePublishVolume", request, csi_pb2.NodePublishVolumeResponse)

    async def unpublish(self, volume: Volume) -> Answer:
        """Have it gone."""
        request = csi_requests.unpublish(str(volume.target), volume.id)
        return await self.send("NodeUnpublishVolume", request, csi_pb2.NodeUnpublishVolumeResponse)

    async def request(
        self,
        volume: Volume,
        context: Mapping[str, str] | None = None,
        *,
        secrets: Mapping[str, str] | None = None,
        group: str = "",
        tokens_in: str = "context",
    ) -> csi_pb2.NodePublishVolumeRequest:
        """The message, to be spoilt by a test; kubelet has made the parent of the target."""
        volume.target.parent.mkdir(parents=True, exist_ok=True)
        pod = {POD_NAME: f"by-hand-{volume.uid[:8]}", POD_NAMESPACE: volume.namespace, POD_UID: volume.uid}
        given = {**pod, ACCOUNT: volume.account, "secretProviderClass": volume.class_name, **(context or {})}
        kept = dict(secrets or {})
        if tokens_in:
            token = csi_requests.tokens(token=await self._token(volume), expiry="2099-01-01T00:00:00Z")
            (kept if tokens_in == "secrets" else given)[TOKENS_KEY] = token
        return csi_requests.publish(given, secrets=kept, group=group, target=str(volume.target), volume_id=volume.id)

    async def send(self, method: str, request: Message, answer: type[Message]) -> Answer:
        """Call a method of the service Node."""
        try:
            await self._client.call(f"/csi.v1.Node/{method}", request, answer)
        except grpc.aio.AioRpcError as refusal:
            return Answer(code=refusal.code().name, text=refusal.details() or "")
        return Answer(code="OK")

    async def answered(self, volume: Volume, **call: Any) -> Answer:
        """Publish until the plugin has seen the class, which a watch brings it."""

        async def look() -> Answer | None:
            answer = await self.publish(volume, **call)
            return None if answer.text.startswith("failed to get secretproviderclass") else answer

        return await looking.until(look, seconds=PATIENCE, what=f"the class {volume.class_name} to be seen")

    async def _token(self, volume: Volume) -> str:
        key = volume.namespace, volume.account
        if key not in self._tokens:
            account = ServiceAccountRef(namespace=volume.namespace, name=volume.account)
            made = await self._mounts.client.create_token(account, (AUDIENCE,))
            self._tokens[key] = made.token.reveal().decode()
        return self._tokens[key]


@asynccontextmanager
async def kubelets_hand(mounts: MountStage) -> AsyncIterator[Hand]:
    """Call the plugin of a stage."""
    socket = mounts.lab.kubelets[0].root / node_plugin.PLUGIN / "csi.sock"
    async with unix_sockets.client_of(socket) as client:
        yield Hand(client, mounts)


def entry(name: str, kind: str = "secret", **fields: str | int) -> str:
    """One of a class's `objects`."""
    return "".join(f"{key}: {value}\n" for key, value in {"objectName": name, "objectType": kind, **fields}.items())


def array(*entries: str) -> str:
    """The text of `objects`; JSON is YAML."""
    return json.dumps({"array": list(entries)})
