"""One site of an estate: who it is (namespace and ServiceAccount, identity), and what it gets in which way.

Part of `estate.Estate`.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class ObjectType(StrEnum):
    """`type`: what kind of object a vault holds under the name."""

    SECRET = "secret"  # noqa: S105  (a word of the file, no password)
    CERTIFICATE = "certificate"
    KEY = "key"


class Consumption(StrEnum):
    """`consume`: how the application takes the value. FILES also stands for one that can be told where to look."""

    FILES = "files"
    ENV = "env"
    SECRET_REF = "secretRef"  # noqa: S105  (as above)


class Deliver(StrEnum):
    """`deliver` as users write it."""

    AUTO = "auto"
    FILES = "files"
    SECRET = "secret"  # noqa: S105  (a word of the file, no password)


class Delivery(StrEnum):
    """The way that was chosen: files on tmpfs by the node plugin, or a Secret kept in step by the operator."""

    FILES = "files"
    SECRET = "secret"  # noqa: S105  (a word of the file, no password)


class RoleScope(StrEnum):
    """`roleScope`: what a role is assigned on, one assignment for the vault or one for each secret."""

    VAULT = "vault"
    SECRET = "secret"  # noqa: S105  (a word of the file, no password)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSecret:
    """One object that a site gets. `alias` is what the application sees: the file's name, the key in the Secret.

    `version` "" is the newest. `reason` says in a sentence why `delivery` was chosen.
    """

    vault: str
    name: str
    alias: str
    type: ObjectType
    version: str
    consume: Consumption
    delivery: Delivery
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site, resolved.

    `vault` is where its secrets are unless one says otherwise; `identity` a name among the estate's; `secret_name` is
    the Secret that the application knows (its own before, or one by the site's name); `workload` the Deployment that
    the example patch is for. `makes_namespace`: the rendered manifests include the Namespace.
    """

    name: str
    namespace: str
    service_account: str
    makes_namespace: bool
    identity: str
    vault: str
    role_scope: RoleScope
    secret_name: str
    refresh_interval: timedelta
    mount_path: str
    workload: str
    secrets: tuple[SiteSecret, ...]

    @property
    def subject(self) -> str:
        """What the cluster writes into its tokens' `sub`. https://kubernetes.io/docs/reference/access-authn-authz/authentication/"""
        return f"system:serviceaccount:{self.namespace}:{self.service_account}"

    @property
    def vaults(self) -> tuple[str, ...]:
        """The vaults that it reads from, in order of name."""
        return tuple(sorted({secret.vault for secret in self.secrets}))

    def delivered(self, delivery: Delivery) -> tuple[SiteSecret, ...]:
        """Return its secrets that come in this way."""
        return tuple(secret for secret in self.secrets if secret.delivery is delivery)
