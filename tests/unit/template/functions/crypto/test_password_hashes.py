"""Password hashes that other programs check."""

import bcrypt
import pytest

from keyferry.template.functions.crypto import password_hashes
from keyferry.template.functions.function import LimitReached, Meter, Surroundings
from tests.fakes.template_keys import world


def test_bcrypt() -> None:
    made = password_hashes.bcrypt_hash(world(), b"s3cret")
    assert made.startswith(b"$2a$10$")
    assert bcrypt.checkpw(b"s3cret", made)


def test_a_long_password_is_told() -> None:
    assert password_hashes.bcrypt_hash(world(), b"x" * 73).endswith(b"password length exceeds 72 bytes")


@pytest.mark.parametrize(
    ("user", "algorithm", "line"),
    [
        pytest.param(b"u", b"sha", b"u:{SHA}UWuXg/ylF+7L0dBk2i0WUxCxl1k=", id="sha"),
        pytest.param(b"u:v", b"sha", b"invalid username: u:v", id="colon"),
    ],
)
def test_htpasswd(user: bytes, algorithm: bytes, line: bytes) -> None:
    assert password_hashes.htpasswd(world(), user, b"p", algorithm) == line


def test_htpasswd_by_bcrypt() -> None:
    user, _, made = password_hashes.htpasswd(world(), b"u", b"p", b"bcrypt").partition(b":")
    assert user == b"u"
    assert bcrypt.checkpw(b"p", made)


def test_a_template_cannot_hash_without_end() -> None:
    poor = Surroundings(meter=Meter(steps=1, bytes_left=1))
    with pytest.raises(LimitReached):
        password_hashes.bcrypt_hash(poor, b"p")
