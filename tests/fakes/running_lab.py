"""The whole lab in this process, in a folder whose path is short enough for a socket."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.cli.session import Session, open_session
from keyferry.lab.azure.seed import Seed, parse
from keyferry.lab.serve.lab import Lab
from keyferry.lab.serve.options import Options, Ports
from tests.fakes import lab_azure

READER = lab_azure.READER
ENGINEER = "55555555-5555-4555-8555-555555555555"
ISSUER = "https://oidc.cluster.example/one/"


@contextmanager
def short_folder() -> Iterator[Path]:
    """A private folder of a few characters."""
    with tempfile.TemporaryDirectory(prefix="kf-") as made:
        yield Path(made)


def document(**changes: Any) -> dict[str, Any]:
    """A seed with one vault, its reader, and the platform engineer."""
    return {
        "cluster": {"issuer": ISSUER},
        "tenants": [{"id": lab_azure.TENANT}],
        "vaults": [{"name": "kv-one", "secrets": {"db-password": {"value": "first"}, "db-user": {"random": 12}}}],
        "identities": [
            _identity("reader", READER, "system:serviceaccount:app:reader"),
            _identity("platform-engineer", ENGINEER, "system:serviceaccount:keyferry-lab:platform-engineer"),
        ],
        "roleAssignments": [
            {"identity": "reader", "role": "Key Vault Secrets User", "scope": "vaults/kv-one"},
            {"identity": "platform-engineer", "role": "Key Vault Secrets Officer", "scope": "vaults/kv-one"},
            {"identity": "platform-engineer", "role": "Contributor", "scope": "resourceGroups/rg-keyferry-lab"},
        ],
        **changes,
    }


def seed(**changes: Any) -> Seed:
    """The same, parsed."""
    return parse(document(**changes))


def _identity(name: str, client_id: str, subject: str) -> dict[str, Any]:
    trust = {"name": name, "issuer": ISSUER, "subject": subject, "audiences": ["api://AzureADTokenExchange"]}
    return {"name": name, "clientId": client_id, "federatedCredentials": [trust]}


@asynccontextmanager
async def running_session(
    environment: pytest.MonkeyPatch, declared: Seed | None = None, ports: Ports | None = None, nodes: int = 0
) -> AsyncIterator[Session]:
    """Run a lab, and let this process live in it: its proxy, its CA, its kubeconfig."""
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    with short_folder() as folder:
        environment.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
        async with open_session(
            Lab(declared or seed(), folder, Options(ports=ports or Ports(), nodes=nodes))
        ) as session:
            for name, value in session.lab.environment.items():
                environment.setenv(name, value)
            yield session
