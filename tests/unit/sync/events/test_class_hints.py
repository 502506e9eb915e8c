import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.sync.events.class_hints import ClassHints
from keyferry.sync.kinds import CLASSES
from keyferry.vault.events.hints import Hint
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
CHANGED = "keyferry.io/changed"
VERSION = "0a" * 16


def hint(name: str = "db", vault: str = "kv-shop", kind: ObjectKind = ObjectKind.SECRET, version: str = "") -> Hint:
    return Hint(vault=vault, kind=kind, name=SecretName(name), version=SecretVersion(version))


class Scene:
    """Hints on a fake API server, by a clock that is turned."""

    def __init__(self, api: FakeKubeApi, client: Client) -> None:
        self.api = api
        self.client = client
        self.instant = NOON
        self.hints = ClassHints(client, self)

    def now(self) -> datetime:
        return self.instant

    def put(self, name: str, *objects: str, vault: str = "kv-shop", **metadata: Any) -> None:
        array = "".join(f'- "objectName: {each}\\nobjectType: secret"\n' for each in objects)
        spec = {"provider": "azure", "parameters": {"keyvaultName": vault, "objects": f"array:\n{array}"}}
        meta = {"name": name, "namespace": "default", **metadata}
        self.api.world.seed(CLASSES, {"metadata": meta, "spec": spec})

    def told(self, name: str) -> str:
        stored = self.api.world.stored(CLASSES, Key(namespace="default", name=name))
        assert stored is not None
        return str(stored["metadata"].get("annotations", {}).get(CHANGED, ""))

    def patches(self) -> int:
        return self.api.verbs(CLASSES.plural).count("patch")

    async def until_told(self, name: str, text: str) -> None:
        """Wait for the text, and until its writer has heard that it was stored."""
        await self.api.until(lambda: self.told(name) == text)
        await self.client.get(CLASSES, Key(namespace="default", name=name), bytes)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with FakeKubeApi(KubeWorld(whole=(CLASSES,))) as api, Client(api.config()) as client:
        yield Scene(api, client)


@pytest.fixture
async def running(scene: Scene) -> AsyncIterator[Scene]:
    """The scene with three classes, watched."""
    scene.put("shop", "db", "api")
    scene.put("bank", "db", annotations={CHANGED: "secrets/old@1", "team": "a"})
    scene.put("else", "db", vault="kv-else")
    task = asyncio.create_task(scene.hints.run())
    await scene.api.until(lambda: bool(scene.api.streams))
    yield scene
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_every_class_that_names_the_object_is_told(running: Scene) -> None:
    running.hints.heard(hint("DB", version=VERSION))
    await running.until_told("shop", f"secrets/DB/{VERSION}@{NOON_MS}")
    await running.until_told("bank", f"secrets/DB/{VERSION}@{NOON_MS},secrets/old@1")
    assert running.told("else") == ""


async def test_a_certificate_concerns_the_secret_of_its_name(running: Scene) -> None:
    running.hints.heard(hint("api", kind=ObjectKind.CERTIFICATE))
    await running.until_told("shop", f"certificates/api@{NOON_MS}")
    assert running.patches() == 1


async def test_what_nobody_names_goes_nowhere(running: Scene) -> None:
    running.hints.heard(hint("other"))
    running.hints.heard(hint(vault="kv-other"))
    running.hints.heard(hint("api"))
    await running.until_told("shop", f"secrets/api@{NOON_MS}")
    assert running.patches() == 1


async def test_hints_of_one_moment_are_one_write(running: Scene) -> None:
    running.hints.heard(hint("api"))
    running.hints.heard(hint("api", kind=ObjectKind.KEY))
    running.hints.heard(hint("api", version=VERSION))
    await running.until_told("shop", f"keys/api@{NOON_MS},secrets/api/{VERSION}@{NOON_MS}")
    assert running.patches() == 1


async def test_a_class_that_was_written_just_now_waits_and_loses_nothing(running: Scene) -> None:
    running.hints.heard(hint("api"))
    await running.until_told("shop", f"secrets/api@{NOON_MS}")
    running.instant += timedelta(milliseconds=950)
    running.hints.heard(hint("api", kind=ObjectKind.KEY))
    running.hints.heard(hint("api", kind=ObjectKind.CERTIFICATE))
    await running.client.get(CLASSES, Key(namespace="default", name="shop"), bytes)
    assert running.patches() == 1
    running.instant += timedelta(milliseconds=100)
    later = NOON_MS + 950
    await running.until_told("shop", f"certificates/api@{later},keys/api@{later},secrets/api@{NOON_MS}")
    assert running.patches() == 2


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=503, reason="ServiceUnavailable", verb="patch"), id="unavailable"),
        pytest.param(Fault(status=0, verb="patch"), id="broken-off"),
    ],
)
async def test_what_cannot_be_written_now_is_written_later(running: Scene, fault: Fault) -> None:
    running.api.faults.append(fault)
    running.hints.heard(hint("api"))
    await running.until_told("shop", f"secrets/api@{NOON_MS}")


async def test_what_may_not_be_written_is_told_once_and_let_go(running: Scene) -> None:
    running.api.faults.append(Fault(status=403, reason="Forbidden", verb="patch"))
    with capture_logs() as logs:
        running.hints.heard(hint("api"))
        await running.api.until(lambda: running.patches() == 1)
        running.instant += timedelta(seconds=1)
        running.hints.heard(hint("api"))
        await running.until_told("shop", f"secrets/api@{NOON_MS + 1000}")
    assert [entry["error"] for entry in logs if entry["event"] == "reconcile.failed"] == ["GrantError"]


async def test_a_class_that_went_meanwhile_is_forgotten(running: Scene) -> None:
    running.api.faults.append(Fault(status=404, reason="NotFound", verb="patch"))
    running.hints.heard(hint("api"))
    await running.api.until(lambda: running.patches() == 1)
    running.api.world.remove(CLASSES, Key(namespace="default", name="bank"))
    running.hints.heard(hint("db"))
    await running.api.until(lambda: running.told("shop") != "")


async def test_where_the_kind_is_not_installed_nothing_complains() -> None:
    async with FakeKubeApi(KubeWorld()) as api, Client(api.config()) as client:
        scene = Scene(api, client)
        with capture_logs() as logs:
            task = asyncio.create_task(scene.hints.run())
            await api.until(lambda: bool(api.seen))
            scene.hints.heard(hint())
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    assert logs == []
    assert [seen.path for seen in api.seen] == ["/apis/secrets-store.csi.x-k8s.io/v1"]
