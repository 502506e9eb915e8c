"""Whatever form a client certificate is stored in, Entra's client gets the key and its own certificate."""

import re

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat

from keyferry.identity import certificates
from keyferry.model.errors import SpecError
from tests.fakes import certificates as elliptic
from tests.fakes import client_certificates as made

OWN = made.pem("own")


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(made.key_pem("own") + OWN, id="key-first"),
        pytest.param(OWN + made.key_pem("own"), id="certificate-first"),
        pytest.param(made.pem("authority") + OWN + made.key_pem("own"), id="chain-in-the-wrong-order"),
        pytest.param(OWN + made.key_pem("own", PrivateFormat.TraditionalOpenSSL), id="pkcs1"),
        pytest.param(
            b"Bag Attributes\n" + OWN + b"Key Attributes\n" + made.key_pem("own") + b"\n\n", id="openssl-notes"
        ),
        pytest.param(OWN + made.pem("own") + made.key_pem("own"), id="twice"),
        pytest.param(
            b"-----BEGIN DH PARAMETERS-----\nMIIB\n-----END DH PARAMETERS-----\n" + made.key_pem("own") + OWN,
            id="other-blocks",
        ),
        pytest.param(made.p12("own"), id="pkcs12"),
        pytest.param(made.p12("own", "authority"), id="pkcs12-with-chain"),
    ],
)
def test_puts_the_keys_own_certificate_first(stored: bytes) -> None:
    found = certificates.of(stored)

    assert found.pem.reveal().startswith(made.key_pem("own") + OWN)
    assert found.thumbprint == made.certificate("own").fingerprint(hashes.SHA1()).hex().upper()
    assert found.ends == made.ENDS
    assert "PRIVATE" not in repr(found)


def test_keeps_the_rest_of_the_chain() -> None:
    found = certificates.of(made.pem("authority") + OWN + made.key_pem("own"))
    assert found.pem.reveal().endswith(made.pem("authority"))


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        pytest.param(OWN, "there is no private key", id="no-key"),
        pytest.param(made.key_pem("own"), "no certificate in it belongs", id="no-certificate"),
        pytest.param(made.pem("authority") + made.key_pem("own"), "no certificate in it belongs", id="of-another"),
        pytest.param(b"".join(elliptic.key_pair()), "not an RSA key", id="elliptic-curve"),
        pytest.param(OWN + made.key_pem("own", password=b"x"), "ENCRYPTED PRIVATE KEY cannot be read", id="encrypted"),
        pytest.param(re.sub(rb"MII.{9}", b"", OWN), "CERTIFICATE cannot be read", id="damaged"),
        pytest.param(made.p12("own", password=b"x"), "without a password", id="pkcs12-with-password"),
        pytest.param(b"hunter2", "neither PEM nor PKCS", id="neither"),
        pytest.param(b"", "neither PEM nor PKCS", id="empty"),
    ],
)
def test_says_what_is_missing_and_nothing_of_the_content(stored: bytes, words: str) -> None:
    with pytest.raises(SpecError, match=words) as caught:
        certificates.of(stored)

    assert "hunter2" not in str(caught.value)
    assert caught.value.remedy
