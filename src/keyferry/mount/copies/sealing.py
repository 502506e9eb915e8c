"""Seals a vault's answer for one identity, so that nobody else's question ever opens it. Pure: chance is an argument.

AES-256-GCM under a key of the identity's own (HKDF-SHA256, RFC 5869, of the master key). What is authenticated along
with it names identity and object, so a file under another's name is refused like a damaged one. Called by
mount.copies.last_good.
"""

import hashlib
import hmac
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretBundle, SecretProperties, SecretRef, SecretValue

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12  # NIST SP 800-38D §8.2.2: random ones serve 2^32 times for a key
_FORM: Final = b"KFLG\x01"  # a change of what follows changes the last byte
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that was good at `at`, an aware instant: the vault said so then, and nothing has been heard since."""

    bundle: SecretBundle
    at: datetime


class _Plain(msgspec.Struct, array_like=True):
    at: datetime
    properties: SecretProperties
    value: bytes


class Sealer:
    """Seals and opens under one master key of `KEY_BYTES` random bytes. Shows nothing of it."""

    def __init__(self, master: SecretValue) -> None:
        self._master = master.reveal()
        if len(self._master) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes")

    def name_of(self, identity: Identity, ref: SecretRef) -> str:
        """Return the file's name: 64 hex digits, which tell nobody without the key whose copy of what it is."""
        _, names = self._keys(identity)
        return hmac.digest(names, _FORM + canonical(ref), hashlib.sha256).hex()

    def seal(self, identity: Identity, ref: SecretRef, kept: Kept, nonce: bytes) -> bytes:
        """Return `kept` sealed. `nonce` is `NONCE_BYTES` random bytes, never the same twice."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  (loaded when needed)

        bundle = kept.bundle
        plain = _Plain(at=kept.at, properties=bundle.properties, value=bundle.value.reveal())
        key, tag = self._keys(identity)
        sealed = AESGCM(key).encrypt(nonce, msgspec.msgpack.encode(plain), _FORM + tag + canonical(ref))
        return _FORM + nonce + sealed

    def opened(self, identity: Identity, ref: SecretRef, sealed: bytes) -> Kept | None:
        """Return what was sealed for this identity and object; None for anything else, whatever the bytes."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (loaded when needed)
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  (loaded when needed)

        begin = len(_FORM) + NONCE_BYTES
        if not sealed.startswith(_FORM) or len(sealed) < begin + _TAG_BYTES:
            return None
        key, tag = self._keys(identity)
        try:
            content = AESGCM(key).decrypt(sealed[len(_FORM) : begin], sealed[begin:], _FORM + tag + canonical(ref))
            plain = msgspec.msgpack.decode(content, type=_Plain)
        except (InvalidTag, msgspec.DecodeError):
            return None
        return Kept(bundle=SecretBundle(properties=plain.properties, value=SecretValue(plain.value)), at=plain.at)

    def _keys(self, identity: Identity) -> tuple[bytes, bytes]:
        """Return the identity's key for content and the one for names. The identity may hold a client secret: it goes
        into the derivation, and nothing else is made of it.
        """
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  (loaded when needed)
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415  (loaded when needed)

        info = b"keyferry last good copies" + _FORM + canonical(identity)
        derived = HKDF(algorithm=hashes.SHA256(), length=2 * KEY_BYTES, salt=None, info=info).derive(self._master)
        return derived[:KEY_BYTES], derived[KEY_BYTES:]


def canonical(value: Any) -> bytes:
    """Return bytes that are equal for equal values alone: each part with its type and length before it.

    Takes what identities and references are made of: dataclasses, texts, SecretValues, tuples and None.
    """
    match value:
        case None:
            return _framed(b"n", b"")
        case str():
            return _framed(b"s", str(value).encode("utf-8", "surrogatepass"))
        case SecretValue():
            return _framed(b"v", value.reveal())
        case tuple():
            return _framed(b"t", b"".join(map(canonical, value)))
        case _ if is_dataclass(value) and not isinstance(value, type):
            parts = [type(value).__name__]
            parts += [part for field in fields(value) for part in (field.name, getattr(value, field.name))]
            return _framed(b"d", b"".join(map(canonical, parts)))
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _framed(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(8, "big") + content
