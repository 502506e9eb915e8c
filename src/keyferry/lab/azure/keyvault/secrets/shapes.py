"""The JSON shapes of secrets.

https://learn.microsoft.com/rest/api/keyvault/secrets
"""

from typing import Any

from keyferry.lab.azure.keyvault import shapes
from keyferry.lab.azure.keyvault.secret import Secret, SecretVersion
from keyferry.lab.azure.keyvault.vault import Vault


def bundle(vault: Vault, secret: Secret, version: SecretVersion) -> dict[str, Any]:
    """Return a version with its value."""
    return {"value": version.value, **properties(vault, secret, version)}


def properties(vault: Vault, secret: Secret, version: SecretVersion) -> dict[str, Any]:
    """Return a version without its value, its id with the version."""
    shape = {"id": shapes.address(vault, "secrets", secret.name, version.id), **_details(vault, secret, version)}
    if secret.managed:
        shape["kid"] = shapes.address(vault, "keys", secret.name, version.id)
    if version.previous:
        shape["previousVersion"] = version.previous
    return shape


def item(vault: Vault, secret: Secret) -> dict[str, Any]:
    """Return a secret as lists show it: the latest version's attributes, the id without a version."""
    return {"id": shapes.address(vault, "secrets", secret.name), **_details(vault, secret, secret.latest)}


def version_item(vault: Vault, secret: Secret, version: SecretVersion) -> dict[str, Any]:
    """Return a version as the list of versions shows it."""
    return {
        "id": shapes.address(vault, "secrets", secret.name, version.id),
        **_details(vault, secret, version),
    }


def _details(vault: Vault, secret: Secret, version: SecretVersion) -> dict[str, Any]:
    details: dict[str, Any] = {"attributes": shapes.attributes(vault, version.attributes)}
    if version.content_type is not None:
        details["contentType"] = version.content_type
    if secret.managed:
        details["managed"] = True
    return details | shapes.tags(version.tags)
