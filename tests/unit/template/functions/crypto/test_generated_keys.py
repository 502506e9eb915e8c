"""New keys of every kind, in the form of their kind."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from keyferry.template.functions.crypto import generated_keys, private_keys
from keyferry.template.functions.function import LimitReached, Meter, Surroundings
from tests.fakes.template_keys import world


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (b"", b"RSA PRIVATE KEY"),  # as `rsa`
        (b"dsa", b"DSA PRIVATE KEY"),
        (b"ecdsa", b"EC PRIVATE KEY"),
        (b"ed25519", b"PRIVATE KEY"),
    ],
)
def test_generates(kind: bytes, name: bytes) -> None:
    made = generated_keys.generate(world(), kind)
    assert made.startswith(b"-----BEGIN %s-----" % name)
    assert private_keys.named_pem(private_keys.of_pem(world(), made)) == made


def test_an_unknown_kind_is_told() -> None:
    assert generated_keys.generate(world(), b"bogus") == b"Unknown type bogus"


def test_certificates_get_rsa_keys() -> None:
    key = generated_keys.for_certificate(world())
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 2_048


@pytest.mark.parametrize("kind", [b"rsa", b"dsa"])
def test_a_template_cannot_make_keys_without_end(kind: bytes) -> None:
    poor = Surroundings(meter=Meter(steps=10_000, bytes_left=1))
    with pytest.raises(LimitReached):
        generated_keys.generate(poor, kind)
