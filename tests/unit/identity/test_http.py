"""The session and the proxy settings that all Azure clients of a process share."""

import base64
import logging
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest
from azure.core.exceptions import AzureError, ServiceRequestError, ServiceResponseTimeoutError
from azure.core.rest import HttpRequest
from yarl import URL

from keyferry.identity.answers import network_cause
from keyferry.identity.http import CONNECTIONS_PER_HOST, MAX_BODY_BYTES, Proxies, SharedTransport, open_session
from tests.fakes.azure_http import LOGIN_HOST, Fault
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.vault_world import World


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        pytest.param({}, "a.example", None, id="none-set"),
        pytest.param({"HTTP_PROXY": "http://p:1"}, "a.example", None, id="http-proxy-is-not-for-https"),
        pytest.param({"HTTPS_PROXY": "http://p:1"}, "a.example", "http://p:1", id="https-proxy"),
        pytest.param({"HTTPS_PROXY": "p:1"}, "a.example", "http://p:1", id="without-a-scheme"),
        pytest.param({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "a.example", None, id="no-proxy-for-all"),
        pytest.param(
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".example"}, "a.example", None, id="no-proxy-for-a-domain"
        ),
        pytest.param(
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "b.example"}, "a.example", "http://p:1", id="another-host"
        ),
        pytest.param(
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "10.1.2.3", None, id="no-proxy-for-a-network"
        ),
    ],
)
def test_chooses_the_proxy_for_a_host(settings: Mapping[str, str], host: str, expected: str | None) -> None:
    found = Proxies(settings).before(host)

    assert (found and found.url) == (expected and URL(expected))


@pytest.mark.parametrize(
    ("address", "login"),
    [
        pytest.param("http://u:s%20t@p:1", b"u:s t", id="user-and-password"),
        pytest.param("http://u@p:1", b"u:", id="user-alone"),
    ],
)
def test_takes_the_login_out_of_the_address_and_hides_it(address: str, login: bytes) -> None:
    found = Proxies({"HTTPS_PROXY": address}).before("a.example")

    assert found is not None
    assert found.url == URL("http://p:1")
    assert found.headers == {"Proxy-Authorization": f"Basic {base64.b64encode(login).decode()}"}
    assert "Basic" not in repr(found)


def test_reads_the_environment_once_for_each_host() -> None:
    proxies = Proxies({"HTTPS_PROXY": "http://p:1"})

    assert proxies.before("a.example") is proxies.before("a.example")


async def test_logs_in_to_the_proxy_and_reuses_connections(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ConnectProxy(world.azure.hosts, login="user:pass") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        transport = SharedTransport(world.session, Proxies())
        for _ in range(5):
            response = await transport.send(_request(f"https://{LOGIN_HOST}/x"))
            assert response.status_code == 401
        await transport.close()

    assert proxy.connects == {LOGIN_HOST: 1}


async def test_trusts_the_certificates_of_the_environment(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(world.azure.trust(tmp_path)))
    async with open_session() as session:
        response = await SharedTransport(session, Proxies()).send(_request(f"https://{LOGIN_HOST}/x"))

    assert response.status_code == 401


@pytest.mark.parametrize("proxied", [True, False])
async def test_trusts_nobody_else(world: World, monkeypatch: pytest.MonkeyPatch, proxied: bool) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    proxies = Proxies() if proxied else Proxies({})
    url = f"https://{LOGIN_HOST}/x" if proxied else f"https://127.0.0.1:{world.azure.port}/x"
    async with open_session() as session:
        with pytest.raises(ServiceRequestError, match="certificate verify failed"):
            await SharedTransport(session, proxies).send(_request(url))


async def test_the_vendors_loggers_print_no_headers() -> None:
    async with open_session():
        assert not logging.getLogger("azure.core.pipeline.policies.http_logging_policy").isEnabledFor(logging.WARNING)


async def test_an_answer_that_does_not_come_is_given_up(world: World) -> None:
    world.azure.latency = 30
    with pytest.raises(ServiceResponseTimeoutError) as caught:
        await SharedTransport(world.session, Proxies(), request_seconds=0.2).send(_request(f"https://{LOGIN_HOST}/x"))

    assert network_cause(caught.value) == "no answer in time"


async def test_the_session_is_bounded_and_keeps_no_cookies() -> None:
    async with open_session() as session:
        assert session.connector is not None
        assert session.connector.limit_per_host == CONNECTIONS_PER_HOST
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
        assert session.timeout.sock_connect
        assert session.timeout.sock_read


def _request(url: str) -> HttpRequest:
    return HttpRequest("GET", url)


@pytest.mark.parametrize(
    ("size", "is_taken"),
    [pytest.param(MAX_BODY_BYTES, True, id="as-much-as-may-be"), pytest.param(MAX_BODY_BYTES + 1, False, id="more")],
)
async def test_an_answer_without_end_does_not_fill_the_memory(world: World, size: int, is_taken: bool) -> None:
    """A store's author may name any address as Entra's."""
    world.azure.token_faults.append(Fault(200, "x" * size))
    request = HttpRequest("GET", f"https://{LOGIN_HOST}/")
    sender = SharedTransport(world.session, Proxies())
    if is_taken:
        assert len((await sender.send(request)).content) == size
    else:
        with pytest.raises(AzureError):
            await sender.send(request)
