"""OpenSSL at a glance comes to what x509 says, and what it does not take is left to that."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keyferry.admit.certificates import glance, pairs
from keyferry.model.secrets import SecretValue
from tests.fakes.certificates import key_pair
from tests.fakes.webhook_certificates import made

NOW = datetime(2020, 1, 1, tzinfo=UTC)  # long ended
HELD = made(NOW)
OTHER = made(NOW)
LOADED = """
import pathlib, sys
from keyferry.admit import run
from keyferry.admit.certificates import glance
from keyferry.model.secrets import SecretValue
chain, key = (pathlib.Path(path).read_bytes() for path in sys.argv[1:])
print(glance.pair(chain, SecretValue(key)).ends.year, "cryptography" in sys.modules, "re2" in sys.modules)
"""


def for_clients_alone() -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW).not_valid_after(NOW.replace(year=2030))
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), private


@pytest.mark.parametrize(
    ("chain", "key"),
    [
        pytest.param(HELD.pair.chain_pem, HELD.pair.key_pem.reveal(), id="ended"),
        pytest.param(HELD.pair.chain_pem + HELD.bundle_pem, HELD.pair.key_pem.reveal(), id="chain"),
        pytest.param(*key_pair(), id="no-names"),
        pytest.param("# é\n".encode() + HELD.pair.chain_pem, HELD.pair.key_pem.reveal(), id="words-before-it"),
        pytest.param(*for_clients_alone(), id="not-for-servers"),
    ],
)
def test_says_what_x509_says(chain: bytes, key: bytes) -> None:
    found = glance.pair(chain, SecretValue(key))
    assert found == pairs.pair(chain, SecretValue(key))
    assert found.ends > found.begins


@pytest.mark.parametrize(
    ("chain", "key", "why"),
    [
        pytest.param(HELD.pair.chain_pem, OTHER.pair.key_pem.reveal(), "another certificate's", id="another-key"),
        pytest.param(*key_pair(password=b"sesame"), "no unencrypted PEM key", id="encrypted"),
        pytest.param(b"garbage", HELD.pair.key_pem.reveal(), "tls.crt is no PEM certificate", id="no-certificate"),
        pytest.param(HELD.pair.chain_pem, b"", "no unencrypted PEM key", id="no-key"),
    ],
)
def test_refusals(chain: bytes, key: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        glance.pair(chain, SecretValue(key))


def test_a_webhook_with_files_holds_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    chain, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    chain.write_bytes(HELD.pair.chain_pem)
    key.write_bytes(HELD.pair.key_pem.reveal())
    told = subprocess.run([sys.executable, "-c", LOADED, chain, key], check=True, capture_output=True, text=True)
    assert told.stdout.split() == [str(HELD.pair.ends.year), "False", "False"]
