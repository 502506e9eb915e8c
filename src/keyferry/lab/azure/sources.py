"""What chance gives to this world. The caller brings it, so that the services themselves are deterministic."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from joserfc.jwk import RSAKey

from keyferry.lab.azure import private_keys

_NAMESPACE: Final = uuid.UUID("6b657966-6572-4279-8c61-622f617a7572")  # the lab's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Random bytes by number, new RSA private keys of 2,048 bits, and new private keys in PEM by their spec."""

    random_bytes: Callable[[int], bytes]
    rsa_key: Callable[[], RSAKey]
    private_key: Callable[[str], str] = private_keys.generate

    def hex_id(self) -> str:
        """Return 32 hex digits: a secret version."""
        return self.random_bytes(16).hex()

    def guid(self) -> str:
        """Return a GUID: a request id."""
        return str(uuid.UUID(bytes=self.random_bytes(16), version=4))

    def text(self, length: int) -> str:
        """Return `length` random characters of A-Z, a-z, 0-9, - and _: a value."""
        return base64.urlsafe_b64encode(self.random_bytes(length)).decode()[:length]


def named_guid(*parts: str) -> str:
    """Return the GUID that always belongs to these words, for what the seed leaves out."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts).lower()))
