"""The demo's chapter on mounted files: a pod reads them, a value is rotated, the pod sees the new one."""

import secrets
import sys
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.markup import escape

from keyferry.cli import examples, looking, node_plugin
from keyferry.cli.engineer import Engineer
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS
from keyferry.lab.world.http import Request, Response
from keyferry.model.errors import NotFound
from keyferry.model.secrets import SecretValue, VaultUrl
from keyferry.mount.settings import DRIVER

VAULT: Final = VaultUrl("https://myapp-kv.vault.azure.net")
ROTATED: Final = "db-password"
POD: Final = Key(namespace="production", name="reader")
PATIENCE: Final = 90.0
INTERVAL: Final = "10s"

# What the pod runs: it never prints a value either.
PROGRAM: Final = """
import hashlib, signal, sys
from keyferry.files import SecretFiles

files = SecretFiles(sys.argv[1])

def tell(names):
    for name in sorted(names):
        content = files.read(name)
        print(f"{name}: {len(content)} bytes, digest {hashlib.sha256(content).hexdigest()[:12]}", flush=True)

with files.watch(lambda change: tell(change.added | change.changed)):
    tell(files.names())
    signal.pause()
"""


class MountStory:
    """Tells itself once, with a node plugin that it starts."""

    def __init__(self, session: Session, engineer: Engineer, plugin: Process, console: Console) -> None:
        self._session = session
        self._engineer = engineer
        self._plugin = plugin
        self._console = console

    async def tell(self) -> None:
        """Tell it. Raises the error of whatever does not hold."""
        self._console.print("\n[bold]Files instead of a Secret: nothing in etcd[/]")
        await self._mount()
        await self._rotate()

    async def _mount(self) -> None:
        plain = node_plugin.why_plain()
        medium = (
            f"plain directories, since nothing can be mounted here: {plain}" if plain else "a tmpfs for each volume"
        )
        await self._plugin.start()
        self._line("node plugin", f"`keyferry node`, process {self._plugin.pid}; {medium}")
        applied = await self._session.apply([examples.find("mount.yaml")])
        await self._session.put(pod())
        self._line("manifests", f"mount.yaml: {len(applied)} objects, and a pod that reads and watches its files")
        with self._console.status("waiting for kubelet to mount the volume and start the pod"):
            lines = await looking.until(lambda: self._printed(3), seconds=PATIENCE, what=f"three files in pod {POD}")
        for line in lines:
            self._line("the pod reads", line)

    async def _rotate(self) -> None:
        value = secrets.token_urlsafe(24)
        version = await self._engineer.set_secret(VAULT, ROTATED, value)
        digest = SecretValue(value.encode()).digest()
        self._line("Key Vault", f"{ROTATED} has version {version[:8]}…, digest {digest}")
        with self._console.status(f"waiting for the next look (--rotation-poll-interval {INTERVAL})"):
            lines = await looking.until(
                lambda: self._told(digest), seconds=PATIENCE, what=f"the new value in pod {POD}"
            )
        self._line("the pod is told", f"{lines[-1]}; the other files stayed as they were")

    async def _printed(self, count: int) -> list[str] | None:
        lines = await self._log()
        return lines if len(lines) >= count else None

    async def _told(self, digest: str) -> list[str] | None:
        lines = await self._log()
        return lines if lines and digest in lines[-1] else None

    async def _log(self) -> list[str]:
        """Return what the pod has printed, as `kubectl logs` would."""
        try:
            await self._session.client.get(PODS, POD, msgspec.json.decode)
        except NotFound:
            return []
        server = self._session.lab.kubernetes
        path = f"/api/v1/namespaces/{POD.namespace}/pods/{POD.name}/log"
        headers = {"authorization": f"Bearer {server.admin_token}"}
        answer = await server.answer(Request(method="GET", path=path, headers=headers))
        assert isinstance(answer, Response), "nobody asked to follow it"
        return answer.body.decode().splitlines() if answer.status == 200 else []

    def _line(self, name: str, seen: str) -> None:
        self._console.print(f"  [green]✓[/] [cyan]{name}[/] · {escape(seen)}")


def pod() -> dict[str, Any]:
    """Return a pod of mount.yaml's account that runs `PROGRAM` as a process of this machine."""
    container = {
        "name": "reader",
        "image": "reader",
        "command": [sys.executable, "-c", PROGRAM, "/mnt/secrets"],
        "volumeMounts": [{"name": "secrets", "mountPath": "/mnt/secrets", "readOnly": True}],
    }
    volume = {
        "name": "secrets",
        "csi": {
            "driver": DRIVER,
            "readOnly": True,
            "volumeAttributes": {"secretProviderClass": "myapp-secrets"},
        },
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": POD.name,
            "namespace": POD.namespace,
            "annotations": {"keyferry.io/lab-process": "true"},
        },
        "spec": {
            "serviceAccountName": "myapp-sa",
            "terminationGracePeriodSeconds": 1,
            "containers": [container],
            "volumes": [volume],
        },
    }
