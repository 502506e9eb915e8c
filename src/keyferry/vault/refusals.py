"""The vault's 401 and 403: which of its many reasons it was, and who mends it how. Called by vault.errors."""

import re
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import GrantError, RoleMissing, Where
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind
from keyferry.vault.names import NOUNS

NO_PERMISSION: Final = frozenset({"ForbiddenByRbac", "AccessDenied"})
READER_ROLES: Final = {  # https://learn.microsoft.com/azure/key-vault/general/rbac-guide
    ObjectKind.SECRET: "Key Vault Secrets User",
    ObjectKind.CERTIFICATE: "Key Vault Certificate User",
    ObjectKind.KEY: "Key Vault Crypto User",
}
WRITER_ROLES: Final = {
    ObjectKind.SECRET: "Key Vault Secrets Officer",
    ObjectKind.CERTIFICATE: "Key Vault Certificates Officer",
    ObjectKind.KEY: "Key Vault Crypto Officer",
}
_WRITER_PERMISSIONS: Final = {
    ObjectKind.SECRET: "get, set, delete and recover",
    ObjectKind.CERTIFICATE: "get, import, update, delete and recover",
    ObjectKind.KEY: "get, import, update, delete and recover",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What an identity must be given: a role, or permissions where the vault uses access policies."""

    role: str
    permissions: str


def needed(kind: ObjectKind, *, writes: bool = False) -> Needed:
    """Return what objects of a kind can be read with, or written."""
    words = _WRITER_PERMISSIONS[kind] if writes else "get and list"
    role = WRITER_ROLES[kind] if writes else READER_ROLES[kind]
    return Needed(role=role, permissions=f"{NOUNS[kind]} permissions {words}")


_FOR_SECRETS: Final = needed(ObjectKind.SECRET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the vault said. Of `message` only facts of a fixed form are taken, never the text."""

    code: str
    message: str
    challenge: str = ""

    def fact(self, pattern: str) -> str:
        """Return the first group of `pattern` in the message, "" where it has none."""
        found = re.search(pattern, self.message)
        return found[1] if found else ""


_AKV = r"\b(AKV\d{5})\b"
_SCOPE = r"Resource: '(/subscriptions/[0-9a-zA-Z/._()-]+/vaults/[0-9a-zA-Z-]+)"
_OBJECT = r"\boid=([0-9a-fA-F-]{36})\b"
_ADDRESS = r"Client address: ([0-9a-fA-F.:]+)"
_TENANT = re.compile(r"authorization(?:_uri)?=\"?https://[^/\"]+/([0-9A-Za-z.-]+)")


def unauthorized(told: Told, what: str, identity: Identity, where: Where) -> GrantError:
    """Return the error for a token that the vault does not accept; AKV10032 is a token of another tenant."""
    code = told.fact(_AKV)
    challenged = _TENANT.search(told.challenge)
    tenant = challenged[1] if challenged else ""
    own = identity.tenant_id
    if code == "AKV10032" or (tenant and own and tenant.lower() != own.lower()):
        return GrantError(
            what=f"{what} failed: the vault trusts {f'tenant {tenant}' if tenant else 'another tenant'}",
            cause=f"{code or 'HTTP 401'}: the token of {identity.who} is of {f'tenant {own}' if own else 'another'}",
            remedy="set tenantId to the vault's tenant id, and use an identity of that tenant",
            where=where,
        )
    return GrantError(
        what=f"{what} failed: the vault does not accept the token of {identity.who}",
        cause=f"{code or 'HTTP 401'} from {where.name}",
        remedy="see that vaultUrl, environmentType and tenantId belong to the same cloud and tenant",
        where=where,
    )


def forbidden(told: Told, what: str, identity: Identity, where: Where, needs: Needed = _FOR_SECRETS) -> GrantError:
    """Return the error for a 403, by its inner code: role, access policy, firewall, private link, disabled secret."""
    cause, remedy = _reason(told, identity.who, where, needs)
    kind = RoleMissing if told.code in NO_PERMISSION else GrantError
    return kind(what=f"{what} failed: {where.name} refused {identity.who}", cause=cause, remedy=remedy, where=where)


def _reason(told: Told, who: str, where: Where, needs: Needed) -> tuple[str, str]:
    match told.code:
        case "ForbiddenByRbac":
            scope = told.fact(_SCOPE) or f"the vault {where.name}"
            principal = told.fact(_OBJECT)
            return (
                f"ForbiddenByRbac: no role assignment allows it{f' (object id {principal})' if principal else ''}",
                f'assign the role "{needs.role}" at {scope} to {who}. It takes effect after up to ten minutes',
            )
        case "AccessDenied":
            return (
                "AccessDenied: the vault uses access policies, and none allows it",
                f"give {who} the {needs.permissions} in the vault's access policies",
            )
        case "ForbiddenByFirewall":
            address = told.fact(_ADDRESS)
            return (
                f"ForbiddenByFirewall: the vault's firewall does not know {f'address {address}' if address else 'us'}",
                "add the cluster's outbound address or subnet to the vault's network rules, or use a private endpoint",
            )
        case "ForbiddenByConnection":
            return (
                "ForbiddenByConnection: the vault is closed to public networks",
                "reach it through its private endpoint: link the zone privatelink.vaultcore.azure.net to this network",
            )
        case "SecretDisabled" | "KeyDisabled" | "CertificateDisabled":
            return (
                f"{told.code}: the version asked for is disabled; an older one is not read in its place",
                f"enable it, or set a new value: {where.name}/{where.path}",
            )
        case _:
            return (
                f"Key Vault answered 403 {told.code or 'without a code'}",
                f'check the role "{needs.role}" of {who}, its dates, network rules and Azure Policy',
            )
