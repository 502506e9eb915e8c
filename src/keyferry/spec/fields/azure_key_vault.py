"""The fields of `spec.provider.azurekv`."""

from typing import Final

from keyferry.spec import rules
from keyferry.spec.fields import references
from keyferry.spec.fields.references import V1
from keyferry.spec.schema import Flag, Node, Table, Text

_CLOUDS: Final = ("PublicCloud", "USGovernmentCloud", "ChinaCloud", "GermanCloud")


def azure_key_vault(version: str) -> Table:
    """Return the provider's fields."""
    v1 = version == V1
    fields: dict[str, Node] = {
        "vaultUrl": Text(doc="Address of the vault, such as https://kv-prod.vault.azure.net.", rule=rules.vault_url),
        "tenantId": Text(doc="Entra tenant of the identity, a GUID; the operator's own when missing.", rule=rules.guid),
        "authType": Text(
            doc="How to prove who asks. WorkloadIdentity exchanges a ServiceAccount's token and stores no credential.",
            enum=("ServicePrincipal", "ManagedIdentity", "WorkloadIdentity"),
            default="ServicePrincipal",
            not_yet_values=("ServicePrincipal", "ManagedIdentity"),
        ),
        "environmentType": Text(
            doc="The Azure cloud that the vault and the tenant are in.",
            enum=(*_CLOUDS, "AzureStackCloud") if v1 else _CLOUDS,
            default="PublicCloud",
            not_yet_values=("GermanCloud", "AzureStackCloud"),
        ),
        "serviceAccountRef": references.service_account_selector(
            "The ServiceAccount whose token is exchanged, with authType WorkloadIdentity."
        ),
        "authSecretRef": _auth_secret_ref(),
        "identityId": Text(doc="Client id of a user-assigned identity, with authType ManagedIdentity.", not_yet=True),
    }
    if v1:
        fields["useAzureSDK"] = Flag(
            doc="Has no effect: keyferry always uses Microsoft's current client libraries.", default=False
        )
        fields["customCloudConfig"] = _custom_cloud_config()
    return Table(doc="Azure Key Vault.", required=("vaultUrl",), fields=fields)


def _auth_secret_ref() -> Table:
    selector = references.secret_key_selector
    return Table(
        doc="Stored credentials, with authType ServicePrincipal. Prefer WorkloadIdentity, which needs none.",
        not_yet=True,
        fields={
            "clientId": selector("Where the client id stands."),
            "tenantId": selector("Where the tenant id stands."),
            "clientSecret": selector("Where the client secret stands."),
            "clientCertificate": selector("Where the client certificate stands."),
        },
    )


def _custom_cloud_config() -> Table:
    return Table(
        doc="Addresses of a cloud that environmentType does not name.",
        not_yet=True,
        required=("activeDirectoryEndpoint",),
        fields={
            "activeDirectoryEndpoint": Text(doc="Address of Entra, such as https://login.microsoftonline.com/."),
            "keyVaultEndpoint": Text(doc="Audience of Key Vault, such as https://vault.azure.net/."),
            "keyVaultDNSSuffix": Text(doc="End of the vaults' host names, such as .vault.azure.net."),
            "resourceManagerEndpoint": Text(doc="Address of Azure Resource Manager."),
        },
    )
