"""What a certificate says, by the wish it was made from."""

import ipaddress
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from keyferry.template.functions.crypto import wishes
from keyferry.template.functions.crypto.private_keys import IssuingKey
from keyferry.template.functions.crypto.wishes import Wish
from keyferry.template.functions.function import Fault
from keyferry.template.values import Slice, Value
from tests.fakes.template_keys import dsa_key, ec_key, ed_key

SPAN = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


def made(wish: Wish, key: IssuingKey | None = None, parent: x509.Certificate | None = None) -> x509.Certificate:
    return wishes.signed(wish, SPAN, key or ec_key(), parent, ec_key() if parent else key or ec_key())


def extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.Extension[x509.ExtensionType]:
    return certificate.extensions.get_extension_for_class(kind)


def test_an_authority_signs_and_names_its_key() -> None:
    certificate = made(Wish(name=b"ca", days=1, is_authority=True))
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.key_cert_sign, usage.digital_signature, usage.crl_sign) == (True, True, False)
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    identifier = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())
    assert extension(certificate, x509.SubjectKeyIdentifier).value == identifier
    assert certificate.issuer == certificate.subject
    certificate.verify_directly_issued_by(certificate)


def test_a_certificate_names_its_authoritys_key() -> None:
    parent = made(Wish(name=b"ca", days=1, is_authority=True))
    certificate = made(Wish(name=b"a", days=1), ed_key(), parent)
    signer = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert signer == parent.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    certificate.verify_directly_issued_by(parent)


def test_a_parent_without_an_identifier_is_not_named_by_one() -> None:
    certificate = made(Wish(name=b"a", days=1), None, made(Wish(name=b"ca", days=1)))
    with pytest.raises(x509.ExtensionNotFound):
        extension(certificate, x509.AuthorityKeyIdentifier)


def test_names_stand_in_order() -> None:
    wish = Wish(name=b"a", hosts=Slice([b"a.b", b"*.c"]), addresses=Slice([b"1.2.3.4", b"::ffff:1.2.3.5"]), days=1)
    found = extension(made(wish), x509.SubjectAlternativeName)
    assert not found.critical
    assert found.value == x509.SubjectAlternativeName(
        [
            x509.DNSName("a.b"),
            x509.DNSName("*.c"),
            x509.IPAddress(ipaddress.ip_address("1.2.3.4")),
            x509.IPAddress(ipaddress.ip_address("1.2.3.5")),
        ]
    )


def test_without_a_name_the_alternative_ones_are_critical() -> None:
    certificate = made(Wish(name=b"", hosts=Slice([b"a"]), days=1))
    assert list(certificate.subject) == []
    assert extension(certificate, x509.SubjectAlternativeName).critical


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        pytest.param(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256, id="p-256"),
        pytest.param(ec.generate_private_key(ec.SECP384R1()), hashes.SHA384, id="p-384"),
        pytest.param(ec.generate_private_key(ec.SECP521R1()), hashes.SHA512, id="p-521"),
        pytest.param(ed_key(), None, id="ed25519"),
    ],
)
def test_hashes_fit_the_key(key: IssuingKey, algorithm: type[hashes.HashAlgorithm] | None) -> None:
    found = made(Wish(name=b"a", days=1), key).signature_hash_algorithm
    assert found is None if algorithm is None else isinstance(found, algorithm)


@pytest.mark.parametrize(
    ("hosts", "addresses"),
    [
        pytest.param(Slice([1]), None, id="host-that-is-no-text"),
        pytest.param(None, Slice([1]), id="address-that-is-no-text"),
        pytest.param(None, Slice([b"bad"]), id="no-address"),
        pytest.param(None, Slice([b"fe80::1%eth0"]), id="address-with-a-zone"),
    ],
)
def test_refuses(hosts: Value, addresses: Value) -> None:
    with pytest.raises(Fault):
        made(Wish(name=b"a", hosts=hosts, addresses=addresses, days=1))


def test_a_dsa_key_makes_none() -> None:
    with pytest.raises(Fault):
        made(Wish(name=b"a", days=1), dsa_key())
