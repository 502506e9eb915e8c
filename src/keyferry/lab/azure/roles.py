"""The built-in roles that the lab knows, and whether a role allows an action.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
https://learn.microsoft.com/azure/role-based-access-control/role-definitions (wildcards, notActions)
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_VAULTS: Final = "Microsoft.KeyVault/vaults"
_MSI: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"
_AUTHORIZATION: Final = "Microsoft.Authorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role definition. `actions` are of the control plane (ARM), `data_actions` of the data plane (the vault)."""

    id: str
    name: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Tell whether the control-plane action is among `actions` and not among `not_actions`."""
        return _any(self.actions, action) and not _any(self.not_actions, action)

    def allows_data(self, action: str) -> bool:
        """Tell whether the data-plane action is among `data_actions` and not among `not_data_actions`."""
        return _any(self.data_actions, action) and not _any(self.not_data_actions, action)


ROLES: Final = (
    Role(id="8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name="Owner", actions=("*",)),
    Role(
        id="b24988ac-6180-42a0-ab88-20f7382dd24c",
        name="Contributor",
        actions=("*",),
        not_actions=(
            f"{_AUTHORIZATION}/*/Delete",
            f"{_AUTHORIZATION}/*/Write",
            f"{_AUTHORIZATION}/elevateAccess/Action",
        ),
    ),
    Role(id="acdd72a7-3385-48ef-bd42-f606fba81ae7", name="Reader", actions=("*/read",)),
    Role(
        id="18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        name="User Access Administrator",
        actions=("*/read", f"{_AUTHORIZATION}/*"),
    ),
    Role(
        id="e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        name="Managed Identity Contributor",
        actions=(
            f"{_MSI}/read",
            f"{_MSI}/write",
            f"{_MSI}/delete",
            f"{_MSI}/federatedIdentityCredentials/*",
            f"{_AUTHORIZATION}/*/read",
        ),
    ),
    Role(
        id="f1a07417-d97a-45cb-824c-7a7467783830",
        name="Managed Identity Operator",
        actions=(f"{_MSI}/*/read", f"{_MSI}/*/assign/action", f"{_AUTHORIZATION}/*/read"),
    ),
    Role(
        id="00482a5a-887f-4fb3-b363-3b7fe8e74483",
        name="Key Vault Administrator",
        actions=(f"{_AUTHORIZATION}/*/read", f"{_VAULTS}/read"),
        data_actions=(f"{_VAULTS}/*",),
    ),
    Role(
        id="21090545-7ca7-4776-b22c-e363652d74d2",
        name="Key Vault Reader",
        actions=(f"{_AUTHORIZATION}/*/read", f"{_VAULTS}/read"),
        data_actions=(f"{_VAULTS}/*/read", f"{_VAULTS}/secrets/readMetadata/action"),
    ),
    Role(
        id="b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        name="Key Vault Secrets Officer",
        actions=(f"{_AUTHORIZATION}/*/read", f"{_VAULTS}/read"),
        data_actions=(f"{_VAULTS}/secrets/*",),
    ),
    Role(
        id="4633458b-17de-408a-b874-0445c86b69e6",
        name="Key Vault Secrets User",
        data_actions=(f"{_VAULTS}/secrets/getSecret/action", f"{_VAULTS}/secrets/readMetadata/action"),
    ),
    Role(
        id="a4417e6f-fecd-4de8-b567-7b0420556985",
        name="Key Vault Certificates Officer",
        actions=(f"{_AUTHORIZATION}/*/read", f"{_VAULTS}/read"),
        data_actions=(
            f"{_VAULTS}/certificatecas/*",
            f"{_VAULTS}/certificates/*",
            f"{_VAULTS}/certificatecontacts/write",
        ),
    ),
    Role(
        id="db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
        name="Key Vault Certificate User",
        data_actions=(
            f"{_VAULTS}/certificates/read",
            f"{_VAULTS}/secrets/getSecret/action",
            f"{_VAULTS}/secrets/readMetadata/action",
            f"{_VAULTS}/keys/read",
        ),
    ),
    Role(
        id="14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        name="Key Vault Crypto Officer",
        actions=(f"{_AUTHORIZATION}/*/read", f"{_VAULTS}/read"),
        data_actions=(f"{_VAULTS}/keys/*", f"{_VAULTS}/keyrotationpolicies/*"),
    ),
    Role(
        id="f25e0fa2-a7c8-4377-a976-54943a77a395",
        name="Key Vault Contributor",
        actions=(f"{_AUTHORIZATION}/*/read", "Microsoft.KeyVault/*"),
        not_actions=(
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/hsmPools/*",
            "Microsoft.KeyVault/managedHsms/*",
        ),
    ),
    Role(
        id="8b54135c-b56d-4d72-a534-26097cfdc8d8",
        name="Key Vault Data Access Administrator",
        actions=(f"{_AUTHORIZATION}/*/read", f"{_VAULTS}/read"),
    ),
)

_BY_ID: Final = {role.id: role for role in ROLES}
_BY_NAME: Final = {role.name.lower(): role for role in ROLES}


def by_id(role_id: str) -> Role | None:
    """Return the role with this GUID."""
    return _BY_ID.get(role_id.lower())


def find(name_or_id: str) -> Role | None:
    """Return the role with this name or GUID; case does not matter."""
    return _BY_NAME.get(name_or_id.lower()) or by_id(name_or_id)


def _any(patterns: tuple[str, ...], action: str) -> bool:
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    """A `*` stands for any characters, slashes too; case does not matter."""
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.IGNORECASE)
