"""Liveness, readiness and metrics over plain HTTP, as kubelet and Prometheus ask for them."""

import errno
from collections.abc import Callable
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

from keyferry.model.errors import SpecError

SHUTDOWN_SECONDS: Final = 1.0
OPENMETRICS_TYPE: Final = "application/openmetrics-text"

Check = Callable[[], str]  # "" when all is well, else what is missing


class HealthServer:
    """Serves /healthz, /readyz and /metrics on one address until it is closed."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._readiness: dict[str, Check] = {}
        self._runner: web.ServerRunner | None = None
        self.port = 0

    def ready_when(self, name: str, check: Check) -> None:
        """Let readiness depend on `check` too."""
        self._readiness[name] = check

    async def open(self, address: str) -> None:
        """Listen on `address`: `:8080` is every interface. SpecError when it is malformed or taken."""
        host, port = parse_address(address)
        self._runner = web.ServerRunner(web.Server(self._serve, access_log=None), shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host or None, port)
        try:
            await site.start()
        except OSError as refusal:
            await self._runner.cleanup()
            taken = refusal.errno == errno.EADDRINUSE
            raise SpecError(
                what=f"cannot listen on {address}",
                cause="the port is in use" if taken else (refusal.strerror or "the system refused"),
                remedy="stop what listens there, or choose another with --metrics-addr (port 0 takes a free one)",
            ) from refusal
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def missing(self) -> tuple[str, ...]:
        """Return a line for each readiness check that fails; empty when ready."""
        return tuple(f"{name}: {problem}" for name, check in self._readiness.items() if (problem := check()))

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.path:
            case "/healthz" | "/livez":
                return web.Response(text="ok\n")
            case "/readyz":
                missing = self.missing()
                return web.Response(status=503 if missing else 200, text="\n".join(missing or ("ok",)) + "\n")
            case "/metrics":
                return self._metrics(request.headers.get("Accept", ""))
            case _:
                return web.Response(status=404, text="here are /healthz, /readyz and /metrics\n")

    def _metrics(self, accept: str) -> web.Response:
        if OPENMETRICS_TYPE in accept:
            kind = f"{OPENMETRICS_TYPE}; version=1.0.0; charset=utf-8"
            text = openmetrics(self._registry)  # type: ignore[no-untyped-call]  # the library types its other one alone
            return web.Response(body=text, headers={"Content-Type": kind})
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def parse_address(address: str) -> tuple[str, int]:
    """Split `host:port`, where the host may be empty or a bracketed IPv6 address. SpecError names what is wrong."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise SpecError(
            what=f"{address!r} is not an address to listen on",
            cause="it needs a port from 0 to 65535 after a colon",
            remedy="write it as :8080 or 127.0.0.1:8080",
        )
    return host.strip("[]"), int(port)
