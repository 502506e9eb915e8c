"""A container registry's token endpoints over HTTPS on loopback, behind a proxy: state, counters, faults."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from keyferry.identity.http import open_session
from keyferry.lab.serve.authority import Authority
from keyferry.runtime.clock import SystemClock
from tests.fakes.azure_http import Fault
from tests.fakes.connect_proxy import ConnectProxy

HOST = "example.azurecr.io"


@dataclass
class FakeRegistry:
    """Trusts Entra tokens of clients with a role; its own tokens say what they are.

    `entra:CLIENT` stands for one for Azure Resource Manager, `acr:CLIENT` for one for registries.
    """

    roles: set[str] = field(default_factory=set)
    takes_arm_tokens: bool = True
    faults: deque[Fault] = field(default_factory=deque)
    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def asked(self, endpoint: str) -> int:
        """How often an endpoint was asked."""
        return sum(path == f"/oauth2/{endpoint}" for path, _ in self.forms)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append((request.path, form))
        if self.faults:
            fault = self.faults.popleft()
            return web.Response(
                status=fault.status, text=fault.body, headers=dict(fault.headers), content_type=fault.content_type
            )
        if form["service"] != HOST:
            return web.Response(status=400)
        if request.path == "/oauth2/exchange" and form["grant_type"] == "access_token":
            kind, _, client = form["access_token"].partition(":")
            taken = client in self.roles and (self.takes_arm_tokens or kind == "acr")
            return web.json_response({"refresh_token": f"r:{client}"}) if taken else _unauthorized()
        if not form["scope"].startswith("repository:"):
            return web.Response(status=400)
        token = f"a:{form['refresh_token'].removeprefix('r:')}:{form['scope']}"
        return web.json_response({"access_token": token})


def _unauthorized() -> web.Response:
    return web.json_response({"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}, status=401)


@dataclass
class World:
    """The registry, and a session that reaches it."""

    registry: FakeRegistry
    session: aiohttp.ClientSession


@asynccontextmanager
async def registry_world(folder: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Start it, with `HTTPS_PROXY` set."""
    authority = Authority(SystemClock().now())
    registry = FakeRegistry()
    app = web.Application()
    app.router.add_post("/{tail:.*}", registry.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=authority.server_context(HOST))
    await site.start()
    ca = folder / "registry-ca.pem"
    ca.write_bytes(authority.certificate_pem)
    environment.setenv("SSL_CERT_FILE", str(ca))  # and not the machine's bundle: it takes 50 ms to read
    environment.delenv("NO_PROXY", raising=False)
    environment.delenv("no_proxy", raising=False)
    try:
        async with ConnectProxy({HOST: runner.addresses[0][1]}) as proxy, open_session(extra_ca=ca) as session:
            environment.setenv("HTTPS_PROXY", proxy.url)
            yield World(registry, session)
    finally:
        await runner.cleanup()
