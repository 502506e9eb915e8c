"""A certificate with its private key, as PEM: whether the two belong together, until when it is good, and for whom.

Pure. Whatever is wrong is a ValueError whose text says so and holds nothing of the key.
"""

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keyferry.admit.certificates.key_pair import Pair
from keyferry.model.secrets import SecretValue


def pair(chain_pem: bytes, key_pem: SecretValue) -> Pair:
    """Return certificate and key if one is the other's."""
    leaf = _chain(chain_pem, "tls.crt")[0]
    _belongs(leaf, key_pem, "tls.crt and tls.key")
    return Pair(
        chain_pem=chain_pem,
        key_pem=key_pem,
        begins=leaf.not_valid_before_utc,
        ends=leaf.not_valid_after_utc,
        hosts=_hosts(leaf),
    )


def authority(certificate_pem: bytes, key_pem: SecretValue) -> None:
    """Pass if the certificate is an authority's as `issuing` makes them, and the key its own."""
    certificate = _chain(certificate_pem, "ca.crt")[0]
    if not _is_authority(certificate) or not isinstance(certificate.public_key(), ec.EllipticCurvePublicKey):
        raise ValueError("ca.crt is no authority's certificate, or its key is not on an elliptic curve")
    _belongs(certificate, key_pem, "ca.crt and ca.key")


def issued(chain_pem: bytes, authority_pem: bytes) -> None:
    """Pass if the authority signed the certificate."""
    leaf, signer = _chain(chain_pem, "tls.crt")[0], _chain(authority_pem, "ca.crt")[0]
    try:
        leaf.verify_directly_issued_by(signer)
    except (InvalidSignature, TypeError, ValueError):
        raise ValueError("ca.crt did not sign tls.crt") from None


def span(certificate_pem: bytes) -> tuple[datetime, datetime]:
    """Return from when and until when a certificate is good."""
    certificate = _chain(certificate_pem, "the certificate")[0]
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def authorities(bundle_pem: bytes) -> tuple[bytes, ...]:
    """Return the authorities of a bundle, each once and in one form; () for garbage."""
    try:
        found = _chain(bundle_pem, "the bundle")
    except ValueError:
        return ()
    kept = (one.public_bytes(Encoding.PEM) for one in found if _is_authority(one))
    return tuple(dict.fromkeys(kept))


def living(certificates: Iterable[bytes], now: datetime) -> tuple[bytes, ...]:
    """Return those that have not ended, each once."""
    return tuple(one for one in dict.fromkeys(certificates) if span(one)[1] > now)


def _chain(pem: bytes, name: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise ValueError(f"{name} is no PEM certificate") from None


def _belongs(certificate: x509.Certificate, key_pem: SecretValue, names: str) -> None:
    try:
        key = serialization.load_pem_private_key(key_pem.reveal(), None)
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        shown = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(f"{names} are no pair: the key is no unencrypted PEM key") from None
    if public != shown:
        raise ValueError(f"{names} are no pair: the key is another certificate's")


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _hosts(certificate: x509.Certificate) -> frozenset[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return frozenset()
    return frozenset(names.get_values_for_type(x509.DNSName))
