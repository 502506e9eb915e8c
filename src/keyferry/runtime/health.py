"""Liveness, readiness and metrics over plain HTTP, as kubelet and Prometheus ask for them."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

from keyferry.runtime.listening import Listening

OPENMETRICS_TYPE: Final = "application/openmetrics-text"

Check = Callable[[], str]  # "" when all is well, else what is missing
LivenessCheck = Callable[[], Awaitable[str]]  # the same; it bounds its own time


class HealthServer:
    """Serves /healthz, /readyz and /metrics on one address until it is closed."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._readiness: dict[str, Check] = {}
        self._liveness: dict[str, LivenessCheck] = {}
        self._listening: list[Listening] = []

    def ready_when(self, name: str, check: Check) -> None:
        """Let readiness depend on `check` too."""
        self._readiness[name] = check

    def alive_when(self, name: str, check: LivenessCheck) -> None:
        """Let liveness depend on `check` too: while it fails, kubelet ends the process and starts it again."""
        self._liveness[name] = check

    @property
    def port(self) -> int:
        """The port that it listens on; of several, the first."""
        return self._listening[0].port

    async def open(self, address: str, flag: str = "--metrics-addr") -> None:
        """Listen there, too: `:8080` is every interface. SpecError, which names `flag`, if it is taken or none."""
        listening = Listening(self._serve)
        await listening.open(address, flag)
        self._listening.append(listening)

    async def close(self) -> None:
        """Stop listening."""
        for listening in self._listening:
            await listening.close()

    def missing(self) -> tuple[str, ...]:
        """Return a line for each readiness check that fails; empty when ready."""
        return tuple(f"{name}: {problem}" for name, check in self._readiness.items() if (problem := check()))

    async def ailing(self) -> tuple[str, ...]:
        """Return a line for each liveness check that fails; empty when alive."""
        found = [(name, await check()) for name, check in self._liveness.items()]
        return tuple(f"{name}: {problem}" for name, problem in found if problem)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        match request.path:
            case "/healthz" | "/livez":
                return _verdict(await self.ailing())
            case "/readyz":
                return _verdict(self.missing())
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


def _verdict(problems: tuple[str, ...]) -> web.Response:
    return web.Response(status=503 if problems else 200, text="\n".join(problems or ("ok",)) + "\n")
