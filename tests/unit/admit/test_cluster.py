"""The cluster's ServiceAccounts are followed until the end of the block, and what hinders that is told."""

import asyncio

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from structlog.testing import capture_logs

from keyferry.admit.cluster import Cluster
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SERVICE_ACCOUNTS
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld
from tests.fakes.patience import patient

READER = Key(namespace="default", name="reader")


async def test_follows_accounts() -> None:
    world, registry = KubeWorld(), CollectorRegistry()
    world.seed(SERVICE_ACCOUNTS, {"metadata": {"name": "reader", "namespace": "default"}})
    async with FakeKubeApi(world) as api, Client(api.config()) as client:
        cluster = Cluster(client)
        cluster.register(registry)
        assert "not listed" in cluster.problem
        async with cluster.watched():
            await api.until(lambda: bool(api.streams))
            assert cluster.problem == ""
            assert await cluster.accounts.find(READER) is not None
    assert cluster.accounts.outcomes == {"cache": 1}
    assert "keyferry_admission_accounts 1.0" in generate_latest(registry).decode()


async def test_says_what_hinders_the_list() -> None:
    async with FakeKubeApi(KubeWorld()) as api, Client(api.config(), jitter=lambda: 0.0) as client:
        api.faults.extend([Fault(verb="list", status=403, reason="Forbidden", message="no")] * 9)
        cluster = Cluster(client)
        with capture_logs():
            async with cluster.watched(), patient():
                while "refused to list" not in cluster.problem:  # noqa: ASYNC110  (it is being refused)
                    await asyncio.sleep(0.001)
