import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from keyferry.lab.azure import private_keys


@pytest.mark.parametrize("spec", ["RSA-2048", *private_keys.CURVES])
def test_a_key_is_read_as_it_was_made(spec: str) -> None:
    text = private_keys.generate(spec)
    assert text.startswith("-----BEGIN PRIVATE KEY-----\n")
    key = private_keys.load(text)
    assert private_keys.spec_of(key) == spec
    assert private_keys.pem(key) == text


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(rsa.generate_private_key(65537, 1024), id="short"),
        pytest.param(ec.generate_private_key(ec.BrainpoolP256R1()), id="curve"),
        pytest.param(ed25519.Ed25519PrivateKey.generate(), id="kind"),
    ],
)
def test_other_keys_have_no_name(key: object) -> None:
    assert private_keys.spec_of(key) is None
