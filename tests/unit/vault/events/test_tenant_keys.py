import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from joserfc.jwk import Key, KeySet, RSAKey

from keyferry.vault.events import tenant_keys
from keyferry.vault.events.tenant_keys import TenantKeys
from tests.fakes.offset_clock import OffsetClock

FIRST, SECOND = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("first", "second"))


@dataclass
class Published:
    """What the tenant publishes, and how often it was asked."""

    keys: list[Key] = field(default_factory=lambda: [FIRST])
    body: bytes | None = None
    asked: int = 0

    async def answer(self, _request: web.BaseRequest) -> web.StreamResponse:
        self.asked += 1
        if self.body is not None:
            return web.Response(body=self.body)
        return web.json_response(KeySet(self.keys).as_dict(private=False))


@dataclass
class Tenant:
    published: Published
    clock: OffsetClock
    keys: TenantKeys

    async def kids(self, wanted: str) -> list[str | None]:
        """The ids of the keys for one who comes with `wanted`, "?" where nobody can tell."""
        found = await self.keys.holding(wanted)
        return ["?"] if found is None else [key.kid for key in found.keys]


@pytest.fixture
async def tenant() -> AsyncIterator[Tenant]:
    published, clock = Published(), OffsetClock()
    runner = web.ServerRunner(web.Server(published.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/keys"
    async with aiohttp.ClientSession() as session:
        yield Tenant(published, clock, TenantKeys(url, session, clock))
    await runner.cleanup()


async def test_keys_are_fetched_once(tenant: Tenant) -> None:
    assert [await tenant.kids("first") for _ in range(3)] == [["first"]] * 3
    assert tenant.published.asked == 1


async def test_a_new_key_is_found_but_strangers_cause_no_flood(tenant: Tenant) -> None:
    await tenant.kids("first")
    tenant.published.keys.append(SECOND)
    assert await tenant.kids("second") == ["?"]
    tenant.clock.advance(tenant_keys.LEAST_PAUSE)
    assert await tenant.kids("second") == ["first", "second"]
    for _ in range(5):
        assert await tenant.kids("nobody's") == ["?"]
    assert tenant.published.asked == 2
    tenant.clock.advance(tenant_keys.LEAST_PAUSE)
    assert await tenant.kids("nobody's") == ["first", "second"], "so it is nobody's"


async def test_who_comes_while_the_keys_are_fetched_waits_for_them(tenant: Tenant) -> None:
    found = await asyncio.gather(*(tenant.kids("first") for _ in range(20)))
    assert found == [["first"]] * 20
    assert tenant.published.asked == 1


async def test_a_flood_of_unknown_keys_while_nothing_answers_is_one_question(tenant: Tenant) -> None:
    tenant.published.body = b""
    found = await asyncio.gather(*(tenant.kids(f"{number}") for number in range(500)))
    assert found == [["?"]] * 500
    assert tenant.published.asked == 1
    tenant.published.body = None
    assert await tenant.kids("first") == ["?"], "it failed a moment ago"
    tenant.clock.advance(tenant_keys.FAILED_PAUSE)
    assert await tenant.kids("first") == ["first"]


async def test_old_keys_are_fetched_again_and_serve_an_outage(tenant: Tenant) -> None:
    await tenant.kids("first")
    tenant.published.body = b"no keys"
    tenant.clock.advance(tenant_keys.KEPT)
    assert await tenant.kids("first") == ["first"]
    assert tenant.published.asked == 2
    tenant.published.body, tenant.published.keys = None, [SECOND]
    tenant.clock.advance(tenant_keys.LEAST_PAUSE)
    assert await tenant.kids("first") == ["second"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b'{"keys": [{"kty": "RSA"}]}', id="half-a-key"),
        pytest.param(b" " * (tenant_keys.MAX_BYTES + 1), id="too-much"),
    ],
)
async def test_what_is_no_key_set_leaves_none(tenant: Tenant, body: bytes) -> None:
    tenant.published.body = body
    assert await tenant.kids("first") == ["?"]


async def test_a_clock_that_was_set_back_does_not_end_it(tenant: Tenant) -> None:
    await tenant.kids("first")
    tenant.clock.advance(timedelta(days=-2))
    assert await tenant.kids("first") == ["first"]
    assert tenant.published.asked == 2
