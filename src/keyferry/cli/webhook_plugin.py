"""The webhook as a process in the lab, as the Deployment in deploy/webhook.yaml would run it on a cluster.

It makes its own certificate and has the API server trust it, as there. The lab's pods run nothing that could stand
behind a Service, so the API server is told which port of loopback the Service leads to.
"""

import secrets
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import aiohttp

from keyferry.cli.processes import Process
from keyferry.kube import manifests

HOST: Final = "127.0.0.1"
NAMESPACE: Final = "keyferry"
SERVICE: Final = "keyferry-webhook"
SECRET: Final = "keyferry-webhook-tls"  # noqa: S105  (a Secret's name)
VALIDATION: Final = "keyferry-validate"
VALIDATION_PATH: Final = "/validate-external-secrets-io-v1-externalsecret"
PORTS: Final = range(20_000, 30_000)  # below those of ip_local_port_range, and of Kubernetes' node ports
_REGISTRATION: Final = Path(__file__).with_name("webhook_registration.yaml")


def arguments(port: int, health_port: int, kubeconfig: Path) -> list[str]:
    """Return how `keyferry` is called for a webhook that listens on `port` and tells its health on another."""
    own = ["--certificate-secret", f"{NAMESPACE}/{SECRET}", "--kubeconfig", str(kubeconfig)]
    return [
        "webhook",
        *own,
        "--inject",
        "--advise",
        "--grace",
        "0s",
        "--address",
        f"{HOST}:{port}",
        "--metrics-addr",
        f"{HOST}:{health_port}",
    ]


def registration(changes: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> Iterator[Mapping[str, Any]]:
    """Yield what a cluster is told of the webhook.

    `changes` are fields to replace in every entry of a configuration, by the configuration's name.
    """
    for document in manifests.read(_REGISTRATION):
        changed = changes.get(document["metadata"]["name"], {})
        entries = [{**entry, **changed} for entry in document.get("webhooks", ())]
        yield {**document, "webhooks": entries} if entries else document


def free_port() -> int:
    """Return a port of loopback on which nobody listens now, and that no kernel gives to anybody who did not ask.

    Between this and the webhook's own listening others open sockets by the hundred.
    """
    with socket.socket() as found:
        while True:
            try:
                found.bind((HOST, secrets.choice(PORTS)))
            except OSError:
                continue
            return int(found.getsockname()[1])


class Webhook(Process):
    """`keyferry webhook`. It is not started yet."""

    def __init__(self, kubeconfig: Path, environment: Mapping[str, str], log: Path) -> None:
        self.port, self.health_port = free_port(), free_port()
        super().__init__(arguments(self.port, self.health_port, kubeconfig), environment, log)

    async def is_ready(self) -> bool | None:
        """Whether an API server would be served now; None where not."""
        patience = aiohttp.ClientTimeout(total=1)
        try:
            async with (
                aiohttp.ClientSession(timeout=patience) as session,
                session.get(f"http://{HOST}:{self.health_port}/readyz") as answer,
            ):
                return True if answer.status == 200 else None
        except (aiohttp.ClientError, TimeoutError):
            return None
