"""Parts of a PEM text: blocks of a kind, parts of a chain, alternative names."""

import ipaddress
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from keyferry.template.functions.crypto import certificate_chains
from keyferry.template.functions.function import Fault
from tests.fakes.certificates import key_pair
from tests.fakes.chains import chain, crossed
from tests.fakes.template_keys import certificate_pem, ec_key, pem, world

LEAF, MIDDLE, ROOT = (certificate_pem(each) for each in chain(3).certificates)
OTHER = certificate_pem(chain(2).certificates[0])
PLAIN = key_pair()[0]
KEY = pem(ec_key())


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        pytest.param(b"CERTIFICATE", LEAF + KEY + ROOT, LEAF + ROOT, id="certificates"),
        pytest.param(b"certificate", b"junk" + LEAF, LEAF, id="any-case"),
        pytest.param(b"X", LEAF, b"", id="none-of-it"),
        pytest.param(b"X", b"", b"", id="nothing"),
        pytest.param(b"PRIVATE KEY", KEY + b"junk", KEY, id="junk-after"),
    ],
)
def test_filters_blocks(kind: bytes, text: bytes, found: bytes) -> None:
    assert certificate_chains.filter_pem(world(), kind, text) == found


def test_junk_alone_is_an_error() -> None:
    with pytest.raises(Fault):
        certificate_chains.filter_pem(world(), b"CERTIFICATE", KEY + b"junk")


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        pytest.param(b"leaf", ROOT + LEAF + MIDDLE, LEAF, id="leaf"),
        pytest.param(b"intermediate", ROOT + LEAF + MIDDLE, MIDDLE, id="intermediate"),
        pytest.param(b"root", ROOT + LEAF + MIDDLE, ROOT, id="root"),
        pytest.param(b"leaf", ROOT, b"", id="a-root-is-no-leaf"),
        pytest.param(b"root", LEAF + MIDDLE, b"", id="no-root"),
        pytest.param(b"intermediate", LEAF + MIDDLE, MIDDLE, id="intermediate-without-root"),
        pytest.param(b"intermediate", LEAF, b"", id="no-intermediate"),
        pytest.param(b"other", LEAF, b"", id="another-part"),
        pytest.param(b"root", PLAIN, PLAIN, id="names-no-key"),
    ],
)
def test_parts_of_a_chain(part: bytes, text: bytes, found: bytes) -> None:
    assert certificate_chains.filter_cert_chain(world(), part, text) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(b"junk", "no certificate", id="nothing"),
        pytest.param(LEAF + OTHER, "not one chain", id="two-leaves"),
        pytest.param(certificate_pem(*crossed()), "not one chain", id="a-circle"),
        pytest.param(LEAF + KEY, "cannot be read", id="a-key"),
    ],
)
def test_what_is_no_chain(text: bytes, why: str) -> None:
    with pytest.raises(Fault, match=why):
        certificate_chains.filter_cert_chain(world(), b"leaf", text)


def test_a_leaf_that_hangs_on_a_circle() -> None:
    first, second = crossed()
    leaf = signed_by(first)
    with pytest.raises(Fault, match="circle"):
        certificate_chains.ordered(world(), [leaf, first, second])


def test_a_certificate_may_stand_there_twice() -> None:
    leaf, root = chain(2).certificates
    assert certificate_chains.ordered(world(), [leaf, root]) == [leaf, root]
    with pytest.raises(Fault):
        certificate_chains.ordered(world(), [leaf, root, root])


def signed_by(parent: x509.Certificate, *names: x509.GeneralName) -> x509.Certificate:
    """A certificate that names the parent's key as its signer's, though another key signed it."""
    builder = x509.CertificateBuilder().subject_name(x509.Name([])).issuer_name(parent.subject).serial_number(7)
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2027, 1, 1, tzinfo=UTC)
    )
    identifier = parent.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    signer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    builder = builder.public_key(ec_key().public_key()).add_extension(signer, critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(ec_key(), hashes.SHA256())


def test_alternative_names() -> None:
    names = (
        x509.UniformResourceIdentifier("spiffe://td/ns/a"),
        x509.RFC822Name("a@b.c"),
        x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
        x509.IPAddress(ipaddress.ip_address("::ffff:10.0.0.1")),
        x509.DNSName("*.b.c"),
    )
    made = signed_by(chain(1).certificates[0], *names)
    found = certificate_chains.cert_sans(world(), b"junk" + certificate_pem(made))
    assert found.elem == "string"
    assert found.items == [b"*.b.c", b"2001:db8::1", b"10.0.0.1", b"a@b.c", b"spiffe://td/ns/a"]


def test_no_alternative_names() -> None:
    assert certificate_chains.cert_sans(world(), LEAF).items == []
    with pytest.raises(Fault):
        certificate_chains.cert_sans(world(), b"")
