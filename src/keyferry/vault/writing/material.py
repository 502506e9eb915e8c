"""Values in the forms that Key Vault takes, and whether it holds them already. Pure.

https://learn.microsoft.com/azure/key-vault/certificates/certificate-scenarios#formats-of-import-we-support
https://learn.microsoft.com/rest/api/keyvault/keys/import-key/import-key
"""

import base64
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, assert_never

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from keyferry.forms import pfx
from keyferry.model.errors import SpecError, foreign
from keyferry.model.secrets import ObjectKind, SecretValue

MAX_SECRET_BYTES: Final = 25_600  # https://learn.microsoft.com/azure/key-vault/general/service-limits
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,64})-----.+?-----END \1-----\n?", re.DOTALL)
_KEY_BLOCKS: Final = frozenset({b"PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY"})
_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp256k1": "P-256K"}

Numbers = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate to import: PEM with a key in PKCS#8, or PKCS#12. `leaf` is its DER.

    `has_key` is False where the value is a certificate alone, which can be compared and not imported.
    """

    content: bytes = field(repr=False)
    is_pem: bool
    leaf: bytes
    has_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A private or symmetric key, as the members of a JSON web key, numbers as big-endian bytes."""

    members: Numbers = field(repr=False)

    def has_public_half(self, present: Mapping[str, str | bytes | None]) -> bool:
        """Tell whether a public key of the vault is the other half of this one. Of a symmetric key nobody can tell."""
        if not str(present.get("kty", "")).startswith(str(self.members["kty"])) or "k" in self.members:
            return False
        return all(_same(self.members[name], present.get(name)) for name in _PUBLIC[str(self.members["kty"])])


Material = str | Certificate | Key
_PUBLIC: Final = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}


def of(kind: ObjectKind, value: SecretValue) -> Material:
    """Return the value as an object of that kind takes it. SpecError where it takes none such."""
    match kind:
        case ObjectKind.SECRET:
            return text(value)
        case ObjectKind.CERTIFICATE:
            return certificate(value)
        case ObjectKind.KEY:
            return key(value)
        case _:
            assert_never(kind)


def text(value: SecretValue) -> str:
    """Return the value of a secret. SpecError where it is no text, which upstream would spoil, or too long."""
    if len(value) > MAX_SECRET_BYTES:
        raise SpecError(
            what=f"the value has {len(value)} bytes, and a secret of Key Vault at most {MAX_SECRET_BYTES}",
            remedy="push it in parts, or by a template that makes it smaller",
        )
    with suppress(UnicodeDecodeError):
        return value.reveal().decode()
    raise SpecError(
        what="the value is no text, and a secret of Key Vault holds text alone",
        cause="it is not UTF-8",
        remedy="push it in base64, by a template such as {{ .key | b64enc }}; a certificate as cert/NAME",
    )


def certificate(value: SecretValue) -> Certificate:
    """Return the certificate in PKCS#12 without a password, PEM or DER, or in base64 of these; SpecError for all else.

    Of PEM the first certificate that parses counts, or the one of the key; what stands between blocks is dropped.
    """
    content = value.reveal()
    found = _of_pem(content) if b"-----BEGIN " in content else _of_binary(content) or _of_base64(content)
    if found is not None:
        return found
    raise SpecError(
        what="the value is not a certificate that Key Vault takes",
        cause="it is neither PKCS#12 without a password, nor PEM, nor DER",
        remedy="push certificate and private key together: PKCS#12 without a password, or PEM; "
        "of a Secret with tls.crt and tls.key by a template that joins the two",
    )


def key(value: SecretValue) -> Key:
    """Return the key: of the first PEM block where there is one, else the bytes as a symmetric key.

    SpecError for a block of another type, or one that holds no key which a vault takes.
    """
    content = value.reveal()
    block = _BLOCK.search(content)
    if block is None:
        return Key(members={"kty": "oct", "k": content})
    if block[1] not in _KEY_BLOCKS:
        raise SpecError(
            what=f"a PEM block {foreign(block[1].decode())} is no private key",
            cause="keys are imported from blocks PRIVATE KEY, RSA PRIVATE KEY and EC PRIVATE KEY",
            remedy="push the private key, without a password and without its certificate",
        )
    return Key(members=_members(_private_key(block[0])))


def _of_pem(content: bytes) -> Certificate | None:
    blocks = [(match[1], match[0]) for match in _BLOCK.finditer(content)]
    certificates = [found for kind, block in blocks if kind == b"CERTIFICATE" and (found := _parsed(block))]
    if not certificates:
        return None
    private = next((block for kind, block in blocks if kind in _KEY_BLOCKS), None)
    if private is None:
        return Certificate(content=content, is_pem=True, leaf=_der(certificates[0][0]), has_key=False)
    loaded = _private_key(private)
    public = _spki(loaded)
    leaf = next((one for one, certified in certificates if certified == public), certificates[0][0])
    ordered = [leaf, *(one for one, _ in certificates if one is not leaf)]
    pem = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem += b"".join(one.public_bytes(Encoding.PEM) for one in ordered)
    return Certificate(content=pem, is_pem=True, leaf=_der(leaf), has_key=True)


def _of_binary(content: bytes) -> Certificate | None:
    bundle = pfx.opened(content)
    if bundle is not None and bundle.certificates:
        leaf = _der(bundle.certificates[0])
        return Certificate(content=content, is_pem=False, leaf=leaf, has_key=bundle.key is not None)
    with suppress(*pfx.UNREADABLE):
        return Certificate(
            content=content, is_pem=False, leaf=_der(x509.load_der_x509_certificate(content)), has_key=False
        )
    return None


def _of_base64(content: bytes) -> Certificate | None:
    with suppress(ValueError):
        return _of_binary(base64.b64decode(b"".join(content.split()), validate=True))
    return None


def _parsed(block: bytes) -> tuple[x509.Certificate, bytes] | None:
    """Return a certificate and the public key that it certifies."""
    with suppress(*pfx.UNREADABLE):
        found = x509.load_pem_x509_certificate(block)
        return found, found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return None


def _private_key(block: bytes) -> PrivateKeyTypes:
    with suppress(*pfx.UNREADABLE):
        # It is only written anew here: to prove its primes takes seconds where somebody made them long.
        return load_pem_private_key(block, None, unsafe_skip_rsa_key_validation=True)
    raise SpecError(
        what="the private key cannot be read",
        cause="it is damaged, encrypted, or of an unknown kind",
        remedy="push it in PEM without a password",
    )


def _members(private: PrivateKeyTypes) -> Numbers:
    if isinstance(private, rsa.RSAPrivateKey):
        return _rsa(private.private_numbers())
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _CURVES:
        return _ec(private)
    raise SpecError(
        what="Key Vault takes no key of this kind",
        cause="it takes RSA keys, and EC keys on P-256, P-384, P-521 and secp256k1",
        remedy="push a key of one of these kinds",
    )


def _rsa(numbers: rsa.RSAPrivateNumbers) -> Numbers:
    public = numbers.public_numbers
    named = {"n": public.n, "e": public.e, "d": numbers.d, "p": numbers.p, "q": numbers.q}
    named |= {"dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
    return {"kty": "RSA"} | {name: _octets(number) for name, number in named.items()}


def _ec(private: ec.EllipticCurvePrivateKey) -> Numbers:
    numbers, size = private.private_numbers(), (private.curve.key_size + 7) // 8
    point = numbers.public_numbers
    named = {"x": point.x, "y": point.y, "d": numbers.private_value}
    return {"kty": "EC", "crv": _CURVES[private.curve.name]} | {
        name: _octets(number, size) for name, number in named.items()
    }


def _octets(number: int, size: int = 0) -> bytes:
    return number.to_bytes(max(size, (number.bit_length() + 7) // 8))


def _same(wanted: str | bytes, present: str | bytes | None) -> bool:
    if isinstance(wanted, bytes) and isinstance(present, bytes):
        return int.from_bytes(wanted) == int.from_bytes(present)  # whoever wrote it may have padded it
    return wanted == present


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _spki(private: PrivateKeyTypes) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
