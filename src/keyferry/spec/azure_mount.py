"""The parameters by which the Azure provider mounts become one frozen value, or one error with everything wrong.

Parameters: https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion

LATEST: Final = SecretVersion("")


class MountAuth(StrEnum):
    """How a mount proves who asks, by the parameter that chooses it."""

    WORKLOAD_IDENTITY = "clientID"
    IDENTITY_BINDING = "useAzureTokenProxy"
    POD_IDENTITY = "usePodIdentity"
    VM_MANAGED_IDENTITY = "useVMManagedIdentity"
    SERVICE_PRINCIPAL = "nodePublishSecretRef"


class ObjectFormat(StrEnum):
    """`objectFormat`: of a certificate's secret."""

    PEM = "pem"
    PFX = "pfx"


class ObjectEncoding(StrEnum):
    """`objectEncoding`: how a secret's text stands for the bytes of the file."""

    UTF_8 = "utf-8"
    HEX = "hex"
    BASE64 = "base64"


@dataclass(frozen=True, slots=True, kw_only=True)
class MountObject:
    """One of `objects`. `version` is "" for the latest; `history` is how many versions, newest first, 0 for one alone.

    `path` is the alias, or the name where there is none; with a history the files are `path/0`, `path/1` and on. `mode`
    is None where the mount's own counts.
    """

    name: SecretName
    kind: ObjectKind
    path: str
    version: SecretVersion = LATEST
    history: int = 0
    format: ObjectFormat = ObjectFormat.PEM
    encoding: ObjectEncoding = ObjectEncoding.UTF_8
    mode: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureMount:
    """What the parameters of one mount say.

    `cloud` is a name from CLOUD_NAMES in its own spelling, "" where the process's default counts; `cloud_file` the file
    that describes AzureStackCloud. `client_id` is "" where the auth needs none.
    """

    vault_name: str
    tenant_id: str
    auth: MountAuth
    client_id: str
    user_assigned_identity_id: str
    cloud: str
    cloud_file: str
    objects: tuple[MountObject, ...]
