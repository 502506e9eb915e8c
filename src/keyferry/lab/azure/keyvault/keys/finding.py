"""The version of a key that a call names."""

from keyferry.lab.azure.keyvault.calls import Call
from keyferry.lab.azure.keyvault.key import Key, KeyVersion
from keyferry.lab.azure.keyvault.kinds import KEYS


def find(call: Call) -> tuple[Key, KeyVersion]:
    """Return the key and the version, the latest where none is named. RefusedError (404) where there is none."""
    key = KEYS.find(call)
    if not call.route.version:
        return key, key.latest
    version = key.versions.get(call.route.version.lower())
    if version is None:
        raise KEYS.not_found(f"{call.route.name}/{call.route.version}")
    return key, version
