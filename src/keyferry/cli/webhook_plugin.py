"""The webhook as a process in the lab, as the Deployment in deploy/webhook.yaml would run it on a cluster.

The API server asks it by URL, because the lab's pods run nothing that could stand behind a Service.
"""

import base64
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from keyferry.admit.certificates.folder import CERTIFICATE, KEY
from keyferry.cli.processes import Process

HOST: Final = "127.0.0.1"
PATH: Final = "/validate-external-secrets-io-v1-externalsecret"
NAME: Final = "keyferry-validate"


def arguments(folder: Path, port: int) -> list[str]:
    """Return how `keyferry` is called for a webhook that listens on `port` with the certificate in `folder`."""
    return ["webhook", "--cert-dir", str(folder), "--address", f"{HOST}:{port}", "--metrics-addr", f"{HOST}:0"]


def configuration(port: int, ca_pem: bytes, **changes: Any) -> dict[str, Any]:
    """Return the configuration of deploy/webhook.yaml for a webhook on `port`, whose authority is `ca_pem`."""
    client = {"url": f"https://{HOST}:{port}{PATH}", "caBundle": base64.b64encode(ca_pem).decode()}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": NAME},
        "webhooks": [
            {
                "name": "validate.externalsecret.external-secrets.io",
                "rules": [_rule(*rule) for rule in _RULES],
                "clientConfig": client,
                "admissionReviewVersions": ["v1"],
                "sideEffects": "None",
                "timeoutSeconds": 5,
                "failurePolicy": "Ignore",
                "matchPolicy": "Exact",
                **changes,
            }
        ],
    }


def free_port() -> int:
    """Return a port of loopback on which nobody listens now."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


class Webhook(Process):
    """`keyferry webhook` with its files. It is not started yet."""

    def __init__(self, folder: Path, environment: Mapping[str, str], log: Path) -> None:
        self.folder = folder
        self.port = free_port()
        super().__init__(arguments(folder, self.port), environment, log)

    def certify(self, certificate: bytes, key: bytes) -> None:
        """Put a certificate in place, which a running process takes within seconds."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        for name, text in ((CERTIFICATE, certificate), (KEY, key)):
            file = self.folder / name
            file.touch(mode=0o600)
            file.write_bytes(text)

    async def stop(self) -> int:
        """End it, and leave no key behind."""
        code = await super().stop()
        for name in (CERTIFICATE, KEY):
            (self.folder / name).unlink(missing_ok=True)
        if self.folder.exists():
            self.folder.rmdir()
        return code


_RULES: Final = (
    (
        "external-secrets.io",
        ("v1", "v1beta1"),
        "externalsecrets",
        "clusterexternalsecrets",
        "secretstores",
        "clustersecretstores",
    ),
    ("external-secrets.io", ("v1alpha1",), "pushsecrets", "clusterpushsecrets"),
    ("generators.external-secrets.io", ("v1alpha1",), "*"),
)


def _rule(group: str, versions: tuple[str, ...], *resources: str) -> dict[str, Any]:
    return {
        "apiGroups": [group],
        "apiVersions": list(versions),
        "operations": ["CREATE", "UPDATE"],
        "resources": list(resources),
    }
