"""AAD Pod Identity's node daemon in miniature: lends to pods by name, as strict on the request as the real one.

https://azure.github.io/aad-pod-identity/docs/concepts/block-diagram-and-design/
"""

import itertools
from collections import deque
from datetime import timedelta
from types import TracebackType
from typing import Self

from aiohttp import web

from keyferry.runtime.clock import Clock
from tests.fakes.azure_http import Fault


class FakeNmi:
    """Enter it to serve it on loopback. `pods` are those that a binding selects, as `namespace/name`."""

    def __init__(self, clock: Clock, *pods: str) -> None:
        self.pods = set(pods)
        self.faults: deque[Fault] = deque()
        self.requests: list[tuple[str, str]] = []
        self.url = ""
        self._clock = clock
        self._serial = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/host/token/", self._token)
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
        namespace, pod = request.headers.get("podns", ""), request.headers.get("podname", "")
        resource = request.query.get("resource", "")
        self.requests.append((f"{namespace}/{pod}", resource))
        if self.faults:
            fault = self.faults.popleft()
            headers = dict(fault.headers)
            return web.Response(status=fault.status, text=fault.body, headers=headers, content_type=fault.content_type)
        if not namespace or not pod:
            return web.Response(status=400, text="missing 'podname' and 'podns' from request header\n")
        if not resource.startswith("https://") or resource.endswith("/"):
            return web.Response(status=403, text="AADSTS500011: the resource principal was not found\n")
        if f"{namespace}/{pod}" not in self.pods:
            return web.Response(status=404, text=f"no azure identity found for pod {pod}\n")
        ends = int((self._clock.now() + timedelta(hours=24)).timestamp())
        token = {
            "access_token": f"pod-token-{next(self._serial)}",
            "refresh_token": "",
            "expires_in": "86399",
            "expires_on": str(ends),
            "not_before": str(ends - 86_400),
            "resource": resource,
            "token_type": "Bearer",
        }
        return web.json_response({"token": token, "clientid": "c##### REDACTED #####d"})
