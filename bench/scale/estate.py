"""N ExternalSecrets of two keys each, spread over vaults and identities, and the Azure that they read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bench.world import ENGINEER, ISSUER, TENANT

NAMESPACE: Final = "bench"
KEYS: Final = ("PASSWORD", "USERNAME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """So many objects; each identity reads one vault, and has a store of its own."""

    objects: int
    vaults: int = 1
    identities: int = 1
    interval: str = "1m"
    issuer: str = ISSUER

    def seed(self) -> dict[str, Any]:
        """Return the state of the Azure: one object more than there is at first."""
        secrets: list[dict[str, Any]] = [{} for _ in range(self.vaults)]
        for number in range(self.objects + 1):
            for key in KEYS:
                secrets[self._vault(number)][secret(number, key)] = {"random": 24}
        readers = [
            self._identity(f"reader-{n}", _client(n), f"system:serviceaccount:{NAMESPACE}:reader-{n}")
            for n in range(self.identities)
        ]
        subject = "system:serviceaccount:keyferry-lab:platform-engineer"
        engineer = self._identity("platform-engineer", ENGINEER, subject)
        return {
            "cluster": {"issuer": self.issuer},
            "tenants": [{"id": TENANT}],
            "vaults": [{"name": f"kv-bench-{n}", "secrets": secrets[n]} for n in range(self.vaults)],
            "identities": [*readers, engineer],
            "roleAssignments": [
                *(_role(f"reader-{n}", "Key Vault Secrets User", n % self.vaults) for n in range(self.identities)),
                *(_role("platform-engineer", "Key Vault Secrets Officer", n) for n in range(self.vaults)),
            ],
        }

    def prelude(self) -> Iterator[dict[str, Any]]:
        """Yield namespace, ServiceAccounts and stores."""
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
        for number in range(self.identities):
            name = f"reader-{number}"
            annotations = {"azure.workload.identity/client-id": _client(number)}
            metadata = {"name": name, "namespace": NAMESPACE, "annotations": annotations}
            yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
            azure = {
                "authType": "WorkloadIdentity",
                "tenantId": TENANT,
                "vaultUrl": self.vault_url(number),
                "serviceAccountRef": {"name": name},
            }
            yield {
                "apiVersion": "external-secrets.io/v1",
                "kind": "SecretStore",
                "metadata": {"name": f"store-{number}", "namespace": NAMESPACE},
                "spec": {"provider": {"azurekv": azure}},
            }

    def external_secret(self, number: int) -> dict[str, Any]:
        """Return one of the ExternalSecrets."""
        return {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": {"name": name(number), "namespace": NAMESPACE},
            "spec": {
                "refreshInterval": self.interval,
                "secretStoreRef": {"name": f"store-{number % self.identities}", "kind": "SecretStore"},
                "data": [{"secretKey": key, "remoteRef": {"key": secret(number, key)}} for key in KEYS],
            },
        }

    def vault_url(self, number: int) -> str:
        """Return the vault that an object reads."""
        return f"https://kv-bench-{self._vault(number)}.vault.azure.net"

    def _vault(self, number: int) -> int:
        return number % self.identities % self.vaults

    def _identity(self, label: str, client: str, subject: str) -> dict[str, Any]:
        credential = {
            "name": label,
            "issuer": self.issuer,
            "subject": subject,
            "audiences": ["api://AzureADTokenExchange"],
        }
        return {"name": label, "clientId": client, "federatedCredentials": [credential]}


def name(number: int) -> str:
    """Return the name of an object and of its Secret."""
    return f"object-{number:05}"


def secret(number: int, key: str) -> str:
    """Return the name of what one key of an object reads; nobody else reads it."""
    return f"{name(number)}-{key.lower()}"


def _client(number: int) -> str:
    return f"44444444-4444-4444-8444-{number:012}"


def _role(who: str, role: str, vault: int) -> dict[str, str]:
    return {"identity": who, "role": role, "scope": f"vaults/kv-bench-{vault}"}
