from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.certificates import pfx
from tests.fakes import chains, lab_azure

THREE = chains.chain(3)


def plain(key: object) -> bytes:
    return cast("private_keys.PrivateKey", key).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("password", [None, b""])
def test_holds_the_key_its_certificate_and_the_chain_in_order(password: bytes | None) -> None:
    held = pkcs12.load_pkcs12(pfx.write(THREE.key, THREE.certificates, b"seed"), password)
    assert plain(held.key) == plain(THREE.key)
    assert held.cert is not None
    assert (held.cert.certificate, *(each.certificate for each in held.additional_certs)) == THREE.certificates


@pytest.mark.parametrize("spec", ["RSA-2048", "P-256", "P-256K", "P-384", "P-521"])
def test_any_key_of_a_vault_goes_in(spec: str) -> None:
    key = private_keys.load(lab_azure.private_key(spec))
    held = pkcs12.load_pkcs12(pfx.write(key, THREE.certificates[:1], b"seed"), None)
    assert plain(held.key) == plain(key)


def test_without_a_key_it_holds_the_certificates_alone() -> None:
    held = pkcs12.load_pkcs12(pfx.write(None, THREE.certificates, b"seed"), None)
    assert held.key is None
    assert held.cert is None
    assert tuple(each.certificate for each in held.additional_certs) == THREE.certificates


def test_is_what_old_readers_know() -> None:
    """Nothing but three-key DES and SHA-1, by their identifiers; the newer ones are SHA-256 and PBES2."""
    content = pfx.write(THREE.key, THREE.certificates, b"seed")
    assert content.count(bytes.fromhex("060a2a864886f70d010c0103")) == 2
    assert content.count(bytes.fromhex("06052b0e03021a")) == 1
    assert bytes.fromhex("0609608648016503040201") not in content
    assert bytes.fromhex("06092a864886f70d01050d") not in content


def test_the_salts_follow_the_seed() -> None:
    one, same, other = (pfx.write(THREE.key, THREE.certificates, seed) for seed in (b"1", b"1", b"2"))
    assert one == same != other


def test_another_password_does_not_open_it() -> None:
    with pytest.raises(ValueError, match="password"):
        pkcs12.load_pkcs12(pfx.write(THREE.key, THREE.certificates, b"seed"), b"other")


@given(st.binary(min_size=1, max_size=64), st.integers(min_value=1, max_value=60))
def test_derived_keys_are_prefixes_of_each_other(salt: bytes, size: int) -> None:
    """A longer key begins with a shorter one, and each purpose has its own."""
    assert pfx.derived(1, salt, 60)[:size] == pfx.derived(1, salt, size)
    assert pfx.derived(1, salt, 20) != pfx.derived(2, salt, 20)


def test_certificates_are_kept_byte_by_byte() -> None:
    leaf = THREE.certificates[0]
    held = pkcs12.load_pkcs12(pfx.write(THREE.key, [leaf], b"seed"), None)
    assert held.cert is not None
    again: x509.Certificate = held.cert.certificate
    assert again.public_bytes(Encoding.DER) == leaf.public_bytes(Encoding.DER)
