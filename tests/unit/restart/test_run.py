"""Restarts as a part of the operator, against the fake API server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from prometheus_client import CollectorRegistry

from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS, SECRETS
from keyferry.restart.kinds import DAEMON_SETS, DEPLOYMENTS, POD_STATUSES, ROLLOUTS, STATEFUL_SETS
from keyferry.restart.run import Restarts
from keyferry.restart.settings import Settings
from tests.fakes.patience import patient
from tests.fakes.restart_world import WEB, RestartWorld, document

WHOLE = 0


@asynccontextmanager
async def working(
    world: RestartWorld, settings: Settings | None = None, shards: int = 1, registry: CollectorRegistry | None = None
) -> AsyncIterator[Ownership]:
    """Run restarts as the one replica."""
    ownership = Ownership(shards)
    recorder = world.recorder
    restarts = Restarts(world.client, world.clock, recorder, settings or Settings(key_namespace="platform"), ownership)
    part = restarts.part()
    ownership.take(WHOLE)
    for collector in part.collectors:
        (registry or CollectorRegistry()).register(collector)
    jobs = [recorder.run(), *(each() for each in part.working), *(work.controller.run() for work in part.work)]
    tasks = [asyncio.ensure_future(job) for job in jobs]
    async with patient():
        try:
            yield ownership
        finally:
            for work in part.work:
                work.controller.stop()
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task


async def test_a_workload_rolls_once_when_its_secret_changes_and_not_when_nothing_did(world: RestartWorld) -> None:
    world.secret(password="first")
    world.workload()
    async with working(world):
        await world.api.until(lambda: bool(world.seen()))
        assert world.restarted() == ""
        world.secret(password="first", labels={"rewritten": "true"})
        world.secret("unrelated", password="another")
        reads = world.api.verbs("secrets/db").count("get")
        await world.api.until(lambda: world.api.verbs("secrets/db").count("get") > reads)
        before = world.seen()
        world.clock.move(minutes=5)
        world.secret(password="second")
        await world.api.until(lambda: world.restarted() == "2026-11-22T09:05:00Z")
        assert world.seen() != before
        await world.api.until(lambda: ("Restarted", "rolls because Secret db changed") in world.told())
    assert world.api.verbs("deployments/web").count("patch") == 2, "one mark, one restart"


async def test_a_change_while_nobody_worked_is_not_lost(world: RestartWorld) -> None:
    world.secret(password="first")
    world.workload()
    async with working(world):
        await world.api.until(lambda: bool(world.seen()))
    world.secret(password="second")
    async with working(world):
        await world.api.until(lambda: bool(world.restarted()))


async def test_every_kind_rolls(world: RestartWorld) -> None:
    world.secret(password="first")
    kinds = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, ROLLOUTS)
    for resource in kinds:
        world.workload(resource=resource)
    world.report(resource=DAEMON_SETS, desiredNumberScheduled=1, updatedNumberScheduled=1, numberAvailable=1)
    world.report(resource=ROLLOUTS, phase="Healthy")
    async with working(world, Settings(budget=9)):
        await world.api.until(lambda: all(world.seen(resource=resource) for resource in kinds))
        world.secret(password="second")
        await world.api.until(lambda: all(world.restarted(resource=resource) for resource in kinds))


async def test_a_class_rolls_its_workload_once_all_pods_have_taken_the_new_versions(world: RestartWorld) -> None:
    volume = {"name": "kv", "csi": {"volumeAttributes": {"secretProviderClass": "kv"}}}
    template = {"metadata": {}, "spec": {"containers": [], "volumes": [volume]}}
    world.workload(document("web", template=template))
    pods = ("web-7d9f8c6b54-2xkcd", "web-7d9f8c6b54-9zzhq")
    for pod in pods:
        world.mounted(pod, db="v1")
    async with working(world):
        await world.api.until(lambda: "class/kv=" in world.seen())
        world.cluster.seed(PODS, {"metadata": {"name": "ended", "namespace": "app"}})
        before = world.seen()
        world.mounted(pods[0], db="v2")
        world.mounted("other-7d9f8c6b54-2xkcd", db="v2")
        world.secret("irrelevant")
        assert world.seen() == before
        world.mounted(pods[1], db="v2")
        await world.api.until(lambda: bool(world.restarted()))
        await world.api.until(lambda: any("SecretProviderClass kv" in message for _, message in world.told()))


async def test_without_argo_and_without_a_role_the_rest_works(world: RestartWorld) -> None:
    del world.cluster.served[ROLLOUTS.group, ROLLOUTS.version, ROLLOUTS.plural]
    del world.cluster.served[POD_STATUSES.group, POD_STATUSES.version, POD_STATUSES.plural]
    world.secret(password="first")
    world.workload()
    async with working(world):
        await world.api.until(lambda: bool(world.seen()))
    assert "watch" not in world.api.verbs("rollouts")


async def test_secrets_are_not_watched_before_somebody_names_one(world: RestartWorld) -> None:
    world.workload(document(annotations={"who": "nobody"}))
    async with working(world):
        await world.api.until(lambda: world.api.verbs().count("watch") == 4)
        assert "list" not in world.api.verbs("secrets")
        world.secret(password="first")
        world.workload(document("other"))
        await world.api.until(lambda: bool(world.seen(Key(namespace="app", name="other"))))
        await world.api.until(lambda: "watch" in world.api.verbs("secrets"))
    assert world.seen() == ""


async def test_a_namespace_is_looked_at_by_the_replica_whose_it_is(world: RestartWorld) -> None:
    for namespace in ("app", "other", "platform"):
        world.secret(namespace=namespace, password="first")
        world.workload(document(namespace=namespace))
    keys = [Key(namespace=namespace, name="web") for namespace in ("app", "other", "platform")]
    async with working(world, shards=2) as ownership:
        ours = [key for key in keys if ownership.owns(key.namespace)]
        assert 0 < len(ours) < len(keys)
        await world.api.until(lambda: all(world.seen(key) for key in ours))
        assert not any(world.seen(key) for key in keys if key not in ours)
        ownership.take(1)
        await world.api.until(lambda: all(world.seen(key) for key in keys))


async def test_who_waits_is_counted_where_the_namespace_is_ours(world: RestartWorld) -> None:
    registry = CollectorRegistry()
    world.secret(password="first")
    names = ("a", "b", "c")
    keys = [world.workload(document(name)) for name in names]
    async with working(world, registry=registry) as ownership:
        await world.api.until(lambda: all(world.seen(key) for key in keys))
        world.secret(password="second")
        await world.api.until(lambda: [reason for reason, _ in world.told()] == ["Restarted"] * 2)
        assert sum(bool(world.restarted(key)) for key in keys) == 2
        restarted = {"namespace": "app", "kind": "Deployment"}
        waiting = {"namespace": "app"}
        assert registry.get_sample_value("keyferry_restarts_total", restarted) == 2.0
        assert registry.get_sample_value("keyferry_restarts_waiting", waiting) == 1.0
        await ownership.drop(WHOLE)
        assert registry.get_sample_value("keyferry_restarts_waiting", waiting) is None


async def test_with_no_budget_nothing_is_watched(world: RestartWorld) -> None:
    world.workload()
    async with working(world, Settings(budget=0)):
        pass
    assert world.api.seen == []


async def test_an_end_of_the_secret_rolls_nothing(world: RestartWorld) -> None:
    world.secret(password="first")
    world.workload()
    async with working(world):
        await world.api.until(lambda: bool(world.seen()))
        world.cluster.remove(SECRETS, Key(namespace="app", name="db"))
        before = world.seen()
        await world.api.until(lambda: world.api.verbs("secrets/db").count("get") == 2)
        world.secret(password="second")
        await world.api.until(lambda: bool(world.restarted(WEB)))
        assert world.seen() != before
