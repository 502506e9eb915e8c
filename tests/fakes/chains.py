"""Certificate chains with their keys, from leaf to root."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

_FROM, _TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Certificates from leaf to root, and the leaf's private key."""

    certificates: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey

    def pkcs12(self, order: tuple[int, ...] | None = None) -> bytes:
        """Return it all as PKCS#12 without a password; `order` says how the certificates above the leaf stand."""
        above = [self.certificates[index] for index in order or range(1, len(self.certificates))]
        return pkcs12.serialize_key_and_certificates(
            b"chain", self.key, self.certificates[0], above, serialization.NoEncryption()
        )


@cache
def chain(length: int, *, leaf_identifier: bool = True) -> Chain:
    """Return a chain of so many certificates; without `leaf_identifier`, the leaf's own key has no identifier."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(length)]
    certificates = [
        _certificate(level, keys[level], level + 1 if level + 1 < length else level, keys, leaf_identifier)
        for level in range(length)
    ]
    return Chain(certificates=tuple(certificates), key=keys[0])


def crossed() -> tuple[x509.Certificate, ...]:
    """Return two certificates, each of which names the other as its authority."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    return tuple(_certificate(level, keys[level], 1 - level, keys, True) for level in range(2))


def _certificate(
    level: int, key: ec.EllipticCurvePrivateKey, above: int, keys: list[ec.EllipticCurvePrivateKey], identified: bool
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(level))
        .issuer_name(_name(above))
        .public_key(key.public_key())
        .serial_number(level + 1)
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[above].public_key()), critical=False)
    )
    if level > 0 or identified:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(keys[above], hashes.SHA256())


def _name(level: int) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"level-{level}")])
