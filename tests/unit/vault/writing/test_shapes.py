from typing import Any

import pytest

from keyferry.vault.writing.shapes import Key

RSA = Key(members={"kty": "RSA", "n": b"\x01\x02", "e": b"\x01", "d": b"s3cret"})


@pytest.mark.parametrize(
    ("present", "same"),
    [
        pytest.param({"kty": "RSA", "n": b"\x01\x02", "e": b"\x01"}, True, id="same"),
        pytest.param({"kty": "RSA-HSM", "n": b"\x00\x01\x02", "e": b"\x01"}, True, id="padded-in-an-hsm"),
        pytest.param({"kty": "RSA", "n": b"\x01\x03", "e": b"\x01"}, False, id="other"),
        pytest.param({"kty": "RSA", "n": None, "e": b"\x01"}, False, id="incomplete"),
        pytest.param({"kty": "EC"}, False, id="other-kind"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_a_key_is_known_by_its_public_half(present: dict[str, Any], same: bool) -> None:
    assert RSA.has_public_half(present) is same


def test_a_symmetric_key_is_like_none() -> None:
    assert not Key(members={"kty": "oct", "k": b"k"}).has_public_half({"kty": "oct"})


def test_a_key_does_not_show_itself() -> None:
    assert "s3cret" not in repr(RSA)
