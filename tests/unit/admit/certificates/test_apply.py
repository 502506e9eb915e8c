"""Writes are conditional: whoever was quicker wins."""

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from keyferry.admit.certificates import held
from keyferry.admit.certificates.apply import Applier
from keyferry.admit.certificates.observe import Observer
from keyferry.admit.certificates.plan import Issue, Store
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS
from keyferry.model.errors import NotFound
from tests.fakes.webhook_certificates import HOSTS, REGISTRATION, SECRET, SERVICE, Cluster

ANEW = Issue(because="there is none yet", there=None)


def applier(cluster: Cluster) -> Applier:
    return Applier(cluster.client, SECRET, SERVICE)


async def test_a_certificate_is_made_and_renewed_under_its_authority() -> None:
    async with Cluster.open() as cluster:
        observer, writes, now = Observer(cluster.client, REGISTRATION), applier(cluster), cluster.clock.now()
        with capture_logs() as logs:
            await writes.issue(ANEW, HOSTS, now)
            first = await observer.secret(SECRET)
            assert first is not None
            assert first.held is not None
            await writes.issue(Issue(because="it ends", there=first, under=first.held), HOSTS, now)
        second = cluster.held()
        assert second.authorities == first.held.authorities
        assert second.pair != first.held.pair
        assert [(one["log_level"], one["authority"]) for one in logs] == [("info", "a new one"), ("info", "the same")]
        with pytest.raises(Conflict):
            await writes.store(Store(held=second, there=first))
        with pytest.raises(AlreadyExists):
            await writes.issue(ANEW, HOSTS, now)


async def test_what_somebody_spoilt_is_made_anew_with_a_warning() -> None:
    async with Cluster.open() as cluster:
        observer, writes = Observer(cluster.client, REGISTRATION), applier(cluster)
        metadata: dict[str, Any] = {**SECRET_METADATA, "labels": {held.LABEL: held.OURS}}
        cluster.world.seed(SECRETS, {"metadata": metadata, "type": held.TYPE, "data": {}})
        there = await observer.secret(SECRET)
        assert there is not None
        with capture_logs() as logs:
            await writes.issue(Issue(because=there.problem, there=there), HOSTS, cluster.clock.now())
        assert [entry["log_level"] for entry in logs] == ["warning"]
        assert "PRIVATE" not in json.dumps(logs)
        assert cluster.held().pair.hosts == set(HOSTS)


async def test_trust_is_written_once() -> None:
    async with Cluster.open() as cluster:
        cluster.register()
        observer, writes = Observer(cluster.client, REGISTRATION), applier(cluster)
        with capture_logs():
            assert [await writes.trust(one, b"pem") for one in await observer.registered()] == [True, True]
        assert [await writes.trust(one, b"pem") for one in await observer.registered()] == [False, False]
        (before, _) = await observer.registered()
        with capture_logs():
            await writes.trust(before, b"other")
        with pytest.raises(Conflict):
            await writes.trust(before, b"third")


async def test_what_is_not_registered_is_not_written() -> None:
    async with Cluster.open() as cluster:
        registered = await Observer(cluster.client, REGISTRATION).registered()
        assert [await applier(cluster).trust(one, b"pem") for one in registered] == [False, False]


SECRET_METADATA = {"name": SECRET.name, "namespace": SECRET.namespace}


async def test_a_namespace_that_is_missing_is_named() -> None:
    async with Cluster.open() as cluster:
        cluster.world.remove(NAMESPACES, Key(name=SECRET.namespace))
        with pytest.raises(NotFound, match="there is no namespace keyferry"):
            await applier(cluster).issue(ANEW, HOSTS, cluster.clock.now())
