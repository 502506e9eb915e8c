"""What clients are shown."""

from datetime import timedelta

import pytest

from keyferry.admit.certificates.key_pair import Pair
from keyferry.admit.certificates.shown import Shown
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import SystemClock
from tests.fakes.handshakes import certificate_shown
from tests.fakes.webhook_certificates import made


def test_the_latest_is_shown_to_new_clients() -> None:
    shown, now = Shown(), SystemClock().now()
    assert shown.ended(now) == ""
    seen = []
    for _ in range(2):
        shown.show(made(now).pair)
        seen.append(certificate_shown(shown.context))
        assert seen[-1]
    assert seen[0] != seen[1]


def test_the_same_again_changes_nothing() -> None:
    shown = Shown()
    pair = made(SystemClock().now()).pair
    shown.show(pair)
    before = shown.good
    shown.show(pair)
    assert shown.good is before


def test_what_openssl_does_not_take_leaves_the_one_before() -> None:
    shown = Shown()
    now = SystemClock().now()
    good = made(now).pair
    shown.show(good)
    with pytest.raises(ValueError, match="OpenSSL"):
        shown.show(Pair(chain_pem=b"", key_pem=SecretValue(b""), begins=now, ends=now, hosts=frozenset()))
    assert shown.pair == good


def test_when_it_is_good() -> None:
    shown, now = Shown(), SystemClock().now()
    shown.show(made(now).pair)
    assert shown.ended(now) == ""
    assert "ended at" in shown.ended(now + timedelta(days=366))
    assert "begins at" in shown.ended(now - timedelta(days=1))
