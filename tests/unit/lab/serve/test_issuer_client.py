import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.issuer_client import MAX_DOCUMENT_BYTES, IssuerClient
from keyferry.lab.serve.issuers import Address, Entry, Issuers
from keyferry.lab.serve.listener import Listener
from keyferry.lab.world.http import Fetch, Request, Response

NOW = datetime.now(UTC)  # noqa: TID251  (certificates are checked against the machine's clock)
HOST = "issuer.example"


async def _answer(request: Request) -> Response:
    match request.path:
        case "/moved":
            return Response(status=302, headers=(("Location", "/elsewhere"),))
        case "/closed":
            return Response(status=403)
        case "/large":
            return Response(status=200, body=b"x" * MAX_DOCUMENT_BYTES * 2)
        case _:
            return Response(status=200, body=f"{request.host} {request.path}".encode())


@asynccontextmanager
async def _client(*told_to: list[str], trusted: bool = True) -> AsyncIterator[IssuerClient]:
    told = told_to[0] if told_to else []
    authority, other = Authority(NOW), Authority(NOW)
    listener = Listener(_answer, lambda: NOW)
    await listener.open(context=authority.server_context(HOST))
    trust = ssl.create_default_context(cadata=(authority if trusted else other).certificate_pem.decode())
    address = Address(host="127.0.0.1", port=listener.port)
    issuers = Issuers([Entry(url=f"https://{name}", address=address) for name in (HOST, "wrong.example")])
    gone = Entry(url="https://gone.example", address=Address(host="127.0.0.1", port=1))
    issuers.add(gone)
    client = IssuerClient(issuers, trust, told.append)
    try:
        yield client
    finally:
        await client.close()
        await listener.close()


async def test_asks_by_the_real_name() -> None:
    async with _client() as client:
        answer = await client.fetch(Fetch(url=f"https://{HOST}/.well-known/openid-configuration"))
    assert answer == Response(status=200, body=b"issuer.example /.well-known/openid-configuration")


async def test_does_not_follow_a_redirect() -> None:
    async with _client() as client:
        answer = await client.fetch(Fetch(url=f"https://{HOST}/moved"))
    assert answer is not None
    assert answer.status == 302


async def test_a_large_document_is_cut() -> None:
    async with _client() as client:
        answer = await client.fetch(Fetch(url=f"https://{HOST}/large"))
    assert answer is not None
    assert len(answer.body) <= MAX_DOCUMENT_BYTES


@pytest.mark.parametrize(
    ("url", "trusted", "words"),
    [
        pytest.param("https://unknown.example/", True, "no --issuer-map leads there", id="host-that-is-no-issuer"),
        pytest.param("https://127.0.0.1:1/", True, "no --issuer-map leads there", id="address"),
        pytest.param("https://wrong.example/", True, "is not trusted", id="certificate-for-another-name"),
        pytest.param(f"https://{HOST}/", False, "--issuer-ca", id="authority-not-trusted"),
        pytest.param("https://gone.example/", True, "cannot be had from 127.0.0.1:1", id="nobody-listens"),
        pytest.param(f"https://{HOST}/moved", True, "answered 302", id="moved"),
        pytest.param("nonsense", True, "no --issuer-map leads there", id="no-url"),
        pytest.param("https://[", True, "no --issuer-map leads there", id="no-host"),
    ],
)
async def test_what_cannot_be_had_is_told_once(url: str, trusted: bool, words: str) -> None:
    told: list[str] = []
    async with _client(told, trusted=trusted) as client:
        for _ in range(2):
            answer = await client.fetch(Fetch(url=url))
            assert answer is None or answer.status != 200
    assert words in told[0]
    assert len(told) == 1


async def test_a_problem_that_comes_again_is_told_again() -> None:
    told: list[str] = []
    async with _client(told) as client:
        for path in ("closed", "", "closed"):
            await client.fetch(Fetch(url=f"https://{HOST}/{path}"))
        for number in range(300):
            await client.fetch(Fetch(url=f"https://unknown.example/{number}"))
        await client.fetch(Fetch(url=f"https://{HOST}/closed"))
    assert len([line for line in told if "system:service-account-issuer-discovery" in line]) == 2
    assert len(told) == 302


async def test_a_discovery_document_is_looked_for() -> None:
    told: list[str] = []
    async with _client(told) as client:
        assert await client.problem(f"https://{HOST}/one/") == ""
        assert "no --issuer-map" in await client.problem("https://unknown.example/")
        await client.fetch(Fetch(url="https://unknown.example/.well-known/openid-configuration"))
    assert told == [], "whoever looked tells it"


async def test_closing_what_was_never_used_is_no_error() -> None:
    await IssuerClient(Issuers(), ssl.create_default_context()).close()
