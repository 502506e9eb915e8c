from collections.abc import AsyncIterator

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter

from keyferry.model.errors import SpecError
from keyferry.runtime import health


@pytest.fixture
async def server() -> AsyncIterator[health.HealthServer]:
    registry = CollectorRegistry()
    Counter("asked", "Requests made.", registry=registry).inc()
    server = health.HealthServer(registry)
    await server.open("127.0.0.1:0")
    yield server
    await server.close()


async def fetch(server: health.HealthServer, path: str, **headers: str) -> tuple[int, str, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{server.port}{path}", headers=headers) as answer,
    ):
        return answer.status, answer.content_type, await answer.text()


async def test_is_ready_only_when_every_check_is(server: health.HealthServer) -> None:
    problems = {"cache": "not synced", "lease": ""}
    server.ready_when("cache", lambda: problems["cache"])
    server.ready_when("lease", lambda: problems["lease"])
    assert await fetch(server, "/readyz") == (503, "text/plain", "cache: not synced\n")
    problems["cache"] = ""
    assert await fetch(server, "/readyz") == (200, "text/plain", "ok\n")


async def test_is_alive_only_while_every_check_is(server: health.HealthServer) -> None:
    problems = {"socket": "does not answer"}

    async def socket() -> str:
        return problems["socket"]

    server.alive_when("socket", socket)
    assert await fetch(server, "/healthz") == (503, "text/plain", "socket: does not answer\n")
    assert (await fetch(server, "/readyz"))[0] == 200
    problems["socket"] = ""
    assert await fetch(server, "/livez") == (200, "text/plain", "ok\n")


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        pytest.param("/healthz", 200, "ok", id="alive"),
        pytest.param("/metrics", 200, "asked_total 1.0", id="metrics"),
        pytest.param("/else", 404, "/readyz", id="elsewhere-says-what-is-here"),
    ],
)
async def test_answers(server: health.HealthServer, path: str, status: int, text: str) -> None:
    assert (await fetch(server, path))[0] == status
    assert text in (await fetch(server, path))[2]


async def test_speaks_openmetrics_when_asked(server: health.HealthServer) -> None:
    _, kind, text = await fetch(server, "/metrics", Accept="application/openmetrics-text")
    assert kind == "application/openmetrics-text"
    assert text.endswith("# EOF\n")


async def test_a_taken_port_is_a_clear_error(server: health.HealthServer) -> None:
    with pytest.raises(SpecError, match=r"the port is in use.*--metrics-addr"):
        await health.HealthServer(CollectorRegistry()).open(f"127.0.0.1:{server.port}")
