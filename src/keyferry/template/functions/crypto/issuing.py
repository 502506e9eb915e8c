"""`genCA`, `genSelfSignedCert`, `genSignedCert`, each with a new key or one that is given, and `buildCustomCert`.

Each rendering makes another certificate: what must stay the same belongs into the vault.
"""

from datetime import timedelta
from typing import Any, Final

from cryptography import x509

from keyferry.forms.pfx import UNREADABLE
from keyferry.template.functions.crypto import certificates, generated_keys, private_keys, strict_base64, wishes
from keyferry.template.functions.crypto.certificate_value import Certificate
from keyferry.template.functions.crypto.wishes import Wish
from keyferry.template.functions.function import Fault, Surroundings
from keyferry.template.values import Value


def authority(world: Surroundings, name: bytes, days: int) -> Certificate:
    """Return a new authority."""
    return _self_signed(world, Wish(name=name, days=days, is_authority=True), generated_keys.for_certificate(world))


def authority_with_key(world: Surroundings, name: bytes, days: int, key: bytes) -> Certificate:
    """Return a new authority of a key."""
    return _self_signed(world, Wish(name=name, days=days, is_authority=True), private_keys.of_pem(world, key))


def self_signed(world: Surroundings, name: bytes, addresses: Value, hosts: Value, days: int) -> Certificate:
    """Return a new certificate, signed by itself."""
    wish = Wish(name=name, addresses=addresses, hosts=hosts, days=days)
    return _self_signed(world, wish, generated_keys.for_certificate(world))


def self_signed_with_key(world: Surroundings, *arguments: Any) -> Certificate:
    """Return a new certificate of the key that comes last, signed by itself."""
    name, addresses, hosts, days, key = arguments
    wish = Wish(name=name, addresses=addresses, hosts=hosts, days=days)
    return _self_signed(world, wish, private_keys.of_pem(world, key))


def signed(world: Surroundings, *arguments: Any) -> Certificate:
    """Return a new certificate, signed by the authority that comes last."""
    name, addresses, hosts, days, issuer = arguments
    wish = Wish(name=name, addresses=addresses, hosts=hosts, days=days)
    return _signed(world, wish, generated_keys.for_certificate(world), issuer)


def signed_with_key(world: Surroundings, *arguments: Any) -> Certificate:
    """Return a new certificate of the key that comes last, signed by the authority before it."""
    name, addresses, hosts, days, issuer, key = arguments
    wish = Wish(name=name, addresses=addresses, hosts=hosts, days=days)
    return _signed(world, wish, private_keys.of_pem(world, key), issuer)


def custom(world: Surroundings, certificate: bytes, key: bytes) -> Certificate:
    """Return a certificate and a key, each PEM in base64, as an authority. They need not belong together."""
    found, its_key = _decoded(certificate), _decoded(key)
    certificates.of_pem(world, found)
    private_keys.of_pem(world, its_key)
    return Certificate(certificate=found, key=its_key)


CALLS: Final = {
    "genCA": authority,
    "genCAWithKey": authority_with_key,
    "genSelfSignedCert": self_signed,
    "genSelfSignedCertWithKey": self_signed_with_key,
    "genSignedCert": signed,
    "genSignedCertWithKey": signed_with_key,
    "buildCustomCert": custom,
}


def _self_signed(world: Surroundings, wish: Wish, key: private_keys.IssuingKey) -> Certificate:
    return _issued(world, wish, key, None, key)


def _signed(world: Surroundings, wish: Wish, key: private_keys.IssuingKey, issuer: Certificate) -> Certificate:
    parent = certificates.of_pem(world, issuer.certificate)
    signing_key = private_keys.of_pem(world, issuer.key)
    return _issued(world, wish, key, parent, signing_key)


def _issued(
    world: Surroundings,
    wish: Wish,
    key: private_keys.IssuingKey,
    parent: x509.Certificate | None,
    signing_key: private_keys.IssuingKey,
) -> Certificate:
    try:
        if parent is not None and parent.public_key() != signing_key.public_key():
            raise Fault("the authority's key is not that of its certificate")
        until = world.now + timedelta(days=wish.days)
        made = wishes.signed(wish, (world.now, until), key, parent, signing_key)
    except (*UNREADABLE, OverflowError):
        raise Fault(
            "no certificate can hold this: a name is too long or not ASCII, or its dates are no dates"
        ) from None
    return Certificate(certificate=certificates.pem(made), key=private_keys.named_pem(key))


def _decoded(text: bytes) -> bytes:
    content = strict_base64.decoded(text)
    if content is None:
        raise Fault("certificate and key must be given in base64")
    return content
