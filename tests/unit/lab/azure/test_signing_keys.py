import base64
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import count

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from keyferry.lab.azure.signing_keys import SigningKeys
from tests.fakes.lab_azure import NOW, later, rsa_key


def _keys(lifetime: timedelta | None = None, overlap: timedelta = timedelta(hours=1)) -> SigningKeys:
    number = count()
    return SigningKeys(lambda: rsa_key(f"term {next(number)}"), lifetime, overlap, NOW)


def _published(keys: SigningKeys, **after: float) -> list[str]:
    return [key["kid"] for key in keys.jwks(later(**after))["keys"]]


def test_published_keys_hold_nothing_private_and_their_certificate() -> None:
    keys = _keys()
    (published,) = keys.jwks(NOW)["keys"]
    assert set(published) == {"kty", "use", "kid", "x5t", "n", "e", "x5c"}
    certificate = x509.load_der_x509_certificate(base64.b64decode(published["x5c"][0]))
    public = certificate.public_key()
    assert isinstance(public, RSAPublicKey)
    assert public.public_numbers().n == int.from_bytes(base64.urlsafe_b64decode(published["n"] + "=="))
    assert certificate.not_valid_before_utc == NOW


def test_without_a_lifetime_one_key_serves_for_ever() -> None:
    keys = _keys()
    assert keys.current(later(days=3650))[0] == keys.current(NOW)[0]


def test_a_rotated_key_stays_published_for_the_overlap() -> None:
    keys = _keys()
    old, _ = keys.current(NOW)
    keys.rotate(later(hours=5))
    new, _ = keys.current(later(hours=5))
    assert _published(keys, hours=5) == [new, old]
    assert _published(keys, hours=5, minutes=59) == [new, old]
    assert _published(keys, hours=6) == [new]
    assert keys.find(old, later(hours=6)) is None
    keys.rotate(later(hours=7))
    assert len(keys.keys) == 2  # what is published no more is forgotten


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda keys, old, now: keys.current(now), id="who-signs"),
        pytest.param(lambda keys, old, now: keys.find(old, now), id="who-verifies"),
        pytest.param(lambda keys, old, now: keys.jwks(now), id="who-reads-the-keys"),
    ],
)
def test_rotates_by_itself_when_its_lifetime_is_over_whoever_asks(
    ask: Callable[[SigningKeys, str, datetime], object],
) -> None:
    keys = _keys(timedelta(days=1), timedelta(days=1))
    old = keys.keys[0].kid
    ask(keys, old, later(days=1))
    assert keys.keys[0].kid != old
    assert isinstance(keys.find(old, later(days=1)), RSAKey)


@given(
    steps=st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=12),
    lifetime=st.none() | st.integers(1, 60),
    overlap=st.integers(0, 60),
)
@settings(max_examples=40, deadline=None)
def test_a_key_is_known_until_its_overlap_is_over(
    steps: list[tuple[int, bool]], lifetime: int | None, overlap: int
) -> None:
    keys = _keys(None if lifetime is None else timedelta(seconds=lifetime), timedelta(seconds=overlap))
    superseded: dict[str, int] = {}
    second, current = 0, keys.current(NOW)[0]
    for pause, rotate in steps:
        second += pause
        if rotate:
            keys.rotate(later(seconds=second))
        newest = keys.current(later(seconds=second))[0]
        if newest != current:
            superseded[current] = second
            current = newest
        known = {kid for kid, when in superseded.items() if second < when + overlap}
        assert set(_published(keys, seconds=second)) == known | {current}
        assert len(keys.keys) <= len(superseded) + 1


def test_goes_on_from_a_state_that_was_kept() -> None:
    kept, fresh = _keys(), SigningKeys(lambda: rsa_key("fresh"), None, timedelta(0), NOW)
    fresh.keys = list(kept.keys)
    assert fresh.jwks(NOW) == kept.jwks(NOW)
    assert fresh.current(NOW)[1].as_dict(private=True)["d"] == kept.current(NOW)[1].as_dict(private=True)["d"]


def test_the_state_is_plain_and_hides_the_private_key() -> None:
    (key,) = _keys().keys
    assert "PRIVATE" not in repr(key)
    assert "PRIVATE" in json.dumps(asdict(key), default=str)
