"""An AKS cluster's token proxy in miniature: behind the API server's port, told from it by the name in TLS alone."""

import itertools
import ssl
from collections import deque
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from keyferry.identity.federation import token_facts
from keyferry.lab.serve.authority import Authority
from keyferry.runtime.clock import Clock
from tests.fakes.azure_http import Fault

CLUSTER = "64a1b2c3d4e5f60718293a4b"
# Computed with openssl dgst and basenc: "a", the SHA-256 of "identity-binding" and the id in base32hex, ".ests.aks".
SERVER_NAME = "a58mmqlndg2apd68423mp33vn4k0sf4bfmaanel2lsqu233n2ipq0.ests.aks"
AUDIENCE = "api://AKSIdentityBinding"
SCOPES = {"https://vault.azure.net/.default openid offline_access profile", "https://vault.azure.net/.default"}


class FakeTokenProxy:
    """Enter it to serve it on loopback. `bound` are the pairs of client and subject that bindings and roles allow."""

    def __init__(self, clock: Clock, *bound: tuple[str, str], is_aks: bool = True) -> None:
        self.bound = set(bound)
        self.faults: deque[Fault] = deque()
        self.requests: list[dict[str, str]] = []
        self.names: list[str | None] = []
        self.port = 0
        self._clock = clock
        self._authority = Authority(clock.now())
        aks = (f"hcp-kubernetes.{CLUSTER}.svc.cluster.local",) if is_aks else ()
        self._api_server = self._authority.server_context("kubernetes.default.svc", "127.0.0.1", "kubernetes", *aks)
        self._proxy = self._authority.server_context(SERVER_NAME)
        self._serial = itertools.count(1)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The proxy's address: the API server's own."""
        return f"https://127.0.0.1:{self.port}"

    def trust(self, file: Path) -> Path:
        """Write the cluster's authority into `file`."""
        file.write_bytes(self._authority.certificate_pem)
        return file

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        self._api_server.sni_callback = self._met
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self._api_server).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def _met(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        self.names.append(name)
        if name == SERVER_NAME:
            connection.context = self._proxy

    async def _serve(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        if request.transport.get_extra_info("ssl_object").context is not self._proxy:
            return _status(401, "Unauthorized")  # the API server itself, which knows no such path
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append({"method": request.method, "path": request.path, **form})
        if self.faults:
            fault = self.faults.popleft()
            return web.Response(status=fault.status, text=fault.body, content_type=fault.content_type)
        return self._traded(request, form)

    def _traded(self, request: web.Request, form: dict[str, str]) -> web.Response:
        facts = token_facts(form.get("client_assertion", ""))
        if request.method != "POST" or not request.path.endswith("/oauth2/v2.0/token"):
            return _status(404, "NotFound")
        if facts.audiences != (AUDIENCE,) or facts.expires is None or facts.expires <= self._clock.now():
            return _status(401, "Unauthorized")
        if (form["client_id"], facts.subject) not in self.bound:
            return _status(403, "Forbidden")
        if form["scope"] not in SCOPES:
            text = f"AADSTS70011: the scope {form['scope']} is not valid. Trace ID: 11111111-aaaa"
            body = {"error": "invalid_scope", "error_description": text, "error_codes": [70011]}
            return web.json_response(body, status=400)
        lifetime = int(timedelta(hours=24).total_seconds())
        token = f"bound-token-{next(self._serial)}"
        return web.json_response({"token_type": "Bearer", "expires_in": lifetime, "access_token": token})


def _status(code: int, reason: str) -> web.Response:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code, "message": "no"}
    return web.json_response(body, status=code)
