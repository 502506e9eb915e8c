"""The JSON that objects of all kinds share. What is not set is absent, never null.

https://learn.microsoft.com/rest/api/keyvault
"""

from typing import Any

from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.vault import Vault


def address(vault: Vault, kind: str, name: str, version: str = "") -> str:
    """Return the id of an object, or of one of its versions."""
    return f"{vault.url}/{kind}/{name}" + (f"/{version}" if version else "")


def attributes(vault: Vault, given: Attributes) -> dict[str, Any]:
    """Return the attributes of a version."""
    shape: dict[str, Any] = {"enabled": given.enabled}
    if given.not_before is not None:
        shape["nbf"] = given.not_before
    if given.expires is not None:
        shape["exp"] = given.expires
    return shape | {
        "created": given.created,
        "updated": given.updated,
        "recoveryLevel": vault.recovery_level,
        "recoverableDays": vault.objects.retention_days,
    }


def tags(given: tuple[tuple[str, str], ...] | None) -> dict[str, Any]:
    """Return the tags, nothing where none were ever said."""
    return {} if given is None else {"tags": dict(given)}
