"""What the stories about injection apply, and the program that their pods run."""

import sys
from collections.abc import Mapping
from typing import Any, Final

from tests.scenario.stage import READER

USE: Final = "azure.workload.identity/use"
SKIP: Final = "azure.workload.identity/skip-containers"
CLIENT: Final = "azure.workload.identity/client-id"
VAULT: Final = "https://kv-stage.vault.azure.net"

# As any program that knows Azure's SDK and nothing of keyferry or the lab. It prints digests alone.
PROGRAM: Final = """
import hashlib, os, pathlib, sys, time
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]

while True:
    token = digest(pathlib.Path(os.environ["AZURE_FEDERATED_TOKEN_FILE"]).read_text())
    try:
        with DefaultAzureCredential() as credential, SecretClient(sys.argv[1], credential) as client:
            print("read", digest(client.get_secret("db-password").value), token, flush=True)
    except Exception as refusal:
        print("failed", type(refusal).__name__, flush=True)
    time.sleep(0.2)
"""

# Which of the variables it has. One of that beginning comes from the lab, to every process.
LISTER: Final = """
import os, signal
names = {name for name in os.environ if name.startswith("AZURE_")} - {"AZURE_POD_IDENTITY_AUTHORITY_HOST"}
print("has", *sorted(names), flush=True)
signal.pause()
"""


def account(name: str, namespace: str, **annotations: str) -> dict[str, Any]:
    """Return a ServiceAccount, with the client-id of the identity `reader` unless told."""
    given = annotations or {CLIENT: READER}
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace, "annotations": given},
    }


def container(name: str, program: str, *arguments: str) -> dict[str, Any]:
    """Return a container that runs a Python program as a process of this machine."""
    return {"name": name, "image": "python", "command": [sys.executable, "-c", program, *arguments]}


def pod(name: str, namespace: str, *containers: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a pod of the account `reader` that asks for injection, with labels, annotations and parts of the spec."""
    labels, annotations = fields.pop("labels", {USE: "true"}), fields.pop("annotations", {})
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, **_metadata(labels, annotations)},
        "spec": _spec(containers, fields),
    }


def deployment(name: str, namespace: str, *containers: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a Deployment of such pods, which have the label `app` besides."""
    labels = {"app": name, **fields.pop("labels", {USE: "true"})}
    template = {"metadata": _metadata(labels, fields.pop("annotations", {})), "spec": _spec(containers, fields)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template},
    }


def _metadata(labels: Mapping[str, str], annotations: Mapping[str, str]) -> dict[str, Any]:
    return {"labels": {**labels}, "annotations": {"keyferry.io/lab-process": "true", **annotations}}


def _spec(containers: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]) -> dict[str, Any]:
    usual = {"serviceAccountName": "reader", "terminationGracePeriodSeconds": 1}
    return {**usual, "containers": [*containers], **fields}
