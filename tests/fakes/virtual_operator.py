"""The operator's delivery of ExternalSecrets, whole but for sockets: real caches, controllers, reader and identities,
on a cluster in memory and the lab's Azure, in virtual time.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self, cast

import aiohttp

from keyferry.identity.credentials import Credentials
from keyferry.kube.client import Client
from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.events import Recorder
from keyferry.kube.part import Part
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS, Resource
from keyferry.lab.azure import seed
from keyferry.lab.azure.cloud import Azure
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync.delivery import Delivery, Surroundings
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.settings import Settings
from keyferry.vault.reader import Reader
from tests.fakes import lab_azure
from tests.fakes.lab_session import ClusterTokens, LabSession, VirtualClock
from tests.fakes.plain_cluster import PlainCluster

KINDS: Mapping[str, Resource] = {
    "Namespace": NAMESPACES,
    "ServiceAccount": SERVICE_ACCOUNTS,
    "SecretStore": SECRET_STORES,
    "ExternalSecret": EXTERNAL_SECRETS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What some time took."""

    azure: Counter[str]
    writes: Counter[str]
    reconciles: int

    def __sub__(self, before: Self) -> "Spent":
        return Spent(
            azure=self.azure - before.azure,
            writes=self.writes - before.writes,
            reconciles=self.reconciles - before.reconciles,
        )


class VirtualOperator:
    """One operator, and all that it did since its start."""

    def __init__(self, azure: Azure, cluster: PlainCluster, delivery: Delivery, reader: Reader) -> None:
        self.cluster = cluster
        self.reader = reader
        self._azure = azure
        self._delivery = delivery
        self._collectors = delivery.part().collectors

    def spent(self) -> Spent:
        """Return what it took since the start."""
        asked: Counter[str] = Counter()
        for count in self._azure.counts():
            asked[count.operation] += count.number
        return Spent(azure=asked, writes=Counter(self.cluster.writes), reconciles=self._reconciles())

    def _reconciles(self) -> int:
        families = (family for collector in self._collectors for family in collector.collect())
        samples = (sample for family in families for sample in family.samples)
        return round(sum(sample.value for sample in samples if sample.name == "externalsecret_sync_calls_total"))

    def ready(self) -> int:
        """Return how many objects are Ready."""
        statuses = (external.status for external in self._delivery.caches.externals.values())
        conditions = (find(status.conditions, READY) for status in statuses)
        return sum(1 for one in conditions if one is not None and one.status is ConditionStatus.TRUE)

    async def until_ready(self, count: int) -> None:
        """Wait until so many objects are Ready, ten minutes at most."""
        async with asyncio.timeout(600):
            while self.ready() < count:  # noqa: ASYNC110  (there is nothing to be told by: the caches are the product's)
                await asyncio.sleep(0.5)

    def oldest(self, clock: VirtualClock) -> timedelta:
        """Return how long ago the oldest value was read or verified, by the statuses."""
        times = [external.status.refresh_time for external in self._delivery.caches.externals.values()]
        return max(clock.now() - time for time in times if time is not None)


def instances() -> Counter[str]:
    """Count what is alive of the product's own types, those that the collector knows."""
    gc.collect()
    names = (f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    return Counter(name for name in names if name.startswith("keyferry.") and not name.startswith("keyferry.lab."))


@asynccontextmanager
async def virtual_operator(
    azure_seed: Mapping[str, Any], documents: list[dict[str, Any]], clock: VirtualClock, feed_interval: timedelta
) -> AsyncIterator[VirtualOperator]:
    """Run one over `documents`, from a cold start. Azure's issuer must be `lab_azure.ISSUER`."""
    long_ago = clock.now() - timedelta(hours=1)  # what is read as soon as it is made is read once more
    azure = Azure(seed.parse(dict(azure_seed)), long_ago, lab_azure.sources())
    cluster = PlainCluster()
    for document in documents:
        cluster.seed(KINDS[document["kind"]], document)
    session = cast("aiohttp.ClientSession", LabSession(azure, clock))
    credentials = Credentials(ClusterTokens(clock), session, clock)
    reader, client = Reader(credentials, session, clock), cast("Client", cluster)
    around = Surroundings(
        settings=Settings(feed_interval=feed_interval),
        client=client,
        reader=reader,
        recorder=Recorder(client, "test", clock=clock),
        clock=clock,
        ownership=Ownership(1),
    )
    delivery = Delivery(around)
    running = asyncio.create_task(_run(around, delivery.part(), feed_interval))
    try:
        yield VirtualOperator(azure, cluster, delivery, reader)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await reader.aclose()
        await credentials.aclose()


async def _run(around: Surroundings, part: Part, feed_interval: timedelta) -> None:
    async with asyncio.TaskGroup() as group:
        for reflector in part.reflectors:
            group.create_task(reflector.run())
        group.create_task(around.recorder.run())
        for reflector in part.reflectors:
            await reflector.wait_synced()
        for work in part.work:
            around.ownership.covers(work.controller, work.keys, work.token)
        around.ownership.take(0)
        for work in part.work:
            group.create_task(work.controller.run())
        if feed_interval > timedelta():
            group.create_task(around.reader.keep_looking(feed_interval))
