"""The JSON shapes of secrets. What is not set is absent, never null.

https://learn.microsoft.com/rest/api/keyvault/secrets
"""

from typing import Any

from keyferry.lab.azure.keyvault.objects import Deleted, Secret, Version
from keyferry.lab.azure.keyvault.vault import Vault


def bundle(vault: Vault, secret: Secret, version: Version) -> dict[str, Any]:
    """Return a secret with its value."""
    return {"value": version.value, **properties(vault, secret, version)}


def properties(vault: Vault, secret: Secret, version: Version) -> dict[str, Any]:
    """Return a version without its value, its id with the version."""
    return {"id": f"{vault.url}/secrets/{secret.name}/{version.id}", **_details(vault, version)}


def item(vault: Vault, secret: Secret) -> dict[str, Any]:
    """Return a secret as the list shows it: the latest version's attributes, the id without a version."""
    return {"id": f"{vault.url}/secrets/{secret.name}", **_details(vault, secret.latest)}


def deleted(vault: Vault, gone: Deleted) -> dict[str, Any]:
    """Return a deleted secret, as delete and get-deleted show it."""
    return {**_deletion(vault, gone), **properties(vault, gone.secret, gone.secret.latest)}


def deleted_item(vault: Vault, gone: Deleted) -> dict[str, Any]:
    """Return a deleted secret as the list of deleted ones shows it."""
    return {**_deletion(vault, gone), **item(vault, gone.secret)}


def _deletion(vault: Vault, gone: Deleted) -> dict[str, Any]:
    return {
        "recoveryId": f"{vault.url}/deletedsecrets/{gone.secret.name}",
        "deletedDate": gone.deleted,
        "scheduledPurgeDate": gone.purged,
    }


def _details(vault: Vault, version: Version) -> dict[str, Any]:
    attributes: dict[str, Any] = {"enabled": version.enabled}
    if version.not_before is not None:
        attributes["nbf"] = version.not_before
    if version.expires is not None:
        attributes["exp"] = version.expires
    attributes |= {
        "created": version.created,
        "updated": version.updated,
        "recoveryLevel": vault.recovery_level,
        "recoverableDays": vault.objects.retention_days,
    }
    details: dict[str, Any] = {"attributes": attributes}
    if version.content_type is not None:
        details["contentType"] = version.content_type
    if version.tags is not None:
        details["tags"] = dict(version.tags)
    return details
