import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import EVENT_GRID_APPLICATION as EVENT_GRID
from keyferry.vault.events.access import Expected
from keyferry.vault.events.hints import Hint
from keyferry.vault.events.receiver import MAX_BODY_BYTES, PATH, Gate, Receiver
from keyferry.vault.events.tenant_keys import TenantKeys
from tests.fakes.offset_clock import OffsetClock

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
        return web.json_response(KeySet([KEY]).as_dict(private=False))

    runner = web.ServerRunner(web.Server(publish))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        clock = OffsetClock()
        made = Endpoint(session, clock)
        tenant_keys = TenantKeys(f"http://127.0.0.1:{runner.addresses[0][1]}/", session, clock)
        expected = Expected(issuers=(ISSUER,), audience="api://events")
        gate = Gate(keys=[SecretValue(b"open sesame")], expected=expected, tenant_keys=tenant_keys)
        receiver = Receiver(gate, clock, made.hints.append, lambda: made.works)
        await receiver.open("127.0.0.1:0")
        made.url = f"http://127.0.0.1:{receiver.port}"
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
