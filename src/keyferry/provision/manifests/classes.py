"""What makes a site's files: a SecretProviderClass for each vault. Pure."""

from typing import Final

from keyferry.model.wellknown import SECRETS_STORE_GROUP, SECRETS_STORE_VERSION
from keyferry.provision.manifests import yaml_text
from keyferry.provision.manifests.placement import Document, Placement
from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.sites import Delivery, ObjectType, SiteSecret

_TYPES: Final = {ObjectType.SECRET: "secret", ObjectType.CERTIFICATE: "cert", ObjectType.KEY: "key"}
# https://github.com/Azure/go-autorest/blob/main/autorest/azure/environments.go; the public one needs no name.
CLOUD_NAMES: Final = {
    Cloud.PUBLIC: "",
    Cloud.US_GOVERNMENT: "AzureUSGovernmentCloud",
    Cloud.CHINA: "AzureChinaCloud",
}


def classes(placement: Placement) -> list[Document]:
    """Return a class for each vault that files come from, read as the site's identity.

    https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/getting-started/usage/
    """
    return [_class(placement, vault, found) for vault, found in placement.by_vault(Delivery.FILES).items()]


def _class(placement: Placement, vault: str, secrets: list[SiteSecret]) -> Document:
    parameters = {
        "clientID": placement.identity.client_id,
        "tenantID": placement.identity.tenant_id,
        "keyvaultName": vault,
    }
    if name := CLOUD_NAMES[placement.cloud]:
        parameters["cloudName"] = name
    return {
        "apiVersion": f"{SECRETS_STORE_GROUP}/{SECRETS_STORE_VERSION}",
        "kind": "SecretProviderClass",
        "metadata": placement.metadata(placement.name_for(vault)),
        "spec": {"provider": "azure", "parameters": {**parameters, "objects": _objects(secrets)}},
    }


def _objects(secrets: list[SiteSecret]) -> str:
    """Return the YAML that the provider reads: a list of texts that are YAML again."""
    return yaml_text.text({"array": [yaml_text.text(_object(secret)) for secret in secrets]})


def _object(secret: SiteSecret) -> Document:
    fields = {"objectName": secret.name, "objectType": _TYPES[secret.type]}
    if secret.alias != secret.name:
        fields["objectAlias"] = secret.alias
    if secret.version:
        fields["objectVersion"] = secret.version
    return fields
