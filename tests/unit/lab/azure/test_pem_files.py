import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from keyferry.lab.azure import pem_files
from tests.fakes import vault_files
from tests.fakes.lab_azure import private_key
from tests.fakes.vault_files import leaf, pem_file


def test_the_certificate_of_the_key_comes_first() -> None:
    held = pem_files.read(leaf("P-384").public_bytes(Encoding.PEM) + pem_file())
    assert held.pem == private_key("P-256")
    assert held.leaf == leaf().public_bytes(Encoding.DER)
    assert held.chain == (leaf("P-384").public_bytes(Encoding.DER),)
    assert "PRIVATE" not in repr(held)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(b"", "PKCS#8", id="nothing"),
        pytest.param(pem_file("P-256", PrivateFormat.TraditionalOpenSSL), "PKCS#8", id="sec1"),
        pytest.param(
            b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key that", id="broken-key"
        ),
        pytest.param(private_key("P-256").encode(), "no certificate", id="no-certificate"),
        pytest.param(private_key("P-384").encode() + leaf().public_bytes(Encoding.PEM), "belongs", id="of-another-key"),
        pytest.param(vault_files.odd_pem_file(), "kind or size", id="odd-key"),
    ],
)
def test_refuses(content: bytes, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        pem_files.read(content)
