import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from keyferry.kube.wire.resources import EVENTS
from keyferry.model.errors import Unavailable
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.state import PodRef
from tests.fakes.kube_client import WorldClient
from tests.fakes.kube_world import Json, KubeWorld
from tests.fakes.patience import patient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
POD = PodRef(namespace="default", name="shop-0", uid="uid-0", service_account="shop")
DOWN = Unavailable(what="the vault does not answer")


class Scene:
    """Events of pods on a world whose clock moves when it is turned, and a little with each look."""

    def __init__(self) -> None:
        self.world = KubeWorld()
        self.instant = NOON
        self.events = PodEvents(WorldClient(self.world), clock=self, instance="node-1")

    def now(self) -> datetime:
        self.instant += timedelta(microseconds=1)
        return self.instant

    async def written(self) -> list[Json]:
        await self.events.flush()
        return self.world.all_of(EVENTS)


@pytest.mark.parametrize(
    ("tell", "component", "type_", "reason", "message"),
    [
        pytest.param(
            lambda events: events.rotated(POD, "db", ("b", "a")),
            "csi-secrets-store-rotation",
            "Normal",
            "MountRotationComplete",
            "SecretProviderClass db: new content in a, b",
            id="rotated",
        ),
        pytest.param(
            lambda events: events.rotated(POD, "db", [f"file-{number:02}" for number in range(12)]),
            "csi-secrets-store-rotation",
            "Normal",
            "MountRotationComplete",
            f"SecretProviderClass db: new content in {', '.join(f'file-{n:02}' for n in range(10))} and 2 more",
            id="many-files",
        ),
        pytest.param(
            lambda events: events.rotation_failed(POD, "db", DOWN),
            "csi-secrets-store-rotation",
            "Warning",
            "MountRotationFailed",
            "SecretProviderClass db: the files stay as they are. the vault does not answer",
            id="rotation-failed",
        ),
        pytest.param(
            lambda events: events.secret_rotated(POD, "db-env"),
            "csi-secrets-store-rotation",
            "Normal",
            "SecretRotationComplete",
            "Secret db-env has the new content of the mounted files",
            id="secret-rotated",
        ),
        pytest.param(
            lambda events: events.secret_failed(POD, "db-env", DOWN),
            "csi-secrets-store-controller",
            "Warning",
            "FailedToCreateSecret",
            "Secret db-env is not synced. the vault does not answer",
            id="secret-failed",
        ),
        pytest.param(
            lambda events: events.secret_failed(POD, "", DOWN),
            "csi-secrets-store-controller",
            "Warning",
            "FailedToCreateSecret",
            "the vault does not answer",
            id="secrets-failed",
        ),
        pytest.param(
            lambda events: events.served_stale(POD, "db", NOON - timedelta(minutes=200), DOWN),
            "keyferry-node",
            "Warning",
            "ServedStale",
            "SecretProviderClass db: the files are a copy read at 2026-11-21T08:40:00Z (3 h old). "
            "the vault does not answer",
            id="stale",
        ),
        pytest.param(
            lambda events: events.served_stale(POD, "db", NOON - timedelta(days=2), None),
            "keyferry-node",
            "Warning",
            "ServedStale",
            "SecretProviderClass db: the files are a copy read at 2026-11-19T12:00:00Z (2 d old).",
            id="stale-for-days",
        ),
        pytest.param(
            lambda events: events.served_stale(POD, "db", NOON, None),
            "keyferry-node",
            "Warning",
            "ServedStale",
            "SecretProviderClass db: the files are a copy read at 2026-11-21T12:00:00Z (less than a minute old).",
            id="stale-just-now",
        ),
        pytest.param(
            lambda events: events.fell_back(POD, "db", "https://kv-west.vault.azure.net", DOWN),
            "keyferry-node",
            "Warning",
            "FallbackVault",
            "SecretProviderClass db: read from https://kv-west.vault.azure.net instead. the vault does not answer",
            id="fallback",
        ),
        pytest.param(
            lambda events: events.vault_recovered(POD, "db"),
            "keyferry-node",
            "Normal",
            "VaultRecovered",
            "SecretProviderClass db: read from its own vault again",
            id="recovered",
        ),
        pytest.param(
            lambda events: events.stored_credential(POD, "db"),
            "keyferry-node",
            "Warning",
            "StoredCredential",
            "SecretProviderClass db: read with a stored credential, the one of nodePublishSecretRef. "
            "Workload identity needs none: set clientID in the class",
            id="stored-credential",
        ),
        pytest.param(
            lambda events: events.plain_directory(POD, "db", "this process may not mount"),
            "keyferry-node",
            "Warning",
            "PlainDirectory",
            "SecretProviderClass db: the files are in a plain directory, which a disk may hold. "
            "this process may not mount",
            id="plain-directory",
        ),
    ],
)
async def test_each_happening_has_one_reason_and_one_text(
    tell: Callable[[PodEvents], None], component: str, type_: str, reason: str, message: str
) -> None:
    scene = Scene()
    tell(scene.events)
    (event,) = await scene.written()
    assert (event["source"]["component"], event["type"], event["reason"]) == (component, type_, reason)
    assert event["message"] == message
    assert event["reportingInstance"] == "node-1"
    assert event["involvedObject"] == {
        "apiVersion": "v1",
        "kind": "Pod",
        "namespace": "default",
        "name": "shop-0",
        "uid": "uid-0",
    }


async def test_what_repeats_is_counted_and_not_multiplied() -> None:
    scene = Scene()
    since = NOON - timedelta(hours=3)
    for _ in range(4):
        scene.events.rotation_failed(POD, "db", DOWN)
        scene.events.served_stale(POD, "db", since, DOWN)
        scene.instant += timedelta(minutes=2)
    assert [(event["reason"], event["count"]) for event in await scene.written()] == [
        ("MountRotationFailed", 4),
        ("ServedStale", 4),
    ]


async def test_events_are_written_while_it_runs() -> None:
    scene = Scene()
    written = asyncio.Event()
    scene.world.listeners.append(lambda change: written.set())
    task = asyncio.create_task(scene.events.run())
    scene.events.vault_recovered(POD, "db")
    async with patient():
        await written.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
