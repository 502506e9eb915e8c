"""The keys that Entra signs access tokens with: published, rotated and retired on the lab's clock.

https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

VALID: Final = timedelta(days=5 * 365)
_SUBJECT: Final = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Entra in the keyferry lab")])


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key. `kid` is its certificate's SHA-1 thumbprint, which is how Entra names its keys (`x5t` too)."""

    kid: str
    private_pem: str = field(repr=False)
    certificate: str  # DER in base64: the `x5c` of the published key
    made: datetime


class SigningKeys:
    """Signs with the newest key, and publishes each older one for `overlap` after it was superseded.

    `lifetime` None: a key is superseded by `rotate` alone. `keys` is all the state, the newest first.
    """

    def __init__(
        self, new_key: Callable[[], RSAKey], lifetime: timedelta | None, overlap: timedelta, now: datetime
    ) -> None:
        self._new_key = new_key
        self.lifetime = lifetime
        self.overlap = overlap
        self._parsed: dict[str, RSAKey] = {}
        self.keys = [self._make(now)]

    def rotate(self, now: datetime) -> None:
        """Sign with a new key from now on."""
        self.keys = [self._make(now), *self._published(now)]
        published = {key.kid for key in self.keys}
        self._parsed = {kid: key for kid, key in self._parsed.items() if kid in published}

    def current(self, now: datetime) -> tuple[str, RSAKey]:
        """Return the id of the key to sign with, and the key."""
        self._rotate_when_due(now)
        return self.keys[0].kid, self._key(self.keys[0])

    def find(self, kid: str, now: datetime) -> RSAKey | None:
        """Return the key with this id where it is published at `now`."""
        self._rotate_when_due(now)
        found = next((key for key in self._published(now) if key.kid == kid), None)
        return None if found is None else self._key(found)

    def jwks(self, now: datetime) -> dict[str, Any]:
        """Return the published keys as a JSON Web Key Set, each with its certificate."""
        self._rotate_when_due(now)
        return {"keys": [self._public(key) for key in self._published(now)]}

    def _make(self, now: datetime) -> SigningKey:
        key = self._new_key()
        made = _described(key, now)
        self._parsed[made.kid] = key  # to read it again from its PEM takes 30 ms
        return made

    def _rotate_when_due(self, now: datetime) -> None:
        if self.lifetime is not None and now - self.keys[0].made >= self.lifetime:
            self.rotate(now)

    def _published(self, now: datetime) -> list[SigningKey]:
        superseded = zip(self.keys, self.keys[1:], strict=False)  # each key with the one before it in time
        return [self.keys[0], *(old for newer, old in superseded if now < newer.made + self.overlap)]

    def _key(self, key: SigningKey) -> RSAKey:
        if key.kid not in self._parsed:
            self._parsed[key.kid] = RSAKey.import_key(key.private_pem)
        return self._parsed[key.kid]

    def _public(self, key: SigningKey) -> dict[str, Any]:
        numbers = self._key(key).as_dict(private=False)
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": key.kid,
            "x5t": key.kid,
            "n": numbers["n"],
            "e": numbers["e"],
            "x5c": [key.certificate],
        }


def _described(key: RSAKey, now: datetime) -> SigningKey:
    private = key.private_key
    assert isinstance(private, RSAPrivateKey)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_SUBJECT)
        .issuer_name(_SUBJECT)
        .public_key(private.public_key())
        .serial_number(1 + private.public_key().public_numbers().n % 2**128)
        .not_valid_before(now)
        .not_valid_after(now + VALID)
        .sign(private, hashes.SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    thumbprint = certificate.fingerprint(hashes.SHA1())  # noqa: S303  (an id, as the service has it)
    return SigningKey(
        kid=base64.urlsafe_b64encode(thumbprint).decode().rstrip("="),
        private_pem=pem.decode(),
        certificate=base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode(),
        made=now,
    )
