"""What belongs together is told from what does not, and nothing of a key is said."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from keyferry.admit.certificates import issuing, pairs
from keyferry.model.secrets import SecretValue
from tests.fakes.certificates import key_pair

NOW = datetime(2026, 11, 22, 13, tzinfo=UTC)
AUTHORITY = issuing.authority(NOW)
SERVER = issuing.server(AUTHORITY, ("a.b.svc",), NOW)
OTHER = issuing.authority(NOW)
GARBAGE = b"-----BEGIN NOTHING-----"


def bare(
    *, is_authority: bool | None = None, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None
) -> bytes:
    """Return a self-signed certificate, with basic constraints if told which."""
    signing = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bare")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(signing.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    if is_authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    return builder.sign(signing, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_pair_says_until_when_it_is_good_and_for_whom() -> None:
    found = pairs.pair(SERVER.chain_pem, SERVER.key_pem)
    assert found == SERVER
    assert (found.begins, found.ends) == (NOW - timedelta(hours=1), NOW + timedelta(days=365))
    assert found.hosts == {"a.b.svc"}


def test_a_pair_of_another_maker_is_as_good() -> None:
    chain, key = key_pair()
    assert pairs.pair(chain, SecretValue(key)).hosts == frozenset(), "it names no host"


@pytest.mark.parametrize(
    ("chain", "key", "why"),
    [
        pytest.param(GARBAGE, SERVER.key_pem, "tls.crt is no PEM certificate", id="no-certificate"),
        pytest.param(b"", SERVER.key_pem, "tls.crt is no PEM certificate", id="empty"),
        pytest.param(SERVER.chain_pem, SecretValue(GARBAGE), "the key is no unencrypted PEM key", id="no-key"),
        pytest.param(SERVER.chain_pem, OTHER.key_pem, "the key is another certificate's", id="another-key"),
        pytest.param(
            SERVER.chain_pem,
            SecretValue(key_pair(password=b"secret")[1]),
            "the key is no unencrypted PEM key",
            id="encrypted",
        ),
    ],
)
def test_what_is_no_pair(chain: bytes, key: SecretValue, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refusal:
        pairs.pair(chain, key)
    assert "BEGIN" not in str(refusal.value)


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    ("look", "why"),
    [
        pytest.param(lambda: pairs.authority(SERVER.chain_pem, SERVER.key_pem), "no authority", id="a-server's"),
        pytest.param(lambda: pairs.authority(bare(), SERVER.key_pem), "no authority", id="says-nothing"),
        pytest.param(
            lambda: pairs.authority(bare(is_authority=True, key=RSA), SERVER.key_pem), "elliptic curve", id="rsa"
        ),
        pytest.param(lambda: pairs.authority(AUTHORITY.certificate_pem, OTHER.key_pem), "no pair", id="another-key"),
        pytest.param(
            lambda: pairs.issued(SERVER.chain_pem, OTHER.certificate_pem), "did not sign", id="another-signer"
        ),
        pytest.param(lambda: pairs.issued(SERVER.chain_pem, bare(key=RSA)), "did not sign", id="another-sort"),
        pytest.param(lambda: pairs.span(GARBAGE), "no PEM", id="no-certificate"),
    ],
)
def test_what_does_not_belong_together(look: Callable[[], object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        look()


def test_what_belongs_together() -> None:
    pairs.authority(AUTHORITY.certificate_pem, AUTHORITY.key_pem)
    pairs.issued(SERVER.chain_pem, AUTHORITY.certificate_pem)
    assert pairs.span(AUTHORITY.certificate_pem) == (NOW - timedelta(hours=1), NOW + timedelta(days=3650))


@pytest.mark.parametrize(
    ("bundle", "found"),
    [
        pytest.param(b"", (), id="empty"),
        pytest.param(GARBAGE, (), id="garbage"),
        pytest.param(SERVER.chain_pem, (), id="a-server's"),
        pytest.param(
            AUTHORITY.certificate_pem + b"\n\n" + OTHER.certificate_pem + SERVER.chain_pem + AUTHORITY.certificate_pem,
            (AUTHORITY.certificate_pem, OTHER.certificate_pem),
            id="each-once",
        ),
    ],
)
def test_the_authorities_of_a_bundle(bundle: bytes, found: tuple[bytes, ...]) -> None:
    assert pairs.authorities(bundle) == found


def test_the_living() -> None:
    ended = issuing.authority(NOW - issuing.AUTHORITY_LIVES)
    given = (ended.certificate_pem, AUTHORITY.certificate_pem, AUTHORITY.certificate_pem)
    assert pairs.living(given, NOW) == (AUTHORITY.certificate_pem,)
