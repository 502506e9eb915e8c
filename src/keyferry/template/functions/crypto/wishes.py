"""What shall stand in a certificate, and the certificate that says so, laid out as by Go's x509 package."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keyferry.forms import key_ids
from keyferry.template.functions.crypto.private_keys import IssuingKey, Key
from keyferry.template.functions.function import Fault
from keyferry.template.values import Slice, Value

Span: TypeAlias = tuple[datetime, datetime]

_USAGES: Final = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A name, lists of addresses and of hosts or nil, and for how many days."""

    name: bytes
    addresses: Value = None
    hosts: Value = None
    days: int
    is_authority: bool = False


def signed(
    wish: Wish, span: Span, key: IssuingKey, parent: x509.Certificate | None, by: IssuingKey
) -> x509.Certificate:
    """Return the certificate of a key, signed by its parent's key or by its own. ValueError for what none can hold."""
    if isinstance(key, dsa.DSAPrivateKey) or isinstance(by, dsa.DSAPrivateKey):
        raise Fault("a DSA key makes no certificate")
    name = _name(wish.name)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name if parent is None else parent.subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(span[0]).not_valid_after(span[1])
    for extension, is_critical in _extensions(wish, key, parent):
        builder = builder.add_extension(extension, is_critical)
    return builder.sign(by, _hash(by))


def _extensions(wish: Wish, key: Key, parent: x509.Certificate | None) -> list[tuple[x509.ExtensionType, bool]]:
    authority = key_ids.subject_key(parent) if parent is not None else None
    found: list[tuple[x509.ExtensionType, bool]] = [
        (_key_usage(is_authority=wish.is_authority), True),
        (x509.ExtendedKeyUsage(_USAGES), False),
        (x509.BasicConstraints(ca=wish.is_authority, path_length=None), True),
    ]
    if wish.is_authority:
        found.append((x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False))
    if authority is not None:
        found.append((x509.AuthorityKeyIdentifier(authority, None, None), False))
    names = [*map(_host, _items(wish.hosts)), *map(_address, _items(wish.addresses))]
    if names:
        found.append((x509.SubjectAlternativeName(names), not wish.name))
    return found


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=True,
        key_cert_sign=is_authority,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(name: bytes) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name.decode())] if name else [])


def _items(names: Value) -> list[Value]:
    return names.items if isinstance(names, Slice) else []


def _host(name: Value) -> x509.GeneralName:
    if not isinstance(name, bytes):
        raise Fault("a host is no text")
    return x509.DNSName(name.decode("ascii"))


def _address(address: Value) -> x509.GeneralName:
    if not isinstance(address, bytes):
        raise Fault("an address is no text")
    try:
        if b"%" in address:
            raise ValueError
        parsed = ipaddress.ip_address(address.decode())
    except ValueError:
        raise Fault("an address is none") from None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return x509.IPAddress(mapped or parsed)


def _hash(key: Key) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    match key:
        case ed25519.Ed25519PrivateKey():
            return None
        case ec.EllipticCurvePrivateKey():
            return (
                hashes.SHA384() if key.key_size == 384 else hashes.SHA512() if key.key_size > 384 else hashes.SHA256()
            )
        case _:
            return hashes.SHA256()
