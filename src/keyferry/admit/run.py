"""Wires the webhook process: certificate, HTTPS, health; then serves until it is told to stop."""

import asyncio
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from keyferry.admit.certificates.folder import Certificates
from keyferry.admit.serve import Reviewer
from keyferry.admit.settings import Settings
from keyferry.runtime.clock import SystemClock
from keyferry.runtime.health import HealthServer
from keyferry.runtime.listening import Listening
from keyferry.runtime.stopping import stop_signal


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. SpecError when an address is wrong or taken."""
    with stop_signal() as stop:
        await Webhook(settings).work(stop)


class Webhook:
    """One webhook process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._certificates = Certificates(settings.certificates, SystemClock())
        self._reviewer = Reviewer()
        self._listening = Listening(self._reviewer.answer)
        registry = CollectorRegistry()
        registry.register(_Outcomes(self._reviewer))
        ProcessCollector(registry=registry)
        self._health = HealthServer(registry)
        self._health.ready_when("certificate", lambda: self._certificates.problem)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._listening.port

    @property
    def health_port(self) -> int:
        """Where its health is told."""
        return self._health.port

    async def work(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; what is being answered then still gets its answer."""
        self._certificates.look()
        await self._health.open(self._settings.health_address)
        try:
            await self._listening.open(self._settings.address, "--address", self._certificates.context)
            looking = asyncio.create_task(self._certificates.keep_looking())
            await stop.wait()
            looking.cancel()
        finally:
            await self._listening.close()
            await self._health.close()


class _Outcomes(Collector):
    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Tell how many reviews came to what."""
        family = CounterMetricFamily("keyferry_admission_reviews", "Reviews by outcome.", labels=["outcome"])
        for outcome, count in sorted(self._reviewer.outcomes.items()):
            family.add_metric([outcome], count)
        yield family
