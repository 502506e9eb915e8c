"""Wires the node process: the Azure provider, and around it the CSI plugin, the socket for another driver, or both."""

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import aiohttp
import structlog
from prometheus_client import CollectorRegistry, ProcessCollector

from keyferry import __version__
from keyferry.identity.credentials import Credentials
from keyferry.identity.http import open_session
from keyferry.identity.token_proxy import TokenProxy
from keyferry.identity.tokens import TokenSource
from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.model.errors import KeyferryError
from keyferry.mount import settings_check
from keyferry.mount.azure.cloud_files import CloudFiles
from keyferry.mount.azure.copies import Copies
from keyferry.mount.azure.identities import IdentityPolicy
from keyferry.mount.azure.offering import Offering
from keyferry.mount.azure.provider import AzureProvider, ProviderRules
from keyferry.mount.azure.render import Forms
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.copies import master_key
from keyferry.mount.copies.last_good import LastGood
from keyferry.mount.keeper import LONG
from keyferry.mount.node import Node
from keyferry.mount.rpc import endpoints
from keyferry.mount.settings import Settings
from keyferry.mount.vendors.provider_server import ProviderServer, Served
from keyferry.runtime.clock import SystemClock
from keyferry.runtime.health import HealthServer
from keyferry.runtime.stopping import stop_signal
from keyferry.spec.secret_provider_class import AZURE
from keyferry.vault.metrics import FeedCollector, RequestCollector
from keyferry.vault.reader import Reader

CLUSTER_CONNECTIONS: Final = 6  # each takes 256 KiB, and a node has little; two watches come to them
AZURE_CONNECTIONS: Final = 24  # to one host
FINISH_SECONDS: Final = 3.0  # for the calls under way when the process is told to stop
# So long a pod's other objects wait for the first: a node that starts has a hundred identities to prove at once, and a
# publish that gives up is an event that blames the vault. kubelet waits two minutes.
FIRST_SECONDS: Final = 20.0
SWEEP: Final = timedelta(hours=1)

_LOG = structlog.get_logger(__name__)


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then stop within seconds. SpecError when a setting or the kubeconfig is wrong."""
    settings_check.check(settings)
    clock = SystemClock()
    with stop_signal() as stop:
        async with AsyncExitStack() as stack:
            client = None
            if settings.endpoint:
                cluster = config.load(settings.kubeconfig, settings.context)
                client = await stack.enter_async_context(
                    Client(cluster, field_manager="keyferry-node", connections=CLUSTER_CONNECTIONS)
                )
            session = await stack.enter_async_context(open_session(connections_per_host=AZURE_CONNECTIONS))
            azure = Azure(settings, client if settings.request_tokens else None, session, clock)
            stack.push_async_callback(azure.aclose)
            await Process(settings, azure, client, clock).work(stop)
    _LOG.info("node.stopped")


class Azure:
    """The Azure provider with all it needs."""

    def __init__(
        self, settings: Settings, fallback: TokenSource | None, session: aiohttp.ClientSession, clock: SystemClock
    ) -> None:
        rules = settings.provider
        self.tokens = KubeletTokens(clock, fallback)
        proxy = TokenProxy(sni_name=rules.sni_name)
        if rules.token_proxy_url:
            proxy = replace(proxy, url=rules.token_proxy_url)
        self._credentials = Credentials(self.tokens, session, clock, proxy=proxy)
        self.reader = Reader(self._credentials, session, clock, first_seconds=FIRST_SECONDS)
        key = master_key.load(settings.volumes.key_file)
        self.last_good = LastGood(settings.volumes.folder / "copies", key, clock)
        self.provider = AzureProvider(
            self.reader,
            CloudFiles(rules.cloud_file_folders, rules.cloud),
            ProviderRules(
                identities=IdentityPolicy(
                    own_identity_usable_from=rules.own_identity_usable_from,
                    requests_tokens=settings.request_tokens,
                ),
                forms=Forms(construct_pem_chain=rules.construct_pem_chain, separate_files=rules.separate_files),
            ),
            Copies(self.last_good, clock),
        )

    async def aclose(self) -> None:
        """End what is under way, and let values and tokens go."""
        await self.reader.aclose()
        await self._credentials.aclose()


class Process:
    """The parts of one node process."""

    def __init__(self, settings: Settings, azure: Azure, client: Client | None, clock: SystemClock) -> None:
        """Without a `client` there is no CSI plugin: another driver's provider is all."""
        self._settings = settings
        self._azure = azure
        self._node = None if client is None else Node(settings, azure.provider, azure.tokens, client, clock)
        self._registry = CollectorRegistry() if self._node is None else self._node.registry
        self._health = HealthServer(self._registry)
        self._served = _served(settings, Offering(azure.provider, azure.tokens))

    async def work(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. A crash of any part ends them all. Raises what keeps it from starting."""
        self._connect()
        await self._health.open(self._settings.health_address)
        try:
            await self._azure.last_good.start()
            async with asyncio.TaskGroup() as group:
                await self._serve(group, stop)
        except BaseExceptionGroup as failures:
            raise _expected(failures) or failures from None
        finally:
            await self._health.close()

    async def _serve(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        tasks = [group.create_task(self._sweep())]
        try:
            if self._node is not None:
                tasks += await self._node.start(group, stop)
            if self._served is not None:
                await self._served.open()
            _LOG.info("node.started", driver=self._settings.driver_name, node=self._settings.node_id)
            await stop.wait()
        finally:
            await self._finish()
        for task in tasks:
            task.cancel()

    async def _finish(self) -> None:
        if self._served is not None:
            await self._served.close(FINISH_SECONDS)
        if self._node is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(FINISH_SECONDS):
                    await self._node.finish()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP.total_seconds())
            await self._azure.last_good.sweep()

    def _connect(self) -> None:
        reader = self._azure.reader
        self._registry.register(RequestCollector(lambda: reader.counters))
        self._registry.register(FeedCollector(lambda: reader.activity, reader.feeds))
        ProcessCollector(registry=self._registry)
        if self._served is not None:
            self._health.alive_when("provider", self._served.problem)
        if self._node is not None:
            self._node.watch(reader)
            self._node.measure(self._health)


def _expected(failures: BaseExceptionGroup[BaseException]) -> KeyferryError | None:
    """Return the error that whoever started the process can act on, None where there is a bug among them."""
    expected, bugs = failures.split(KeyferryError)
    first: BaseException | None = expected if bugs is None else None
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first if isinstance(first, KeyferryError) else None


def _served(settings: Settings, provider: Offering) -> ProviderServer | None:
    if not settings.provider_endpoint:
        return None
    path = endpoints.socket_path(settings.provider_endpoint, "--provider-endpoint")
    interval = settings.rotation_interval or LONG
    return ProviderServer(Path(path), Served(provider=provider, name=AZURE, version=__version__, interval=interval))
