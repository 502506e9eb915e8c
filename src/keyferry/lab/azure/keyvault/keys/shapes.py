"""The JSON shapes of keys.

https://learn.microsoft.com/rest/api/keyvault/keys
"""

from typing import Any

from keyferry.lab.azure.keyvault import shapes
from keyferry.lab.azure.keyvault.key import Key, KeyVersion
from keyferry.lab.azure.keyvault.vault import Vault


def bundle(vault: Vault, key: Key, version: KeyVersion) -> dict[str, Any]:
    """Return a version with its public numbers."""
    web_key = {
        "kid": shapes.address(vault, "keys", key.name, version.id),
        "kty": version.type,
        "key_ops": list(version.operations),
        **dict(version.public),
    }
    return {"key": web_key, **_details(vault, key, version)}


def item(vault: Vault, key: Key) -> dict[str, Any]:
    """Return a key as lists show it: the latest version's attributes, the id without a version."""
    return {"kid": shapes.address(vault, "keys", key.name), **_details(vault, key, key.latest)}


def version_item(vault: Vault, key: Key, version: KeyVersion) -> dict[str, Any]:
    """Return a version as the list of versions shows it."""
    return {"kid": shapes.address(vault, "keys", key.name, version.id), **_details(vault, key, version)}


def deleted_bundle(vault: Vault, key: Key) -> dict[str, Any]:
    """Return a deleted key: its latest version."""
    return bundle(vault, key, key.latest)


def _details(vault: Vault, key: Key, version: KeyVersion) -> dict[str, Any]:
    attributes = {**shapes.attributes(vault, version.attributes), "exportable": False}
    managed = {"managed": True} if key.managed else {}
    return {"attributes": attributes, **managed, **shapes.tags(version.tags)}
