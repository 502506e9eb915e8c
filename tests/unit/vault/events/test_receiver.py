import asyncio
import base64
import gzip
import io
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import EVENT_GRID_APPLICATION as EVENT_GRID
from keyferry.vault.events import tenant_keys
from keyferry.vault.events.access import Expected
from keyferry.vault.events.hints import Hint
from keyferry.vault.events.receiver import MAX_BODY_BYTES, PATH, Gate, Receiver
from keyferry.vault.events.tenant_keys import TenantKeys
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.patience import patient

KEY = RSAKey.generate_key(2048, {"kid": "entra"})
ISSUER = "https://sts.windows.net/tenant/"
EVENT = [
    {
        "eventType": "Microsoft.KeyVault.SecretNewVersionCreated",
        "data": {"VaultName": "kv-prod", "ObjectType": "Secret", "ObjectName": "db"},
    }
]


@dataclass
class Endpoint:
    """The receiver, and what it was told."""

    session: aiohttp.ClientSession
    clock: OffsetClock
    hints: list[Hint] = field(default_factory=list)
    works: bool = True
    url: str = ""
    port: int = 0
    published: bool = True

    async def post(self, document: object = EVENT, query: str = "", **headers: str) -> tuple[int, str]:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        async with self.session.post(f"{self.url}{PATH}{query}", data=io.BytesIO(body), headers=headers) as answer:
            return answer.status, await answer.text()

    def token(self, **claims: Any) -> str:
        now = int(self.clock.now().timestamp())
        told = {"iss": ISSUER, "aud": "api://events", "appid": EVENT_GRID, "nbf": now, "exp": now + 3600, **claims}
        return "Bearer " + jwt.encode({"alg": "RS256", "kid": "entra"}, told, KEY, algorithms=["RS256"])


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async def publish(_request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(KeySet([KEY]).as_dict(private=False), status=200 if made.published else 503)

    runner = web.ServerRunner(web.Server(publish))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        clock = OffsetClock()
        made = Endpoint(session, clock)
        keys = TenantKeys(f"http://127.0.0.1:{runner.addresses[0][1]}/", session, clock)
        expected = Expected(issuers=(ISSUER,), audience="api://events")
        gate = Gate(keys=[SecretValue(b"open sesame")], expected=expected, tenant_keys=keys)
        receiver = Receiver(gate, clock, made.hints.extend, lambda: made.works, timedelta(milliseconds=50))
        await receiver.open("127.0.0.1:0")
        made.url, made.port = f"http://127.0.0.1:{receiver.port}", receiver.port
        yield made
        await receiver.close()
    await runner.cleanup()


async def test_events_wake_by_key_and_by_token(endpoint: Endpoint) -> None:
    assert await endpoint.post(query="?key=open%20sesame") == (200, "")
    assert await endpoint.post(**{"X-Keyferry-Key": "open sesame"}) == (200, "")
    assert await endpoint.post(Authorization=endpoint.token()) == (200, "")
    assert [hint.name for hint in endpoint.hints] == ["db"] * 3


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        pytest.param("", {}, id="nobody"),
        pytest.param("?key=open", {}, id="wrong-key"),
        pytest.param("", {"Authorization": "Basic eDp5"}, id="another-scheme"),
        pytest.param("", {"Authorization": "Bearer x.y.z"}, id="garbage"),
        pytest.param("", {"Authorization": "Bearer "}, id="empty"),
    ],
)
async def test_strangers_are_refused(endpoint: Endpoint, query: str, headers: Mapping[str, str]) -> None:
    assert (await endpoint.post(query=query, **headers))[0] == 401
    assert endpoint.hints == []


async def test_a_token_for_somebody_else_is_refused(endpoint: Endpoint) -> None:
    assert (await endpoint.post(Authorization=endpoint.token(aud="api://else")))[0] == 401


async def test_the_handshake_of_event_grids_schema_repeats_the_code(endpoint: Endpoint) -> None:
    event = {"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "abc-1"}}
    status, text = await endpoint.post([event], "?key=open%20sesame")
    assert (status, json.loads(text)) == (200, {"validationResponse": "abc-1"})
    assert (await endpoint.post([event]))[0] == 401


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param("eventgrid.azure.net", 200, id="public"),
        pytest.param("eventgrid.azure.us", 200, id="government"),
        pytest.param("example.net", 400, id="a-stranger"),
        pytest.param("", 400, id="nobody"),
    ],
)
async def test_the_handshake_of_cloud_events_repeats_the_origin(endpoint: Endpoint, origin: str, status: int) -> None:
    headers = {"WebHook-Request-Origin": origin, "WebHook-Request-Rate": "120"}
    async with endpoint.session.options(f"{endpoint.url}{PATH}", headers=headers) as answer:
        assert answer.status == status
        assert answer.headers.get("WebHook-Allowed-Origin", "") == (origin if status == 200 else "")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param("", 200, id="none"),
        pytest.param("?key=open%20sesame", 200, id="ours"),
        pytest.param("?key=open", 401, id="wrong"),
    ],
)
async def test_a_subscription_with_a_wrong_key_fails_at_its_handshake(
    endpoint: Endpoint, query: str, status: int
) -> None:
    headers = {"WebHook-Request-Origin": "eventgrid.azure.net"}
    async with endpoint.session.options(f"{endpoint.url}{PATH}{query}", headers=headers) as answer:
        assert answer.status == status


async def test_a_token_that_cannot_be_checked_comes_again_and_a_key_counts(endpoint: Endpoint) -> None:
    endpoint.published = False
    assert await endpoint.post(Authorization=endpoint.token()) == (503, "the token cannot be checked now\n")
    assert await endpoint.post(query="?key=open%20sesame") == (200, "")
    endpoint.published = True
    endpoint.clock.advance(tenant_keys.FAILED_PAUSE)
    assert await endpoint.post(Authorization=endpoint.token()) == (200, "")


async def test_what_one_delivery_repeats_is_one_hint(endpoint: Endpoint) -> None:
    assert await endpoint.post(EVENT * 5000, "?key=open%20sesame") == (200, "")
    assert len(endpoint.hints) == 1


async def test_a_flood_of_strange_tokens_leaves_room_for_ours(endpoint: Endpoint) -> None:
    """Their keys are asked for once; who is known is not kept waiting."""
    assert (await endpoint.post(Authorization=endpoint.token()))[0] == 200
    strange = [f"Bearer {_signed({'alg': 'RS256', 'kid': f'{number}'}, b'{}')}" for number in range(50)]
    answers = await asyncio.gather(*(endpoint.post(Authorization=token) for token in strange))
    assert {status for status, _ in answers} == {503}
    assert (await endpoint.post(Authorization=endpoint.token()))[0] == 200


def _signed(header: object, payload: bytes) -> str:
    """Something in the shape of a token, which nobody signed."""
    parts = (json.dumps(header).encode() if not isinstance(header, bytes) else header, payload, b"signature")
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param([], id="a-list"),
        pytest.param(None, id="nothing"),
        pytest.param({"alg": "RS256"}, id="no-key"),
        pytest.param({"alg": "RS256", "kid": None}, id="null-for-a-key"),
        pytest.param({"alg": "RS256", "kid": ["entra"]}, id="keys"),
        pytest.param({"alg": "none", "kid": "entra"}, id="unsigned"),
        pytest.param({"alg": "HS256", "kid": "entra"}, id="signed-with-the-public-key"),
        pytest.param({"alg": "RS256", "kid": "entra", "crit": ["x"]}, id="critical"),
        pytest.param({"alg": "RS256", "kid": "entra", "jwk": {}}, id="a-key-of-its-own"),
        pytest.param(b"[" * 5000, id="too-deep"),
        pytest.param(b"\xff", id="no-text"),
        pytest.param(b'{"alg":"RS256","kid":' + b"9" * 5000 + b"}", id="a-number-without-end"),
    ],
)
async def test_odd_tokens_are_strangers(endpoint: Endpoint, header: object) -> None:
    assert (await endpoint.post(Authorization=endpoint.token()))[0] == 200
    status, _ = await endpoint.post(Authorization=f"Bearer {_signed(header, b'{}')}")
    assert status in (401, 503)
    assert len(endpoint.hints) == 1


LETTER_IN = b"X-Keyferry-Key: open sesame\r\n"


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        pytest.param(b"X-Keyferry-Key: \xff\xfe\r\nContent-Length: 2\r\n\r\n[]", b"401", id="a-key-that-is-no-text"),
        pytest.param(b"Authorization: Bearer \xff.\xfe.\xff\r\n\r\n", b"401", id="a-token-that-is-no-text"),
        pytest.param(LETTER_IN + b"Content-Length: 50\r\n\r\nslow", b"408", id="a-body-that-does-not-come"),
        pytest.param(LETTER_IN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[", b"408", id="a-chunk-that-does-not-come"),
        pytest.param(LETTER_IN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400", id="no-chunk"),
        pytest.param(
            LETTER_IN + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", b"400", id="not-compressed"
        ),
        pytest.param(LETTER_IN + b"X: " + b"x" * 100_000 + b"\r\n\r\n", b"400", id="a-huge-header"),
        pytest.param(b"X: y\r\n" * 10_000 + b"\r\n", b"400", id="thousands-of-headers"),
    ],
)
async def test_what_breaks_http_breaks_nothing_else(
    endpoint: Endpoint, rest: bytes, status: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as lines:
        writer.write(b"POST /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + rest)
        async with patient():
            assert (await reader.readline()).split()[1] == status
        writer.close()
        assert await endpoint.post(query="?key=open%20sesame") == (200, "")
    assert (lines, "sesame" in caplog.text) == ([], False)


async def test_a_sender_that_goes_away_in_the_middle_is_not_told_of(endpoint: Endpoint) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
    with structlog.testing.capture_logs() as lines:
        writer.write(b"POST /events HTTP/1.1\r\nHost: a\r\n" + LETTER_IN + b"Content-Length: 50\r\n\r\n[")
        await writer.drain()
        writer.transport.abort()
        assert await endpoint.post(query="?key=open%20sesame") == (200, "")
    assert lines == []


async def test_what_is_compressed_counts_as_large_as_it_is(endpoint: Endpoint) -> None:
    bomb = gzip.compress(b" " * (8 * MAX_BODY_BYTES))
    status, _ = await endpoint.post(bomb, "?key=open%20sesame", **{"Content-Encoding": "gzip"})
    assert status == 413


async def test_a_replica_that_does_not_work_asks_for_another_try(endpoint: Endpoint) -> None:
    endpoint.works = False
    assert (await endpoint.post(query="?key=open%20sesame"))[0] == 503
    assert endpoint.hints == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"no json", 400, id="garbage"),
        pytest.param(b"[]", 200, id="nothing"),
        pytest.param(b"[" + b" " * MAX_BODY_BYTES + b"]", 413, id="too-large"),
    ],
)
async def test_bad_deliveries_are_told_so(endpoint: Endpoint, body: bytes, status: int) -> None:
    assert (await endpoint.post(body, "?key=open%20sesame"))[0] == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [pytest.param("GET", PATH, 405, id="get"), pytest.param("POST", "/else", 404, id="elsewhere")],
)
async def test_nothing_else_is_here(endpoint: Endpoint, method: str, path: str, status: int) -> None:
    async with endpoint.session.request(method, endpoint.url + path) as answer:
        assert answer.status == status
