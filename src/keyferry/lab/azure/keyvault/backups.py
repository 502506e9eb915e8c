"""Backups: a whole object as an opaque text, good in the vaults of one subscription and geography alone.

https://learn.microsoft.com/azure/key-vault/general/backup
The lab seals with a key that follows from the two, so that a backup outlives the lab that made it.
"""

import base64
import hashlib
from typing import Any, Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.vault import Vault

MAX_VERSIONS: Final = 500
_NONCE_BYTES: Final = 12
T = TypeVar("T")


def made(call: Call, content: Any, versions: int) -> Answer:
    """Return the answer to a backup. RefusedError where the object has too many versions."""
    if versions > MAX_VERSIONS:
        message = f"The object has more than {MAX_VERSIONS} versions, which a backup cannot hold."
        raise RefusedError(400, "BadParameter", message)
    nonce = call.sources.random_bytes(_NONCE_BYTES)
    sealed = nonce + _cipher(call.vault).encrypt(nonce, msgspec.json.encode(content), _about(call))
    return Answer(content={"value": base64.urlsafe_b64encode(sealed).decode().rstrip("=")})


def opened(call: Call, sealed: bytes | None, kind: type[T]) -> T:
    """Return the object of a backup. RefusedError where it is none, or of another kind, subscription or geography."""
    if not sealed:
        raise bad_parameter("value", "it is required, as a backup")
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return msgspec.json.decode(_cipher(call.vault).decrypt(nonce, rest, _about(call)), type=kind)
    except (InvalidTag, ValueError):
        raise bad_parameter("value", "it is no backup that can be restored in this vault") from None


def _about(call: Call) -> bytes:
    return call.route.operation.kind.encode()


def _cipher(vault: Vault) -> AESGCM:
    place = f"{vault.subscription_id}/{vault.cloud.name}/{vault.location}".lower()
    return AESGCM(hashlib.sha256(f"keyferry lab backup {place}".encode()).digest())
