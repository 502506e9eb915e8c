import base64

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.certificates import imports
from keyferry.lab.azure.private_keys import load
from tests.fakes import vault_files
from tests.fakes.lab_azure import private_key
from tests.fakes.vault_files import PEM, PKCS12, leaf, pem_file, pkcs12_file


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _without_key() -> bytes:
    certificates = [leaf("P-384")]
    return pkcs12.serialize_key_and_certificates(None, None, None, certificates, NoEncryption())


LOCKED = pkcs12.serialize_key_and_certificates(
    None,
    load(private_key("P-256")),
    leaf(),
    None,
    BestAvailableEncryption(b"open"),
)


@pytest.mark.parametrize(
    ("value", "password", "content_type", "chain"),
    [
        pytest.param(pem_file().decode(), None, PEM, 0, id="pem"),
        pytest.param(_text(pem_file()), None, PEM, 0, id="pem-in-base64"),
        pytest.param(
            (leaf("P-384").public_bytes(Encoding.PEM) + pem_file()).decode(), None, PEM, 1, id="pem-in-any-order"
        ),
        pytest.param(_text(pkcs12_file()), None, PKCS12, 0, id="pkcs12"),
        pytest.param(_text(pkcs12_file("P-256", leaf("P-384"))), "", PKCS12, 1, id="pkcs12-with-a-chain"),
        pytest.param(_text(LOCKED), "open", PKCS12, 0, id="pkcs12-with-a-password"),
    ],
)
def test_reads(value: str, password: str | None, content_type: str, chain: int) -> None:
    brought = imports.read(value, password, content_type)
    assert brought.pem == private_key("P-256")
    assert brought.leaf == leaf().public_bytes(Encoding.DER)
    assert len(brought.chain) == chain
    assert brought.pem not in repr(brought)


@pytest.mark.parametrize(
    ("value", "password", "content_type", "named"),
    [
        pytest.param("*", None, PKCS12, "base64", id="not-base64"),
        pytest.param(_text(b"x"), None, PKCS12, "PKCS#12", id="no-pkcs12"),
        pytest.param(_text(LOCKED), "wrong", PKCS12, "password", id="wrong-password"),
        pytest.param(_text(LOCKED), "\0", PKCS12, "password", id="password-with-a-zero"),
        pytest.param(_text(_without_key()), None, PKCS12, "private key", id="pkcs12-without-key"),
        pytest.param(pem_file().decode(), None, PKCS12, "base64", id="pem-said-to-be-pkcs12"),
        pytest.param(pem_file("RSA-2048", PrivateFormat.TraditionalOpenSSL).decode(), None, PEM, "PKCS#8", id="pkcs1"),
        pytest.param(pem_file("P-256", PrivateFormat.TraditionalOpenSSL).decode(), None, PEM, "PKCS#8", id="sec1"),
        pytest.param(leaf().public_bytes(Encoding.PEM).decode(), None, PEM, "PKCS#8", id="pem-without-key"),
        pytest.param(private_key("P-256"), None, PEM, "no certificate", id="pem-without-certificate"),
        pytest.param(
            private_key("P-256") + leaf("P-384").public_bytes(Encoding.PEM).decode(),
            None,
            PEM,
            "belongs",
            id="certificate-of-another-key",
        ),
        pytest.param(vault_files.odd_pem_file().decode(), None, PEM, "kind or size", id="odd-key"),
    ],
)
def test_refuses(value: str, password: str | None, content_type: str, named: str) -> None:
    with pytest.raises(RefusedError, match=named) as refusal:
        imports.read(value, password, content_type)
    assert (refusal.value.status, refusal.value.code) == (400, "BadParameter")


@pytest.mark.parametrize(
    ("value", "form"),
    [
        pytest.param(pem_file().decode(), PEM, id="pem"),
        pytest.param(_text(pem_file()), PEM, id="pem-in-base64"),
        pytest.param(_text(b"Bag Attributes: none\n" + pem_file()), PEM, id="pem-behind-other-text"),
        pytest.param(_text(pkcs12_file()), PKCS12, id="pkcs12"),
        pytest.param("*", PKCS12, id="not-base64"),
    ],
)
def test_a_form_that_is_not_told_is_seen(value: str, form: str) -> None:
    assert imports.form_of(value) == form


def test_a_key_s_spec_is_known() -> None:
    assert private_keys.spec_of(load(imports.read(pem_file("P-384").decode(), None, PEM).pem)) == "P-384"
