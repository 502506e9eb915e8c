import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.kube.config import ClientCertificate, ClusterConfig, TokenFile
from keyferry.kube.transport import Call, Transport
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS
from keyferry.kube.wire.status import Asked
from keyferry.lab.serve.authority import Authority
from keyferry.model.errors import Bug, GrantError, SpecError, Throttled, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import SystemClock
from tests.fakes.certificates import key_pair
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld

ASKED = Asked(verb="list", resource=CONFIG_MAPS, key=Key(namespace="default", name=""))
READ = Call(asked=ASKED, method="GET", path="/api/v1/namespaces/default/configmaps")
WRITE = Call(
    asked=replace(ASKED, verb="create"),
    method="POST",
    path="/api/v1/namespaces/default/configmaps",
    body=b'{"metadata":{"name":"a"}}',
)
WATCH = replace(READ, path=READ.path + "?watch=true&resourceVersion=100&timeoutSeconds=30")


class opened:  # noqa: N801  (reads as a verb: `async with opened(config)`)
    """A transport that is open inside the block."""

    def __init__(self, config: ClusterConfig, connections: int = 16) -> None:
        self._transport = Transport(config, SystemClock(), lambda: 0.0, connections)

    async def __aenter__(self) -> Transport:
        await self._transport.open()
        return self._transport

    async def __aexit__(self, *_: object) -> None:
        await self._transport.close()


@pytest.fixture
async def api() -> AsyncIterator[FakeKubeApi]:
    async with FakeKubeApi(KubeWorld()) as api:
        yield api


@pytest.mark.parametrize(
    ("call", "faults", "requests"),
    [
        pytest.param(READ, [Fault(status=503)] * 3, 4, id="reads-survive-an-outage"),
        pytest.param(READ, [Fault(status=500), Fault(status=429)], 3, id="of-any-kind"),
        pytest.param(WRITE, [Fault(status=429)] * 2, 3, id="throttled-writes-are-repeated"),
    ],
)
async def test_repeated(api: FakeKubeApi, call: Call, faults: list[Fault], requests: int) -> None:
    api.faults.extend(faults)
    async with opened(api.config()) as transport:
        await transport.send(call)
    assert len(api.seen) == requests


@pytest.mark.parametrize(
    ("call", "fault", "error"),
    [
        pytest.param(WRITE, Fault(status=500), Unavailable, id="a-failed-write"),
        pytest.param(WRITE, Fault(status=0, after=True), Unavailable, id="a-write-whose-answer-was-lost"),
        pytest.param(READ, Fault(status=422), SpecError, id="what-waiting-does-not-heal"),
        pytest.param(READ, Fault(status=429, retry_after="60"), Throttled, id="long-waits-are-the-callers"),
        pytest.param(READ, Fault(status=302), SpecError, id="redirects-are-not-followed"),
    ],
)
async def test_not_repeated(api: FakeKubeApi, call: Call, fault: Fault, error: type[Exception]) -> None:
    api.faults.append(fault)
    async with opened(api.config()) as transport:
        with pytest.raises(error):
            await transport.send(call)
    assert len(api.seen) == 1


async def test_retry_after_is_honoured(api: FakeKubeApi) -> None:
    api.faults.append(Fault(status=429, retry_after="1"))
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with opened(api.config()) as transport:
        await transport.send(READ)
    assert loop.time() - started >= 1.0


async def test_nobody_there() -> None:
    async with FakeKubeApi(KubeWorld()) as api:
        config = api.config()
    async with opened(config) as transport:
        with pytest.raises(Unavailable, match="cannot reach the API server to create configmaps"):
            await transport.send(WRITE)


async def test_a_renewed_token_is_used_at_once(api: FakeKubeApi, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("old")
    api.token = "old"
    async with opened(api.config(TokenFile(path=file))) as transport:
        await transport.send(READ)
        api.token = "new"
        file.write_text("new")
        await transport.send(WRITE)
        api.token = "newer"
        file.write_text("newer")
        async for chunk in transport.stream(WATCH, timedelta(seconds=5)):
            assert chunk == b""
            break
    assert [seen.headers["authorization"] for seen in api.seen] == [
        f"Bearer {token}" for token in ("old", "old", "new", "new", "newer")
    ]


async def test_a_token_that_stays_wrong_is_refused_once_more_only(api: FakeKubeApi, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("wrong")
    api.token = "right"
    async with opened(api.config(TokenFile(path=file))) as transport:
        with pytest.raises(GrantError):
            await transport.send(READ)
    assert len(api.seen) == 2


async def test_without_a_token_nothing_is_sent(api: FakeKubeApi, tmp_path: Path) -> None:
    async with opened(api.config(TokenFile(path=tmp_path / "missing"))) as transport:
        with pytest.raises(Unavailable, match="token file"):
            await transport.send(WRITE)
    assert api.seen == []


async def test_headers(api: FakeKubeApi) -> None:
    config = replace(
        api.config(SecretValue(b"t")),
        impersonation=(("Impersonate-User", "jane"), ("Impersonate-Group", "a")),
    )
    async with opened(config) as transport:
        await transport.send(WRITE)
    headers = api.seen[0].headers
    assert headers["authorization"] == "Bearer t"
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == "keyferry"
    assert (headers["impersonate-user"], headers["impersonate-group"]) == ("jane", "a")


async def test_a_silent_stream_is_ended(api: FakeKubeApi) -> None:
    api.watch_silently = True
    async with opened(api.config()) as transport:
        chunks = transport.stream(WATCH, timedelta(milliseconds=50))
        assert await anext(chunks) == b""
        with pytest.raises(Unavailable, match="no answer in time"):
            await anext(chunks)


async def test_watches_take_nothing_from_requests(api: FakeKubeApi) -> None:
    async with opened(api.config(), connections=1) as transport:
        watches = [transport.stream(WATCH, timedelta(seconds=5)) for _ in range(3)]
        assert [await anext(watch) for watch in watches] == [b""] * 3
        answers = await asyncio.gather(*(transport.send(READ) for _ in range(5)))
        assert len(answers) == 5
        for watch in watches:
            await watch.aclose()


async def test_a_refused_stream(api: FakeKubeApi) -> None:
    api.faults.append(Fault(status=403))
    async with opened(api.config()) as transport:
        with pytest.raises(GrantError):
            await anext(transport.stream(WATCH, timedelta(seconds=5)))


async def test_outside_its_block_it_refuses_to_work(api: FakeKubeApi) -> None:
    async with opened(api.config()) as transport:
        pass
    with pytest.raises(Bug):
        await transport.send(READ)
    await transport.close()


@pytest.fixture
async def https(api: FakeKubeApi) -> AsyncIterator[tuple[str, bytes]]:
    """The fake behind TLS for the name api.corp alone: its URL and its authority."""
    authority = Authority(SystemClock().now())
    context = authority.server_context("api.corp")
    server = await asyncio.start_server(lambda r, w: relay(r, w, api.port), "127.0.0.1", 0, ssl=context)
    yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", authority.certificate_pem
    server.close()


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Carry bytes both ways between a TLS connection and the fake."""
    onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(copy(reader, onward_writer), copy(onward_reader, writer))


async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        target.close()


async def test_tls_is_verified_against_the_name_and_the_authority(https: tuple[str, bytes]) -> None:
    url, ca_pem = https
    config = ClusterConfig(server=url, origin="test", ca_pem=ca_pem)
    async with opened(replace(config, server_name="api.corp")) as transport:
        await transport.send(READ)
    for untrusted in (config, replace(config, server_name="api.corp", ca_pem=key_pair()[0])):
        async with opened(untrusted) as transport:
            with pytest.raises(Unavailable, match="certificate"):
                await transport.send(WRITE)


async def test_through_a_proxy(https: tuple[str, bytes]) -> None:
    url, ca_pem = https
    async with ConnectProxy({"api.corp": int(url.rpartition(":")[2])}) as proxy:
        config = ClusterConfig(server="https://api.corp:6443", origin="test", ca_pem=ca_pem, proxy_url=proxy.url)
        async with opened(config) as transport:
            await transport.send(READ)
        assert sum(proxy.connects.values()) == 1
        async with opened(replace(config, server="https://elsewhere.corp")) as transport:
            with pytest.raises(Unavailable, match="the proxy answered 403"):
                await transport.send(WRITE)


async def test_a_client_certificate_is_presented() -> None:
    authority = Authority(SystemClock().now())
    certificate, key = key_pair()
    context = authority.server_context("127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=certificate.decode())
    async with FakeKubeApi(KubeWorld()) as api:
        server = await asyncio.start_server(lambda r, w: relay(r, w, api.port), "127.0.0.1", 0, ssl=context)
        config = ClusterConfig(
            server=f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            origin="test",
            ca_pem=authority.certificate_pem,
            certificate=ClientCertificate(certificate_pem=certificate, key_pem=SecretValue(key)),
        )
        async with opened(config) as transport:
            await transport.send(READ)
        server.close()
