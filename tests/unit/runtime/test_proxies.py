import pytest

from keyferry.model.errors import SpecError
from keyferry.runtime.proxies import proxy_for

PROXY = "http://proxy.corp:3128"


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        pytest.param("https://api.corp:6443", {}, "", id="none"),
        pytest.param("https://api.corp:6443", {"HTTPS_PROXY": PROXY}, PROXY, id="https"),
        pytest.param("https://api.corp:6443", {"https_proxy": PROXY}, PROXY, id="lower-case"),
        pytest.param("https://api.corp:6443", {"HTTP_PROXY": PROXY}, "", id="not-the-other-schemes"),
        pytest.param("http://api.corp", {"HTTP_PROXY": PROXY}, PROXY, id="http"),
        pytest.param("https://api.corp", {"HTTPS_PROXY": "proxy:3128"}, "http://proxy:3128", id="without-scheme"),
        pytest.param("https://127.0.0.1:6443", {"HTTPS_PROXY": PROXY}, "", id="never-for-loopback"),
        pytest.param("https://localhost:6443", {"HTTPS_PROXY": PROXY}, "", id="never-for-localhost"),
        pytest.param("https://[::1]:6443", {"HTTPS_PROXY": PROXY}, "", id="never-for-loopback-v6"),
    ],
)
def test_the_proxy(url: str, environment: dict[str, str], proxy: str) -> None:
    assert proxy_for(url, environment) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "direct"),
    [
        pytest.param("*", True, id="everything"),
        pytest.param("10.0.0.0/8", True, id="network"),
        pytest.param("10.1.0.0/16,192.168.0.0/16", False, id="other-networks"),
        pytest.param("10.96.0.1", True, id="address"),
        pytest.param(" 10.96.0.1 , x", True, id="with-spaces"),
        pytest.param("10.96.0.2", False, id="other-address"),
        pytest.param("not/a/network", False, id="malformed"),
        pytest.param("", False, id="empty"),
        pytest.param(",", False, id="empty-entries"),
    ],
)
def test_addresses_that_go_direct(no_proxy: str, direct: bool) -> None:
    environment = {"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}
    assert proxy_for("https://10.96.0.1:443", environment) == ("" if direct else PROXY)


@pytest.mark.parametrize(
    ("no_proxy", "direct"),
    [
        pytest.param("corp", True, id="domain"),
        pytest.param(".corp", True, id="domain-with-dot"),
        pytest.param("*.corp", True, id="domain-with-star"),
        pytest.param("API.Corp", True, id="whatever-the-case"),
        pytest.param("api.corp:6443", True, id="its-port"),
        pytest.param("api.corp:443", False, id="another-port"),
        pytest.param(".api.corp", False, id="subdomains-only"),
        pytest.param("orp", False, id="no-part-of-a-label"),
        pytest.param("10.0.0.0/8", False, id="a-network-has-no-names"),
    ],
)
def test_names_that_go_direct(no_proxy: str, direct: bool) -> None:
    environment = {"HTTPS_PROXY": PROXY, "no_proxy": no_proxy}
    assert proxy_for("https://api.corp:6443", environment) == ("" if direct else PROXY)


def test_a_proxy_that_is_no_http_proxy_is_named() -> None:
    with pytest.raises(SpecError, match="HTTPS_PROXY") as caught:
        proxy_for("https://api.corp", {"HTTPS_PROXY": "socks5://user:hunter2@proxy"})
    assert "hunter2" not in str(caught.value)
