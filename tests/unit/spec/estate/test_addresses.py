"""keyferry.spec.estate.addresses"""

import pytest

from keyferry.spec.estate import addresses


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("https://issuer.example.com", None, id="fine"),
        pytest.param("https://issuer.example.com:8443/a/b/", None, id="with-a-path"),
        pytest.param("http://issuer.example.com", "does not begin with https://", id="http"),
        pytest.param("HTTPS://issuer.example.com", "does not begin with https://", id="capitals"),
        pytest.param("issuer.example.com", "does not begin with https://", id="no-scheme"),
        pytest.param("https://", "has no host name", id="no-host"),
        pytest.param("https://a b.example.com", "has no host name", id="blank-in-host"),
        pytest.param("https://issuer.example.com:0", "has no host name", id="port-0"),
        pytest.param("https://u:hunter2@issuer.example.com", "has a user or a password in it", id="password"),
        pytest.param("https://issuer.example.com?", "has a ? or # in it", id="query"),
        pytest.param("https://issuer.example.com/#a", "has a ? or # in it", id="fragment"),
        pytest.param("https://issuer.example.com/a b", "has white space in it", id="blank"),
        pytest.param("https://issuer.example.com/ ", "has white space in it", id="last-blank"),
        pytest.param("https://issuer.example.com/\x00", "has white space in it", id="nul"),
        pytest.param("https://[::1", "is no address", id="no-address"),
        pytest.param("https://issuer.example.com:port", "is no address", id="no-port"),
        pytest.param(f"https://issuer.example.com/{'a' * 600}", "is longer than Entra allows", id="long"),
    ],
)
def test_issuers(text: str, message: str | None) -> None:
    complaint = addresses.issuer(text)
    assert (complaint and complaint.message) == message


def test_endpoints() -> None:
    assert addresses.endpoint("https://events.example.com/events") is None
    complaint = addresses.endpoint("events.example.com")
    assert complaint is not None
    assert complaint.remedy == 'write such as "https://events.example.com/events"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("203.0.113.7", None, id="address"),
        pytest.param("203.0.113.0/24", None, id="range"),
        pytest.param("203.0.113.0/30", None, id="smallest-range"),
        pytest.param("203.0.113.6/31", "is a range of one or two addresses", id="two"),
        pytest.param("203.0.113.7/32", "is a range of one or two addresses", id="one"),
        pytest.param("203.0.113.7/24", "is no address or range of IPv4", id="host-bits"),
        pytest.param("10.1.2.3", "is of a private network, which a vault's firewall never sees", id="private"),
        pytest.param(
            "172.16.0.0/16", "is of a private network, which a vault's firewall never sees", id="private-range"
        ),
        pytest.param("2001:db8::1", "is no address or range of IPv4", id="ipv6"),
        pytest.param("hunter2", "is no address or range of IPv4", id="word"),
    ],
)
def test_ip_rules(text: str, message: str | None) -> None:
    complaint = addresses.ip_rule(text)
    assert (complaint and complaint.message) == message


@pytest.mark.parametrize(
    ("text", "is_fine"),
    [
        pytest.param("team+alerts@sub.example.com", True, id="fine"),
        pytest.param("team", False, id="no-at"),
        pytest.param("a@b@example.com", False, id="two-ats"),
        pytest.param("Team <team@example.com>", False, id="with-a-name"),
        pytest.param("team@localhost", False, id="no-domain"),
        pytest.param(f"{'a' * 250}@example.com", False, id="long"),
    ],
)
def test_mail(text: str, is_fine: bool) -> None:
    assert (addresses.mail(text) is None) is is_fine
