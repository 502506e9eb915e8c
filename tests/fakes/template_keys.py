"""Keys and certificates for templates, made once."""

import warnings
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from keyferry.template.functions.function import Surroundings

TRADITIONAL, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """Return the RSA key of this process."""
    return rsa.generate_private_key(65_537, 2_048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key of this process."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def ed_key() -> ed25519.Ed25519PrivateKey:
    """Return the Ed25519 key of this process."""
    return ed25519.Ed25519PrivateKey.generate()


@cache
def dsa_key() -> dsa.DSAPrivateKey:
    """Return the DSA key of this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dsa.generate_private_key(1_024)


def pem(key: Key, form: PrivateFormat = PKCS8) -> bytes:
    """Return a private key as PEM."""
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


def public_pem(key: Key) -> bytes:
    """Return the key's public half as PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def certificate_pem(*certificates: x509.Certificate) -> bytes:
    """Return certificates as PEM."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def world() -> Surroundings:
    """Return surroundings with a time, and a chance that is none."""
    return Surroundings(now=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), chance=bytes)
