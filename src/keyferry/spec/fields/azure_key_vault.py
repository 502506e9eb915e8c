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
            doc="How to prove who asks. WorkloadIdentity exchanges a ServiceAccount's token and stores no credential; "
            "ManagedIdentity takes a token from the machine; ServicePrincipal reads a stored credential.",
            enum=("ServicePrincipal", "ManagedIdentity", "WorkloadIdentity"),
            default="ServicePrincipal",
        ),
        "environmentType": Text(
            doc="The Azure cloud that the vault and the tenant are in.",
            enum=(*_CLOUDS, "AzureStackCloud") if v1 else _CLOUDS,
            default="PublicCloud",
        ),
        "serviceAccountRef": references.service_account_selector(
            "The ServiceAccount whose token is exchanged, with authType WorkloadIdentity. When it is missing, the "
            "operator's own identity counts."
        ),
        "authSecretRef": _auth_secret_ref(),
        "identityId": Text(
            doc="Client id of a user-assigned identity, with authType ManagedIdentity; the machine's own when missing.",
            rule=rules.managed_identity,
        ),
    }
    if v1:
        fields["useAzureSDK"] = Flag(
            doc="keyferry always uses Microsoft's current client libraries. Where it is true, customCloudConfig is "
            "allowed, and authSecretRef means nothing to WorkloadIdentity.",
            default=False,
        )
        fields["customCloudConfig"] = _custom_cloud_config()
    return Table(doc="Azure Key Vault.", required=("vaultUrl",), fields=fields)


def _auth_secret_ref() -> Table:
    selector = references.secret_key_selector
    return Table(
        doc="Stored credentials, with authType ServicePrincipal. Prefer WorkloadIdentity, which needs none.",
        fields={
            "clientId": selector("Where the client id stands."),
            "tenantId": selector("Where the tenant id stands."),
            "clientSecret": selector("Where the client secret stands."),
            "clientCertificate": selector("Where the client certificate stands."),
        },
    )


def _custom_cloud_config() -> Table:
    return Table(
        doc="Addresses of a cloud that environmentType does not name. Needs useAzureSDK: true.",
        required=("activeDirectoryEndpoint",),
        fields={
            "activeDirectoryEndpoint": Text(
                doc="Address of Entra, such as https://login.microsoftonline.com/.", rule=rules.endpoint
            ),
            "keyVaultEndpoint": Text(doc="Has no effect: the vault itself says for which audience it takes tokens."),
            "keyVaultDNSSuffix": Text(doc="Has no effect: vaultUrl is the whole address."),
            "resourceManagerEndpoint": Text(doc="Has no effect: Azure Resource Manager is not asked."),
        },
    )
