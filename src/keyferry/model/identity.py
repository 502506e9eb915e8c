"""Who asks a vault: a Kubernetes ServiceAccount that stands for an identity in Entra, or one of the older ways."""

from dataclasses import dataclass, field
from typing import Final, NewType

from keyferry.model.errors import Where
from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import BINDING_AUDIENCE

NMI: Final = "http://localhost:2579"  # where AAD Pod Identity's node daemon listens unless told otherwise

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

    @property
    def who(self) -> str:
        """The identity in the words of a message."""
        return f"client {self.client_id} (ServiceAccount {self.service_account})"

    @property
    def where(self) -> Where:
        """The object that makes this identity what it is."""
        account = self.service_account
        return Where(kind="ServiceAccount", namespace=account.namespace, name=account.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectedIdentity:
    """The identity of the process's own pod, by the token that kubelet keeps in `token_file` (an absolute path).

    `authority_host` is as in WorkloadIdentity.
    """

    tenant_id: TenantId
    client_id: ClientId
    authority_host: str
    token_file: str

    @property
    def who(self) -> str:
        """The identity in the words of a message."""
        return f"client {self.client_id} (the process's own token in {self.token_file})"

    @property
    def where(self) -> Where:
        """The object that makes this identity what it is."""
        return Where(kind="file", name=self.token_file)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedIdentity:
    """An identity that the machine's metadata endpoint lends to whoever runs there.

    It is named by `client_id`, or by `resource_id` in Azure Resource Manager; with neither it is the system-assigned
    one. Which tenant it is of, only its tokens tell.
    """

    client_id: ClientId
    tenant_id: TenantId = TenantId("")
    resource_id: str = ""

    @property
    def who(self) -> str:
        """The identity in the words of a message."""
        name = self.client_id or self.resource_id
        return f"managed identity {name}" if name else "the system-assigned managed identity"

    @property
    def where(self) -> Where:
        """The object that makes this identity what it is."""
        return Where(kind="managed identity", name=self.client_id or self.resource_id or "system-assigned")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundIdentity:
    """A managed identity that an AKS identity binding ties to a ServiceAccount: traded at the cluster's token proxy.

    Equal to a WorkloadIdentity in nothing, though client and ServiceAccount be the same: another way, other rights.
    `authority_host` is as there.
    """

    tenant_id: TenantId
    client_id: ClientId
    service_account: ServiceAccountRef
    authority_host: str

    @property
    def audiences(self) -> tuple[str, ...]:
        """The one audience that the token proxy takes."""
        return (BINDING_AUDIENCE,)

    @property
    def who(self) -> str:
        """The identity in the words of a message."""
        return f"client {self.client_id} (identity binding of ServiceAccount {self.service_account})"

    @property
    def where(self) -> Where:
        """The object that makes this identity what it is."""
        account = self.service_account
        return Where(kind="ServiceAccount", namespace=account.namespace, name=account.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PodIdentity:
    """What AAD Pod Identity, which is deprecated, lends to one pod: the node's NMI at `endpoint` decides by its name.

    Never shared among pods, also not with an earlier one of the same name, whose labels may have chosen another
    identity. Of which tenant and client it is, only its tokens tell.
    """

    namespace: str
    pod: str
    uid: str
    endpoint: str = NMI
    tenant_id: TenantId = TenantId("")
    client_id: ClientId = ClientId("")

    @property
    def who(self) -> str:
        """The identity in the words of a message."""
        return f"the AAD pod identity of pod {self.namespace}/{self.pod}"

    @property
    def where(self) -> Where:
        """The object that makes this identity what it is."""
        return Where(kind="Pod", namespace=self.namespace, name=self.pod)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """An application with a stored credential: a client secret, or a certificate with its private key (PEM or PKCS#12).

    Exactly one of the two is set. `source` is the Kubernetes Secret that holds it. Whoever changes the credential makes
    another identity, so nothing is kept across the change.
    """

    tenant_id: TenantId
    client_id: ClientId
    authority_host: str
    source: Where
    secret: SecretValue | None = field(default=None)
    certificate: SecretValue | None = field(default=None)

    @property
    def who(self) -> str:
        """The identity in the words of a message."""
        return f"client {self.client_id} (credential in {self.source})"

    @property
    def where(self) -> Where:
        """The object that makes this identity what it is."""
        return self.source


Identity = WorkloadIdentity | ProjectedIdentity | BoundIdentity | ManagedIdentity | PodIdentity | ServicePrincipal
