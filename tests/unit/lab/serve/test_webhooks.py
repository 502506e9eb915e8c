"""Webhooks are asked over TLS on loopback alone, and what goes wrong is told in the words of Go's client."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from keyferry.lab.kubernetes.admission.asking import Ask, Unreachable
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.webhooks import Webhooks
from keyferry.lab.world.http import Response

NOW = datetime.now(UTC)  # noqa: TID251  (certificates are judged by the machine's clock)
AUTHORITY = Authority(NOW)
OTHER = Authority(NOW)
PAST = (NOW - timedelta(days=9), NOW - timedelta(days=1))

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


async def echo(request: web.BaseRequest) -> web.StreamResponse:
    """Answer with the body, and the path that was asked."""
    return web.Response(body=await request.read(), headers={"Seen": request.path_qs})


class Counting:
    """Answers with the number of the connection, which it closes after `questions`."""

    def __init__(self, questions: int) -> None:
        self._questions = questions
        self._seen: list[object] = []
        self._asked = 0

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        self._asked += 1
        if request.transport not in self._seen:
            self._seen.append(request.transport)
        answer = web.Response(text=str(self._seen.index(request.transport)))
        if self._asked % self._questions == 0:
            answer.force_close()
        return answer


async def long(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(body=b"x" * int((await request.read()).decode()))


async def slow(request: web.BaseRequest) -> web.StreamResponse:
    await asyncio.sleep(30)
    return await echo(request)


async def cut(request: web.BaseRequest) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None) -> AsyncIterator[int]:
    runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@pytest.fixture
async def webhooks() -> AsyncIterator[Webhooks]:
    webhooks = Webhooks()
    yield webhooks
    await webhooks.close()


def _ask(url: str, **fields: object) -> Ask:
    given = {"body": b"{}", "timeout_seconds": 5, "ca_pem": AUTHORITY.certificate_pem, **fields}
    return Ask(url=url, **given)  # type: ignore[arg-type]  # (the fields of the cases below)


async def test_asks_by_url_and_behind_a_service(webhooks: Webhooks) -> None:
    context = AUTHORITY.server_context("127.0.0.1", "guard.default.svc")
    async with serving(echo, context) as port:
        by_url = _ask(f"https://127.0.0.1:{port}/x?timeout=5s", body=b"one")
        behind = _ask("https://guard.default.svc:443/y?timeout=5s", body=b"two", address=("127.0.0.1", port))
        assert await webhooks.ask((by_url, behind)) == (
            Response(status=200, body=b"one"),
            Response(status=200, body=b"two"),
        )


@pytest.mark.parametrize(
    ("context", "why"),
    [
        pytest.param(
            OTHER.server_context("127.0.0.1"),
            "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            id="another-authority",
        ),
        pytest.param(
            AUTHORITY.server_context("localhost"),
            "tls: failed to verify certificate: x509: certificate is not valid for the address in the URL",
            id="another-name",
        ),
        pytest.param(
            AUTHORITY.server_context("127.0.0.1", valid=PAST),
            "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
            id="expired",
        ),
        pytest.param(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), "remote error: tls: handshake failure", id="none"),
    ],
)
async def test_a_certificate_that_is_not_trusted(webhooks: Webhooks, context: ssl.SSLContext, why: str) -> None:
    async with serving(echo, context) as port:
        url = f"https://127.0.0.1:{port}/"
        assert await webhooks.ask((_ask(url),)) == (Unreachable(why=f'Post "{url}": {why}'),)


async def test_without_a_bundle_the_machines_authorities_count(webhooks: Webhooks) -> None:
    async with serving(echo, AUTHORITY.server_context("127.0.0.1")) as port:
        (heard,) = await webhooks.ask((_ask(f"https://127.0.0.1:{port}/", ca_pem=b""),))
        assert isinstance(heard, Unreachable)
        assert heard.why.endswith("certificate signed by unknown authority")


async def test_nobody_there(webhooks: Webhooks) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        url = f"https://127.0.0.1:{port}/"
        why = f'Post "{url}": dial tcp 127.0.0.1:{port}: connect: connection refused'
        assert await webhooks.ask((_ask(url),)) == (Unreachable(why=why),)


async def test_the_world_outside_is_out_of_reach(webhooks: Webhooks) -> None:
    url = "https://hooks.example.com/"
    why = f'Post "{url}": dial tcp: lookup hooks.example.com: no such host'
    assert await webhooks.ask((_ask(url),)) == (Unreachable(why=why),)


@pytest.mark.parametrize(
    ("handler", "why"),
    [pytest.param(slow, "context deadline exceeded", id="slow"), pytest.param(cut, "EOF", id="cut")],
)
async def test_no_answer(webhooks: Webhooks, handler: Handler, why: str) -> None:
    async with serving(handler, AUTHORITY.server_context("127.0.0.1")) as port:
        url = f"https://127.0.0.1:{port}/"
        assert await webhooks.ask((_ask(url, timeout_seconds=1),)) == (Unreachable(why=f'Post "{url}": {why}'),)


async def test_connections_are_kept(webhooks: Webhooks) -> None:
    async with serving(Counting(3), AUTHORITY.server_context("127.0.0.1", "localhost")) as port:
        urls = [f"https://127.0.0.1:{port}/"] * 4 + [f"https://localhost:{port}/"]
        heard = [(await webhooks.ask((_ask(url),)))[0] for url in urls]
        assert [one.body for one in heard if isinstance(one, Response)] == [b"0", b"0", b"0", b"1", b"2"]


async def test_another_bundle_is_another_connection(webhooks: Webhooks) -> None:
    both = AUTHORITY.certificate_pem + OTHER.certificate_pem
    async with serving(Counting(9), AUTHORITY.server_context("127.0.0.1")) as port:
        url = f"https://127.0.0.1:{port}/"
        bundles = (AUTHORITY.certificate_pem, both, AUTHORITY.certificate_pem, OTHER.certificate_pem)
        heard = [(await webhooks.ask((_ask(url, ca_pem=pem),)))[0] for pem in bundles]
    assert [one.body for one in heard if isinstance(one, Response)] == [b"0", b"1", b"0"]
    assert isinstance(heard[3], Unreachable), "what another bundle verified does not count for this one"


@pytest.mark.parametrize(
    ("length", "heard"),
    [
        pytest.param(2_000_000, Response(status=200, body=b"x" * 2_000_000), id="in-many-parts"),
        pytest.param(4_000_000, None, id="too-long"),
    ],
)
async def test_a_long_answer(webhooks: Webhooks, length: int, heard: Response | None) -> None:
    async with serving(long, AUTHORITY.server_context("127.0.0.1")) as port:
        url = f"https://127.0.0.1:{port}/"
        found = await webhooks.ask((_ask(url, body=str(length).encode()),))
        assert found == (heard or Unreachable(why=f'Post "{url}": EOF'),)


@pytest.mark.parametrize("pem", [pytest.param(b"\n", id="blank"), pytest.param(b"not one", id="no-certificate")])
async def test_a_bundle_without_a_certificate(webhooks: Webhooks, pem: bytes) -> None:
    why = "unable to load root certificates: unable to parse bytes as PEM block"
    (heard,) = await webhooks.ask((_ask("https://127.0.0.1:9/", ca_pem=pem),))
    assert heard == Unreachable(why=why, failed="could not get REST client")
