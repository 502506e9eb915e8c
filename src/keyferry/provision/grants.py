"""Which roles an estate's identities need on its vaults: the one place that Terraform's inputs and ARM's requests read.

Pure. What the operator and the node plugin ask of a vault, and the least built-in role that allows it:

  object       data actions                            role
  secret       secrets/getSecret, secrets/readMetadata Key Vault Secrets User
  certificate  certificates/read: the public half      Key Vault Reader
  key          keys/read: the public half              Key Vault Reader

A certificate with its private key is the secret of its name, and is asked for as one. Key Vault Certificate User would
let an identity that has it on a vault read every secret, and Crypto User sign and decrypt; a Reader reads no value.
https://learn.microsoft.com/azure/key-vault/general/rbac-guide
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keyferry.model.secrets import ObjectKind
from keyferry.spec.estate.estate import Estate
from keyferry.spec.estate.sites import ObjectType, RoleScope, Site, SiteSecret


class Role(StrEnum):
    """A built-in role, by the word for it in Terraform's inputs."""

    SECRETS_USER = "secrets_user"
    READER = "reader"

    @property
    def azure_name(self) -> str:
        """What Azure calls it."""
        return _NAMES[self]

    @property
    def definition_id(self) -> str:
        """Its GUID, the same in every tenant. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""
        return _DEFINITION_IDS[self]


_NAMES: Final = {Role.SECRETS_USER: "Key Vault Secrets User", Role.READER: "Key Vault Reader"}
_DEFINITION_IDS: Final = {
    Role.SECRETS_USER: "4633458b-17de-408a-b874-0445c86b69e6",
    Role.READER: "21090545-7ca7-4776-b22c-e363652d74d2",
}
_KINDS: Final = {
    ObjectType.SECRET: ObjectKind.SECRET,
    ObjectType.CERTIFICATE: ObjectKind.CERTIFICATE,
    ObjectType.KEY: ObjectKind.KEY,
}
_ROLES: Final = {
    ObjectType.SECRET: Role.SECRETS_USER,
    ObjectType.CERTIFICATE: Role.READER,
    ObjectType.KEY: Role.READER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role for an identity, needed by `site`: on the whole vault, or on one object where `kind` is not None."""

    site: str
    identity: str
    vault: str
    role: Role
    kind: ObjectKind | None = None
    object: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other grants of its site, and never changes while it is needed."""
        return "/".join((self.vault, self.role, *([self.kind, self.object] if self.kind is not None else [])))

    @property
    def scope(self) -> str:
        """What comes after the vault's own resource id, "" for the vault itself."""
        return "" if self.kind is None else f"/{self.kind}/{self.object}"


def grants(estate: Estate) -> tuple[Grant, ...]:
    """Return every role that is needed, by site and key. None is there twice: Azure refuses the same role again.

    What several sites of one identity need stands with the first of them.
    """
    found: dict[tuple[str, str], Grant] = {}
    for site in estate.sites:
        for grant in _of(site):
            found.setdefault((grant.identity, grant.key.lower()), grant)
    return tuple(sorted(found.values(), key=lambda grant: (grant.site, grant.key)))


def _of(site: Site) -> Iterator[Grant]:
    for secret in site.secrets:
        yield _for(site, secret)


def _for(site: Site, secret: SiteSecret) -> Grant:
    role = _ROLES[secret.type]
    if site.role_scope is RoleScope.VAULT:
        return Grant(site=site.name, identity=site.identity, vault=secret.vault, role=role)
    kind = _KINDS[secret.type]
    return Grant(site=site.name, identity=site.identity, vault=secret.vault, role=role, kind=kind, object=secret.name)
