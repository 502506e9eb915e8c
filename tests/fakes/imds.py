"""A machine's metadata endpoint in miniature: identities by client id or resource id, faults, and a record."""

import itertools
import json
from collections import deque
from datetime import timedelta
from types import TracebackType
from typing import Self

from aiohttp import web

from keyferry.runtime.clock import Clock
from tests.fakes.azure_http import Fault

PATH = "/metadata/identity/oauth2/token"


class FakeImds:
    """Enter it to serve it on loopback; `url` is for AZURE_POD_IDENTITY_AUTHORITY_HOST."""

    def __init__(self, clock: Clock, *identities: str) -> None:
        self.identities = set(identities)  # "" is the system-assigned one
        self.faults: deque[Fault] = deque()
        self.requests: list[dict[str, str]] = []
        self.url = ""
        self._clock = clock
        self._serial = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get(PATH, self._token)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _token(self, request: web.Request) -> web.Response:
        self.requests.append(dict(request.query))
        if self.faults:
            fault = self.faults.popleft()
            headers = dict(fault.headers)
            return web.Response(status=fault.status, text=fault.body, headers=headers, content_type=fault.content_type)
        if request.headers.get("Metadata") != "true":
            return _refused("Required metadata header not specified")
        name = request.query.get("client_id") or request.query.get("msi_res_id") or ""
        if name not in self.identities:
            return _refused("Identity not found")
        ends = self._clock.now() + timedelta(hours=24)
        body = {
            "access_token": f"lent-token-{name}-{next(self._serial)}",
            "client_id": name,
            "expires_in": "86399",
            "expires_on": str(int(ends.timestamp())),
            "resource": request.query["resource"],
            "token_type": "Bearer",
        }
        return web.json_response(body)


def _refused(reason: str) -> web.Response:
    body = {"error": "invalid_request", "error_description": reason}
    return web.Response(status=400, text=json.dumps(body), content_type="application/json")
