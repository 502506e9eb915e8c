"""Restart on change: pods are replaced once for each change, and never too many at a time."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from keyferry.kube.wire.resources import Resource
from keyferry.restart.kinds import DAEMON_SETS, STATEFUL_SETS
from tests.scenario.rollouts import ASKED, SEEN, deploy, idle, progressing, read, restarts, rolled, stamp, until
from tests.scenario.stage import CANARY, Stage

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.any_cluster]

NODES = Resource(group="", version="v1", plural="nodes", kind="Node", namespaced=False)


@pytest.fixture(scope="module")
def nodes() -> int:
    """Pods need a node, also in the lab."""
    return 1


@pytest.fixture(scope="module")
def flags() -> tuple[str, ...]:
    """One workload of a namespace may roll at a time."""
    return ("--restart-budget", "1")


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def pods_run(stage: Stage) -> AsyncIterator[None]:
    """Pods run nowhere on a cluster that is an API server alone."""
    found = [msgspec.json.decode(item) async for page in stage.client.list(NODES) for item in page.items]
    ready = [one for each in found for one in each["status"].get("conditions", ()) if one["type"] == "Ready"]
    if not any(one["status"] == "True" for one in ready):
        pytest.skip("the cluster has no node that is ready")
    yield


async def test_a_rotation_rolls_once_and_a_rewritten_secret_never(stage: Stage) -> None:
    await stage.prepare("one")
    secret = await stage.put("one")
    await stage.holding(secret, PASSWORD=f"{CANARY}-db")
    web = await deploy(stage, "one", "web", "db")
    await stage.patch_secret(secret, {"metadata": {"labels": {"seen-by": "nobody"}, "annotations": {"note": "new"}}})
    await stage.rotate("db-password", f"{CANARY}-rotated")
    found = await rolled(stage, web)
    await stage.holding(secret, PASSWORD=f"{CANARY}-rotated")
    (told,) = await restarts(stage, "one")
    assert "Secret db (kv-stage/db-password/" in told
    assert CANARY not in str(found)
    assert stamp(await read(stage, web)) == stamp(found)


async def test_each_namespace_rolls_within_a_budget_of_its_own(stage: Stage) -> None:
    for namespace in ("two", "three"):
        await stage.prepare(namespace)
        await put(stage, namespace, "first")
    names = ("a", "b", "c")
    crowd = await asyncio.gather(*(deploy(stage, "two", name, "shared") for name in names))
    alone = await deploy(stage, "three", "web", "shared")
    for namespace in ("two", "three"):
        await put(stage, namespace, "second")
    done = sorted([await rolled(stage, key) for key in crowd], key=stamp)
    other = await rolled(stage, alone)
    for before, after in itertools.pairwise(done):
        assert progressing(before)["lastUpdateTime"] <= stamp(after), "one began before another had ended"
    assert stamp(other) <= stamp(done[1]), "it had to wait for another namespace"
    assert len(await restarts(stage, "two")) == len(names)


async def test_a_change_while_no_operator_ran_rolls_once_it_is_back(stage: Stage) -> None:
    await stage.prepare("four")
    await put(stage, "four", "first")
    web = await deploy(stage, "four", "web", "shared")
    await stage.operator.kill()
    await put(stage, "four", "second")
    await stage.operator.start()
    await rolled(stage, web)
    assert len(await restarts(stage, "four")) == 1


async def test_stateful_sets_and_daemon_sets_take_their_turns(stage: Stage) -> None:
    await stage.prepare("six")
    await put(stage, "six", "first")
    keys = {kind: stage.key("six", kind.kind.lower()) for kind in (STATEFUL_SETS, DAEMON_SETS)}
    for kind, key in keys.items():
        template = idle("shared", key.name)
        spec = {"selector": {"matchLabels": {"app": key.name}}, "template": template}
        await stage.apply("apps/v1", kind.kind, "six", key.name, metadata={"annotations": ASKED}, spec=spec)
        await until(stage, key, lambda found: SEEN in found["metadata"]["annotations"], "its mark", kind)
    for value in ("second", "third"):
        before = {kind: stamp(await read(stage, key, kind)) for kind, key in keys.items()}
        await put(stage, "six", value)
        for kind, key in keys.items():
            last = before[kind]
            await until(stage, key, lambda found, last=last: stamp(found) > last, "a restart", kind)
    assert len(await restarts(stage, "six")) == 4


async def put(stage: Stage, namespace: str, value: str) -> None:
    """Create or replace a Secret that no ExternalSecret keeps."""
    await stage.apply("v1", "Secret", namespace, "shared", stringData={"token": value})
