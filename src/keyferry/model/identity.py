"""Who asks: a Kubernetes ServiceAccount that stands for an identity in Entra."""

from dataclasses import dataclass
from typing import NewType

TenantId = NewType("TenantId", str)
ClientId = NewType("ClientId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccountRef:
    """A ServiceAccount by namespace and name."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadIdentity:
    """The key of every credential, cache and pool: nothing is shared between two values that differ in any field.

    `authority_host` is the cloud's Entra address, as `https://login.microsoftonline.com`, without a trailing slash.
    `audiences` are those of the ServiceAccount token, the token-exchange audience first.
    """

    tenant_id: TenantId
    client_id: ClientId
    service_account: ServiceAccountRef
    authority_host: str
    audiences: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The `sub` claim of the ServiceAccount's tokens, which a federated credential must repeat to the letter."""
        return f"system:serviceaccount:{self.service_account.namespace}:{self.service_account.name}"
