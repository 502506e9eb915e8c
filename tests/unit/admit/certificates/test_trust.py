"""A handshake in memory comes to what an API server's would."""

import ssl
from datetime import UTC, datetime

import pytest

from keyferry.admit.certificates import trust
from keyferry.admit.certificates.key_pair import Pair
from keyferry.admit.certificates.pairs import pair
from keyferry.admit.certificates.shown import Shown
from keyferry.model.secrets import SecretValue
from tests.fakes.certificates import key_pair
from tests.fakes.webhook_certificates import HOSTS, made

NOW = datetime(2020, 1, 1, tzinfo=UTC)  # dates do not count here
HELD = made(NOW)
OTHER = made(NOW)


def shown(by: Pair) -> Shown:
    made_shown = Shown()
    made_shown.show(by)
    return made_shown


@pytest.mark.parametrize(
    ("bundle", "host", "why"),
    [
        pytest.param(HELD.bundle_pem, HOSTS[0], "", id="trusted"),
        pytest.param(OTHER.bundle_pem + HELD.bundle_pem, HOSTS[1], "", id="one-of-two"),
        pytest.param(HELD.pair.chain_pem, HOSTS[0], "", id="itself-as-go-takes-it"),
        pytest.param(OTHER.bundle_pem, HOSTS[0], "unable to get local issuer certificate", id="another-authority"),
        pytest.param(HELD.bundle_pem, "web.other.svc", "Hostname mismatch", id="another-name"),
        pytest.param(b"garbage", HOSTS[0], "it holds no certificate", id="garbage"),
        pytest.param("é".encode(), HOSTS[0], "it holds no certificate", id="no-ascii"),
    ],
)
def test_refusals(bundle: bytes, host: str, why: str) -> None:
    context = shown(HELD.pair).good
    assert context is not None
    found = trust.refusal(context, bundle, host)
    assert why in found
    assert bool(found) is bool(why)


def test_a_certificate_without_names_is_for_nobody() -> None:
    chain, key = key_pair(HOSTS[0])
    context = shown(pair(chain, SecretValue(key))).good
    assert context is not None
    assert "mismatch" in trust.refusal(context, chain, HOSTS[0]), "common names do not count"


def test_what_a_client_sees() -> None:
    context = shown(HELD.pair).good
    assert context is not None
    names = {name for _, name in trust.seen(context, HELD.bundle_pem)["subjectAltName"]}
    assert names == HELD.pair.hosts
    with pytest.raises(ssl.SSLCertVerificationError):
        trust.seen(context, OTHER.bundle_pem)


def test_where_nothing_is_shown_the_handshake_fails() -> None:
    assert "the handshake fails" in trust.refusal(Shown().context, HELD.bundle_pem, HOSTS[0])
