"""The lab of a soak: vaults whose secrets are JSON with two members, ExternalSecrets that extract them."""

import base64
import json
from typing import Any, Final

import msgspec

from bench.world import CLIENT, ENGINEER, ISSUER, TENANT
from keyferry.kube.client import Client, Selection
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.wellknown import MANAGED_LABEL

VAULTS: Final = 4
NAMESPACE: Final = "soak"


class _Meta(msgspec.Struct):
    name: str


class _Secret(msgspec.Struct):
    metadata: _Meta
    data: dict[str, str] = {}


def vault(number: int) -> str:
    """Return the vault of an object by its number."""
    return f"kv-soak-{number % VAULTS}"


def name(number: int) -> str:
    """Return the name of an object, which is that of its Secret and of what it reads."""
    return f"object-{number:05}"


def value(number: int, version: int) -> str:
    """Return what the vault holds: both members end with the number of the version."""
    return json.dumps({"PASSWORD": f"p{number}-{version}", "USERNAME": f"u{number}-{version}"})


def seed(objects: int) -> dict[str, Any]:
    """Return the state of the Azure."""
    vaults = [f"kv-soak-{n}" for n in range(VAULTS)]

    def identity(label: str, client: str, subject: str) -> dict[str, Any]:
        credential = {"name": label, "issuer": ISSUER, "subject": subject, "audiences": ["api://AzureADTokenExchange"]}
        return {"name": label, "clientId": client, "federatedCredentials": [credential]}

    def role(who: str, what: str, where: str) -> dict[str, str]:
        return {"identity": who, "role": what, "scope": f"vaults/{where}"}

    return {
        "cluster": {"issuer": ISSUER},
        "tenants": [{"id": TENANT}],
        "vaults": [
            {
                "name": each,
                "secrets": {
                    name(number): {"value": value(number, 0)} for number in range(objects) if vault(number) == each
                },
            }
            for each in vaults
        ],
        "identities": [
            identity("reader", CLIENT, f"system:serviceaccount:{NAMESPACE}:reader"),
            identity("platform-engineer", ENGINEER, "system:serviceaccount:keyferry-lab:platform-engineer"),
        ],
        "roleAssignments": [
            *(role("reader", "Key Vault Secrets User", each) for each in vaults),
            *(role("platform-engineer", "Key Vault Secrets Officer", each) for each in vaults),
        ],
    }


def prelude() -> list[dict[str, Any]]:
    """Return namespace, ServiceAccount and stores."""
    account = {"name": "reader", "namespace": NAMESPACE, "annotations": {"azure.workload.identity/client-id": CLIENT}}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account},
        *(_store(f"kv-soak-{n}") for n in range(VAULTS)),
    ]


def external_secret(number: int, interval: str) -> dict[str, Any]:
    """Return the ExternalSecret of a number."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": name(number), "namespace": NAMESPACE},
        "spec": {
            "refreshInterval": interval,
            "secretStoreRef": {"name": vault(number), "kind": "SecretStore"},
            "dataFrom": [{"extract": {"key": name(number)}}],
        },
    }


async def shown(client: Client) -> dict[str, dict[str, str]]:
    """Return what all managed Secrets show: their keys and values, by name."""
    selection = Selection(namespace=NAMESPACE, label_selector=f"{MANAGED_LABEL}=true")
    found: dict[str, dict[str, str]] = {}
    async for page in client.pages(SECRETS, selection):
        for item in page.items:
            secret = msgspec.json.decode(item, type=_Secret)
            found[secret.metadata.name] = {k: base64.b64decode(v).decode() for k, v in secret.data.items()}
    return found


def _store(where: str) -> dict[str, Any]:
    azure = {
        "authType": "WorkloadIdentity",
        "tenantId": TENANT,
        "vaultUrl": f"https://{where}.vault.azure.net",
        "serviceAccountRef": {"name": "reader"},
    }
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "SecretStore",
        "metadata": {"name": where, "namespace": NAMESPACE},
        "spec": {"provider": {"azurekv": azure}},
    }
