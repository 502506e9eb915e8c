"""A lab for measuring: one vault with many secrets, one identity, latencies of real distances, and one operator."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from keyferry.cli.processes import Process
from keyferry.cli.session import Session, open_session
from keyferry.kube.manifests import Manifests
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab
from keyferry.lab.world.faults import Fault, Rule, Service

TENANT = "99999999-9999-4999-8999-999999999999"
CLIENT = "44444444-4444-4444-8444-444444444444"
ENGINEER = "55555555-5555-4555-8555-555555555555"
ISSUER = "https://westeurope.oic.prod-aks.azure.com/bench/"
VAULT = "kv-bench"
NAMESPACE = "bench"
VAULT_LATENCY = timedelta(milliseconds=20)
ENTRA_LATENCY = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a process has used: CPU seconds of user and system, and its largest resident set in MiB."""

    cpu_seconds: float
    peak_mib: float


def usage(pid: int) -> Usage:
    """Read a process's accounts from the kernel. Works while it lives."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", maxsplit=1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return Usage(cpu_seconds=ticks / os.sysconf("SC_CLK_TCK"), peak_mib=peak / 1024)


def seed(secrets: int) -> dict[str, Any]:
    """Return the state of an Azure with `secrets` secrets in one vault."""

    def identity(name: str, client: str, subject: str) -> dict[str, Any]:
        credential = {"name": name, "issuer": ISSUER, "subject": subject, "audiences": ["api://AzureADTokenExchange"]}
        return {"name": name, "clientId": client, "federatedCredentials": [credential]}

    return {
        "cluster": {"issuer": ISSUER},
        "tenants": [{"id": TENANT}],
        "vaults": [{"name": VAULT, "secrets": {f"secret-{n:05}": {"random": 32} for n in range(secrets)}}],
        "identities": [
            identity("reader", CLIENT, f"system:serviceaccount:{NAMESPACE}:reader"),
            identity("platform-engineer", ENGINEER, "system:serviceaccount:keyferry-lab:platform-engineer"),
        ],
        "roleAssignments": [
            {"identity": "reader", "role": "Key Vault Secrets User", "scope": f"vaults/{VAULT}"},
            {"identity": "platform-engineer", "role": "Key Vault Secrets Officer", "scope": f"vaults/{VAULT}"},
        ],
    }


def external_secret(number: int, interval: str) -> dict[str, Any]:
    """Return an ExternalSecret of two keys, which nobody else reads."""
    data = [
        {"secretKey": key, "remoteRef": {"key": f"secret-{2 * number + offset:05}"}}
        for offset, key in enumerate(("PASSWORD", "USERNAME"))
    ]
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": f"object-{number:05}", "namespace": NAMESPACE},
        "spec": {
            "refreshInterval": interval,
            "secretStoreRef": {"name": "vault", "kind": "SecretStore"},
            "target": {"name": f"object-{number:05}"},
            "data": data,
        },
    }


def prelude() -> list[Mapping[str, Any]]:
    """Return namespace, ServiceAccount and store."""
    azure = {
        "authType": "WorkloadIdentity",
        "tenantId": TENANT,
        "vaultUrl": f"https://{VAULT}.vault.azure.net",
        "serviceAccountRef": {"name": "reader"},
    }
    annotations = {"azure.workload.identity/client-id": CLIENT}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "reader", "namespace": NAMESPACE, "annotations": annotations},
        },
        {
            "apiVersion": "external-secrets.io/v1",
            "kind": "SecretStore",
            "metadata": {"name": "vault", "namespace": NAMESPACE},
            "spec": {"provider": {"azurekv": azure}},
        },
    ]


@asynccontextmanager
async def world(objects: int, interval: str) -> AsyncIterator[tuple[Session, Process]]:
    """Give a session whose cluster holds `objects` ExternalSecrets, and an operator that is not started yet."""
    with TemporaryDirectory(prefix="kf-bench-") as folder:
        lab = Lab(parse(seed(2 * objects)), Path(folder))
        async with open_session(lab) as session:
            await session.install()
            manifests = Manifests(session.client)
            for document in (*prelude(), *(external_secret(n, interval) for n in range(objects))):
                await manifests.apply(document)
            lab.faults.put(Service.VAULT, Rule(fault=Fault(latency=VAULT_LATENCY)))
            lab.faults.put(Service.ENTRA, Rule(fault=Fault(latency=ENTRA_LATENCY)))
            operator = session.operator(Path(folder) / "operator.log", "--log-level", "warning")
            try:
                yield session, operator
            finally:
                await operator.stop()
