"""Kinds are followed where they are served, of whatever version; where they are not, they are looked for again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from keyferry.admit import following
from keyferry.admit.accounts import AccountCache
from keyferry.admit.known import Known
from keyferry.kube.client import Client
from keyferry.kube.wire.resources import Resource
from tests.fakes import external_secrets
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld
from tests.fakes.patience import patient

SOON = timedelta(milliseconds=5)


def served(version: str) -> Resource:
    return Resource(group="external-secrets.io", version=version, plural="externalsecrets", kind="ExternalSecret")


@asynccontextmanager
async def followed(api: FakeKubeApi, known: Known) -> AsyncIterator[list[dict[str, object]]]:
    kind = following.kinds(known)[0]
    async with Client(api.config(), jitter=lambda: 0.0) as client, patient():
        with capture_logs() as logs:
            task = asyncio.create_task(following.follow(client, kind, SOON))
            yield logs  # type: ignore[misc]  # structlog's entries are mutable mappings
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
async def test_follows_the_version_that_is_served(version: str) -> None:
    resource, known = served(version), Known(AccountCache())
    world = KubeWorld([resource])
    world.seed(resource, {**external_secrets.document(), "metadata": {"name": "db", "namespace": "default"}})
    async with FakeKubeApi(world) as api, followed(api, known):
        await api.until(lambda: bool(api.streams))
        assert known.external_secrets.has_synced
    assert len(known.external_secrets.keys()) == 1


async def test_a_kind_that_is_not_served_is_said_once_and_looked_for_again() -> None:
    known = Known(AccountCache())
    async with FakeKubeApi(KubeWorld()) as api, followed(api, known) as logs:
        await api.until(lambda: len(api.seen) > 6)
        assert [entry["event"] for entry in logs] == ["advice.kind_not_served"]
        api.world.served["external-secrets.io", "v1", "externalsecrets"] = served("v1")
        await api.until(lambda: bool(api.streams))
        assert known.external_secrets.has_synced


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=403, reason="Forbidden", message="no"), id="forbidden"),
        pytest.param(Fault(status=200, body=b"<html>"), id="a-proxy"),
    ],
)
async def test_what_the_server_says_ends_nothing(fault: Fault) -> None:
    async with FakeKubeApi(KubeWorld([served("v1")])) as api:
        api.faults.append(fault)
        async with followed(api, Known(AccountCache())):
            await api.until(lambda: bool(api.streams))


def test_every_kind_has_its_cache() -> None:
    known = Known(AccountCache())
    found = {kind.name: kind.sink for kind in following.kinds(known)}
    assert found == {
        "ExternalSecret": known.external_secrets,
        "SecretStore": known.stores,
        "ClusterSecretStore": known.cluster_stores,
        "SecretProviderClass": known.classes,
    }
