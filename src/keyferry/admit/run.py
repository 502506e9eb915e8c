"""Wires the webhook process: certificate, cluster, handlers, HTTPS, health; serves until it is told to stop."""

import asyncio
import gc
import os
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector

from keyferry.admit import tls_buffers
from keyferry.admit.certificates import keeper
from keyferry.admit.cluster import Cluster
from keyferry.admit.ending import Ending, told_by_signals
from keyferry.admit.handlers import Handlers
from keyferry.admit.metrics import ReviewCollector
from keyferry.admit.serve import Reviewer
from keyferry.admit.settings import Settings
from keyferry.admit.tally import Tally
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.runtime.clock import SystemClock
from keyferry.runtime.health import HealthServer
from keyferry.runtime.listening import Limits, Listening

# An API server lets go of a connection that rested for 90 seconds (Go's http.Transport). It shall be the first to: a
# request that meets a connection which we just ended is lost.
LIMITS: Final = Limits(connections=512, first_request=timedelta(seconds=100), keepalive=timedelta(seconds=120))
CONNECTIONS: Final = 8  # to the API server
PATIENCE: Final = timedelta(seconds=10)  # for what is being answered at the end

_LOG = structlog.get_logger(__name__)


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. SpecError when a setting or the kubeconfig is wrong, or an address taken."""
    tls_buffers.shrink()
    with told_by_signals() as ending:
        async with AsyncExitStack() as stack:
            client = None
            if settings.injection is not None or settings.advice or settings.registration.secret:
                found = config.load(settings.kubeconfig, settings.context)
                client = await stack.enter_async_context(Client(found, connections=CONNECTIONS))
            await Webhook(settings, client).work(ending)


class Webhook:
    """One webhook process. Without a client it knows no cluster, and so neither injects nor advises."""

    def __init__(
        self, settings: Settings, client: Client | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        """`environ` is the process's own where none is given. SpecError where settings or variables are wrong."""
        self._settings = settings
        self._certificates = keeper.certificates(settings.certificates, settings.registration, client, SystemClock())
        asks_cluster = settings.injection is not None or settings.advice
        self._cluster = (
            Cluster(client, advises=settings.advice, subjects=settings.subjects)
            if client is not None and asks_cluster
            else None
        )
        self._is_ending = False
        self._tally = Tally(time.perf_counter)
        self._handlers = Handlers(settings, self._cluster, self._tally, os.environ if environ is None else environ)
        self._health = self._made_health()
        self._listening = Listening(Reviewer(self._handlers.by_path, self._tally, self._handlers.unread).answer, LIMITS)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._listening.port

    @property
    def health_port(self) -> int:
        """Where its health is told."""
        return self._health.port

    async def work(self, ending: Ending) -> None:
        """Serve until the end is asked for, then until clients have gone elsewhere; what is being asked is answered."""
        try:
            async with AsyncExitStack() as stack:
                if await ending.unless_asked(self._begin(stack)):
                    gc.collect()
                    gc.freeze()  # what was loaded stays for good: no collection need look at it
                    await ending.asked.wait()
                    await self._retire(ending)
        finally:
            await self._listening.close()
            await self._health.close()

    async def _begin(self, stack: AsyncExitStack) -> None:
        """Listen, and put what has to end with the process on the stack. This takes as long as the cluster does."""
        settings = self._settings
        await self._health.open(settings.health_address)
        if settings.live_address not in ("", settings.health_address):
            await self._health.open(settings.live_address, "--health-addr")
        await self._handlers.prepare()
        if self._cluster is not None:
            await stack.enter_async_context(self._cluster.watched())
        await self._certificates.look()
        await self._listening.open(settings.address, "--address", self._certificates.context)
        looking = asyncio.create_task(self._certificates.keep_looking())
        stack.callback(looking.cancel)

    async def _retire(self, ending: Ending) -> None:
        """Be no endpoint any more, and go on answering until nobody asks."""
        self._is_ending = True
        self._listening.retire()
        _LOG.info("webhook.ending", grace_seconds=self._settings.grace.total_seconds())
        await ending.unless_hurried(asyncio.sleep(self._settings.grace.total_seconds()))
        await ending.unless_hurried(self._listening.drain(PATIENCE))

    def _made_health(self) -> HealthServer:
        registry = CollectorRegistry()
        registry.register(ReviewCollector(self._tally))
        self._certificates.register(registry)
        ProcessCollector(registry=registry)
        health = HealthServer(registry)
        health.ready_when("shutdown", lambda: "the webhook is about to end" if self._is_ending else "")
        health.ready_when("listening", lambda: "" if self.port else "the webhook does not listen yet")
        health.ready_when("certificate", lambda: self._certificates.problem)
        cluster = self._cluster
        if cluster is not None:
            cluster.register(registry)
            if self._settings.injection is not None:  # advice does without what it cannot know
                health.ready_when("serviceaccounts", lambda: cluster.problem)
        return health
