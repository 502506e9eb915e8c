"""`keyferry sync` marks, waits for the operator's word, and says what became of each."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.cli import syncing
from keyferry.cli.output import Output
from keyferry.cli.syncing import Wanted
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.model.errors import NotFound, SpecError
from keyferry.spec import hashes
from keyferry.sync.kinds import EXTERNAL_SECRETS
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import Json, KubeWorld, Write


class Operator:
    """Does to marked objects what an operator does to their status: `fails` names those that it cannot refresh."""

    def __init__(self, world: KubeWorld) -> None:
        self.world = world
        self.fails: set[str] = set()
        self.answers = True

    async def work(self) -> None:
        while True:
            for item in self.world.all_of(EXTERNAL_SECRETS) if self.answers else ():
                self._look(item)
            await asyncio.sleep(0.01)

    def _look(self, item: Json) -> None:
        metadata = item["metadata"]
        version = hashes.synced_resource_version(metadata["generation"], metadata.get("annotations") or {}, {})
        is_bad = metadata["name"] in self.fails
        status: dict[str, Any] = {"conditions": [_condition(is_good=not is_bad)]}
        status |= {} if is_bad else {"syncedResourceVersion": version}
        if metadata.get("annotations") and item.get("status") != status:
            key = Key(namespace=metadata["namespace"], name=metadata["name"])
            self.world.replace(EXTERNAL_SECRETS, key, item | {"status": status}, Write(subresource="status"))


def _condition(*, is_good: bool) -> dict[str, str]:
    status, message = ("True", "fine") if is_good else ("False", "the vault refused")
    return {"type": "Ready", "status": status, "reason": "R", "message": message}


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    world = KubeWorld((EXTERNAL_SECRETS,))
    for namespace in ("shop", "web"):
        world.seed(NAMESPACES, {"metadata": {"name": namespace}})
    for namespace, name, store in (("shop", "db", "kv"), ("shop", "api", "other"), ("web", "db", "kv")):
        spec = {"secretStoreRef": {"name": store}}
        world.seed(EXTERNAL_SECRETS, {"metadata": {"name": name, "namespace": namespace}, "spec": spec})
    async with FakeKubeApi(world) as api:
        config = {
            "clusters": [{"name": "c", "cluster": {"server": api.config().server}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "shop"}}],
            "users": [{"name": "u", "user": {}}],
            "current-context": "c",
        }
        (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
        made = Operator(world)
        task = asyncio.create_task(made.work())
        yield made
        task.cancel()


async def sync(tmp_path: Path, wanted: Wanted, *, wait: float = 10, output: Output = Output.JSON) -> int:
    return await syncing.run(wanted, tmp_path / "kubeconfig", None, wait, output)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    return {f"{each['namespace']}/{each['name']}": each["state"] for each in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Wanted(names=("db",)), {"shop/db"}, id="the-contexts-namespace"),
        pytest.param(Wanted(names=("db", "db", "web/db")), {"shop/db", "web/db"}, id="names"),
        pytest.param(Wanted(names=("db",), namespace="web"), {"web/db"}, id="a-namespace"),
        pytest.param(Wanted(everything=True), {"shop/api", "shop/db"}, id="all-of-a-namespace"),
        pytest.param(Wanted(everywhere=True, store="kv"), {"shop/db", "web/db"}, id="of-a-store"),
    ],
)
async def test_refreshes_what_is_wanted(
    operator: Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str], wanted: Wanted, expected: set[str]
) -> None:
    assert await sync(tmp_path, wanted) == 0
    assert told(capsys) == dict.fromkeys(expected, "synced")
    assert operator.answers


async def test_one_that_fails_ends_with_code_1_and_the_others_are_done(
    operator: Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.fails = {"api"}
    assert await sync(tmp_path, Wanted(everything=True), output=Output.TEXT) == 1
    shown = capsys.readouterr()
    assert "shop/api failed: the vault refused" in shown.out
    assert "shop/db synced" in shown.out
    assert "1 of 2 could not be refreshed" in shown.err
    # A failure that stands there already is told when the time is over.
    assert await sync(tmp_path, Wanted(names=("api",)), wait=0.3) == 1
    assert told(capsys) == {"shop/api": "failed"}


async def test_no_operator_and_no_such_object(
    operator: Operator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operator.answers = False
    assert await sync(tmp_path, Wanted(names=("db", "nope")), wait=0.2) == 1
    assert told(capsys) == {"shop/db": "not yet", "shop/nope": "failed"}
    assert await sync(tmp_path, Wanted(names=("db",)), wait=0) == 0
    assert told(capsys) == {"shop/db": "asked"}


async def test_nothing_to_refresh_and_names_that_are_none(operator: Operator, tmp_path: Path) -> None:
    assert operator.answers
    with pytest.raises(NotFound, match="nothing to refresh"):
        await sync(tmp_path, Wanted(everything=True, namespace="empty"))
    with pytest.raises(SpecError, match="names no ExternalSecret"):
        await sync(tmp_path, Wanted(names=("a/b/c",)))
