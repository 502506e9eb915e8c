"""The demo's chapter on workload identity: a pod that asks for it reads the vault by the vendor's SDK, and advice."""

import sys
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.markup import escape

from keyferry.cli import examples, looking
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.lab.world.http import Request, Response

VAULT: Final = "https://myapp-kv.vault.azure.net"
POD: Final = Key(namespace="production", name="sdk")
PATIENCE: Final = 90.0
ASKS: Final = {"azure.workload.identity/use": "true"}

# What the pod runs: any program that knows Azure's SDK. It never prints a value.
PROGRAM: Final = """
import hashlib, os, signal, sys
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

given = sorted(name for name in os.environ if name in sys.argv[2:])
print("it was given " + ", ".join(given), flush=True)
with DefaultAzureCredential() as credential, SecretClient(sys.argv[1], credential) as client:
    value = client.get_secret("db-password").value
digest = hashlib.sha256(value.encode()).hexdigest()[:12]
print(f"by DefaultAzureCredential it reads db-password: {len(value)} characters, digest {digest}", flush=True)
signal.pause()
"""
VARIABLES: Final = ("AZURE_AUTHORITY_HOST", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID")


class IdentityStory:
    """Tells itself once, with a webhook that runs and that the API server asks."""

    def __init__(self, session: Session, webhook: Process, console: Console) -> None:
        self._session = session
        self._webhook = webhook
        self._console = console

    async def tell(self) -> None:
        """Tell it. Raises the error of whatever does not hold."""
        self._console.print("\n[bold]Workload identity for any pod that asks, and a word when something is off[/]")
        self._line("webhook", f"`keyferry webhook`, process {self._webhook.pid}; it made its certificate itself")
        await self._session.apply([examples.find("mount.yaml")])
        await self._session.put(pod())
        with self._console.status("waiting for the pod to read its secret"):
            lines = await looking.until(self._told, seconds=PATIENCE, what=f"what pod {POD} reads")
        for line in lines:
            self._line("the pod", line)
        for warning in await self._warnings(mistaken()):
            self._line("kubectl would show", f"Warning: {warning}")

    async def _told(self) -> list[str] | None:
        """Return what the pod has printed, once that is all."""
        answer = await self._asked("GET", f"/pods/{POD.name}/log", b"", group="api/v1")
        lines = answer.body.decode().splitlines() if answer.status == 200 else []
        return lines if len(lines) > 1 else None

    async def _warnings(self, document: dict[str, Any]) -> list[str]:
        answer = await self._asked(
            "POST", "/deployments?dryRun=All", msgspec.json.encode(document), group="apis/apps/v1"
        )
        found = (text for name, text in answer.headers if name.lower() == "warning")
        return [text.partition('"')[2].rstrip('"').replace('\\"', '"') for text in found]

    async def _asked(self, method: str, path: str, body: bytes, *, group: str) -> Response:
        server = self._session.lab.kubernetes
        headers = {"authorization": f"Bearer {server.admin_token}", "content-type": "application/json"}
        place, _, query = path.partition("?")
        answer = await server.answer(
            Request(
                method=method,
                path=f"/{group}/namespaces/{POD.namespace}{place}",
                query=tuple(tuple(part.split("=")) for part in query.split("&") if part),  # type: ignore[misc]  # (pairs)
                headers=headers,
                body=body,
            )
        )
        assert isinstance(answer, Response), "nobody asked to follow it"
        return answer

    def _line(self, name: str, seen: str) -> None:
        self._console.print(f"  [green]✓[/] [cyan]{name}[/] · {escape(seen)}")


def pod() -> dict[str, Any]:
    """Return a pod of mount.yaml's account that asks for its identity, and runs `PROGRAM` on this machine."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": POD.name,
            "namespace": POD.namespace,
            "labels": ASKS,
            "annotations": {"keyferry.io/lab-process": "true"},
        },
        "spec": _spec([sys.executable, "-c", PROGRAM, VAULT, *VARIABLES]),
    }


def mistaken() -> dict[str, Any]:
    """Return a Deployment that asks for the identity at the wrong place, as many do."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": POD.name, "namespace": POD.namespace, "labels": ASKS},
        "spec": {
            "selector": {"matchLabels": {"app": POD.name}},
            "template": {"metadata": {"labels": {"app": POD.name}}, "spec": _spec(["sleep", "60"])},
        },
    }


def _spec(command: list[str]) -> dict[str, Any]:
    container = {"name": POD.name, "image": "python", "command": command}
    return {"serviceAccountName": "myapp-sa", "terminationGracePeriodSeconds": 1, "containers": [container]}
