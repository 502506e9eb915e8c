"""The built-in roles that the lab knows.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
https://learn.microsoft.com/azure/key-vault/general/rbac-guide#azure-built-in-roles-for-key-vault-data-plane-operations
The actions of Key Vault Purge Operator are from memory, as are those that have nothing to do with vaults.
"""

from typing import Final

from keyferry.lab.azure.role import Role

_KEY_VAULT: Final = "Microsoft.KeyVault"
_VAULTS: Final = f"{_KEY_VAULT}/vaults"
_KEYS: Final = f"{_VAULTS}/keys"
_MSI: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"
_AUTHORIZATION: Final = "Microsoft.Authorization"
_RESOURCES: Final = "Microsoft.Resources"
_EVENT_SUBSCRIPTIONS: Final = "Microsoft.EventGrid/eventSubscriptions"
_EVERYDAY: Final = (
    f"{_AUTHORIZATION}/*/read",
    "Microsoft.Insights/alertRules/*",
    f"{_RESOURCES}/deployments/*",
    f"{_RESOURCES}/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
)
_LOOK_AT_VAULTS: Final = (
    *_EVERYDAY,
    f"{_KEY_VAULT}/checkNameAvailability/read",
    f"{_KEY_VAULT}/deletedVaults/read",
    f"{_KEY_VAULT}/locations/*/read",
    f"{_VAULTS}/*/read",
    f"{_KEY_VAULT}/operations/read",
)
_GENERAL: Final = (
    Role(
        id="8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        name="Owner",
        description="Manages everything, and who has access to it.",
        actions=("*",),
    ),
    Role(
        id="b24988ac-6180-42a0-ab88-20f7382dd24c",
        name="Contributor",
        description="Manages everything except who has access to it.",
        actions=("*",),
        not_actions=(
            f"{_AUTHORIZATION}/*/Delete",
            f"{_AUTHORIZATION}/*/Write",
            f"{_AUTHORIZATION}/elevateAccess/Action",
        ),
    ),
    Role(
        id="acdd72a7-3385-48ef-bd42-f606fba81ae7",
        name="Reader",
        description="Sees everything and changes nothing.",
        actions=("*/read",),
    ),
    Role(
        id="18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        name="User Access Administrator",
        description="Manages who has access to what.",
        actions=("*/read", f"{_AUTHORIZATION}/*", "Microsoft.Support/*"),
    ),
    Role(
        id="f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        name="Role Based Access Control Administrator",
        description="Manages role assignments.",
        actions=(
            f"{_AUTHORIZATION}/roleAssignments/write",
            f"{_AUTHORIZATION}/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
    Role(
        id="e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        name="Managed Identity Contributor",
        description="Makes, reads, changes and deletes user-assigned identities.",
        actions=(
            f"{_MSI}/read",
            f"{_MSI}/write",
            f"{_MSI}/delete",
            f"{_MSI}/federatedIdentityCredentials/*",
            f"{_MSI}/revokeTokens/action",
            *_EVERYDAY,
        ),
    ),
    Role(
        id="f1a07417-d97a-45cb-824c-7a7467783830",
        name="Managed Identity Operator",
        description="Reads and assigns user-assigned identities.",
        actions=(f"{_MSI}/*/read", f"{_MSI}/*/assign/action", *_EVERYDAY),
    ),
)
_REGISTRIES: Final = "Microsoft.ContainerRegistry/registries"
_CONTAINER_REGISTRY: Final = (
    Role(
        id="7f951dda-4ed3-4680-a7ca-43fe172d538d",
        name="AcrPull",
        description="Pulls images from container registries.",
        actions=(f"{_REGISTRIES}/pull/read",),
    ),
    Role(
        id="8311e382-0749-4cb8-b61a-304f252e45ec",
        name="AcrPush",
        description="Pulls images from container registries and pushes to them.",
        actions=(f"{_REGISTRIES}/pull/read", f"{_REGISTRIES}/push/write"),
    ),
    Role(
        id="c2f4ef07-c644-48eb-af81-4b1b4947fb11",
        name="AcrDelete",
        description="Deletes from container registries.",
        actions=(f"{_REGISTRIES}/artifacts/delete",),
    ),
)
_KEY_VAULT_DATA: Final = (
    Role(
        id="00482a5a-887f-4fb3-b363-3b7fe8e74483",
        name="Key Vault Administrator",
        description="Does everything with what vaults hold, and does not manage vaults.",
        actions=_LOOK_AT_VAULTS,
        data_actions=(f"{_VAULTS}/*",),
    ),
    Role(
        id="21090545-7ca7-4776-b22c-e363652d74d2",
        name="Key Vault Reader",
        description="Reads metadata of vaults and of what they hold, and no values.",
        actions=_LOOK_AT_VAULTS,
        data_actions=(f"{_VAULTS}/*/read", f"{_VAULTS}/secrets/readMetadata/action"),
    ),
    Role(
        id="b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        name="Key Vault Secrets Officer",
        description="Does everything with secrets except managing permissions.",
        actions=_LOOK_AT_VAULTS,
        data_actions=(f"{_VAULTS}/secrets/*",),
    ),
    Role(
        id="4633458b-17de-408a-b874-0445c86b69e6",
        name="Key Vault Secrets User",
        description="Reads values of secrets.",
        data_actions=(f"{_VAULTS}/secrets/getSecret/action", f"{_VAULTS}/secrets/readMetadata/action"),
    ),
    Role(
        id="a4417e6f-fecd-4de8-b567-7b0420556985",
        name="Key Vault Certificates Officer",
        description="Does everything with certificates except managing permissions.",
        actions=_LOOK_AT_VAULTS,
        data_actions=(
            f"{_VAULTS}/certificatecas/*",
            f"{_VAULTS}/certificates/*",
            f"{_VAULTS}/certificatecontacts/write",
        ),
    ),
    Role(
        id="db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
        name="Key Vault Certificate User",
        description="Reads whole certificates, with their secret and their key.",
        data_actions=(
            f"{_VAULTS}/certificates/read",
            f"{_VAULTS}/secrets/getSecret/action",
            f"{_VAULTS}/secrets/readMetadata/action",
            f"{_KEYS}/read",
        ),
    ),
    Role(
        id="14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        name="Key Vault Crypto Officer",
        description="Does everything with keys except managing permissions.",
        actions=_LOOK_AT_VAULTS,
        data_actions=(f"{_KEYS}/*", f"{_VAULTS}/keyrotationpolicies/*"),
    ),
    Role(
        id="12338af0-0e69-4776-bea7-57ae8d297424",
        name="Key Vault Crypto User",
        description="Uses keys.",
        data_actions=(
            f"{_KEYS}/read",
            f"{_KEYS}/update/action",
            f"{_KEYS}/backup/action",
            f"{_KEYS}/encrypt/action",
            f"{_KEYS}/decrypt/action",
            f"{_KEYS}/wrap/action",
            f"{_KEYS}/unwrap/action",
            f"{_KEYS}/sign/action",
            f"{_KEYS}/verify/action",
        ),
    ),
    Role(
        id="e147488a-f6f5-4113-8e2d-b22465e65bf6",
        name="Key Vault Crypto Service Encryption User",
        description="Reads metadata of keys, wraps and unwraps with them.",
        actions=(f"{_EVENT_SUBSCRIPTIONS}/write", f"{_EVENT_SUBSCRIPTIONS}/read", f"{_EVENT_SUBSCRIPTIONS}/delete"),
        data_actions=(f"{_KEYS}/read", f"{_KEYS}/wrap/action", f"{_KEYS}/unwrap/action"),
    ),
    Role(
        id="08bbd89e-9f13-488c-ac41-acfcb10c90ab",
        name="Key Vault Crypto Service Release User",
        description="Has keys released.",
        data_actions=(f"{_KEYS}/release/action",),
    ),
)
_GOVERNED: Final = tuple(
    role.id
    for role in _KEY_VAULT_DATA
    if role.name not in ("Key Vault Certificate User", "Key Vault Crypto Service Release User")
)
_GOVERNED_SET: Final = f"{{{', '.join(_GOVERNED)}}}"
_KEY_VAULT_CONTROL: Final = (
    Role(
        id="f25e0fa2-a7c8-4377-a976-54943a77a395",
        name="Key Vault Contributor",
        description="Manages vaults, and neither reads what they hold nor assigns roles.",
        actions=(*_EVERYDAY, f"{_KEY_VAULT}/*"),
        not_actions=(
            f"{_KEY_VAULT}/locations/deletedVaults/purge/action",
            f"{_KEY_VAULT}/hsmPools/*",
            f"{_KEY_VAULT}/managedHsms/*",
        ),
    ),
    Role(
        id="a68e7c17-0ab2-4c09-9a58-125dae29748c",
        name="Key Vault Purge Operator",
        description="Purges deleted vaults.",
        actions=(
            f"{_KEY_VAULT}/deletedVaults/read",
            f"{_KEY_VAULT}/locations/deletedVaults/read",
            f"{_KEY_VAULT}/locations/deletedVaults/purge/action",
        ),
    ),
    Role(
        id="8b54135c-b56d-4d72-a534-26097cfdc8d8",
        name="Key Vault Data Access Administrator",
        description="Assigns and removes eight of the roles on what vaults hold.",
        actions=(
            f"{_AUTHORIZATION}/roleAssignments/write",
            f"{_AUTHORIZATION}/roleAssignments/delete",
            f"{_AUTHORIZATION}/*/read",
            f"{_RESOURCES}/deployments/*",
            f"{_RESOURCES}/subscriptions/resourceGroups/read",
            f"{_RESOURCES}/subscriptions/read",
            "Microsoft.Management/managementGroups/read",
            "Microsoft.Support/*",
            f"{_VAULTS}/*/read",
        ),
        condition=(
            "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
            "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
            f"ForAnyOfAnyValues:GuidEquals {_GOVERNED_SET})) AND "
            "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR "
            "(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
            f"ForAnyOfAnyValues:GuidEquals {_GOVERNED_SET}))"
        ),
        assigns=_GOVERNED,
    ),
)
ROLES: Final = (*_GENERAL, *_KEY_VAULT_DATA, *_KEY_VAULT_CONTROL, *_CONTAINER_REGISTRY)
