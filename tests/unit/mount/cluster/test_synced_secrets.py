import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from keyferry.kube.client import Client
from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key, OwnerReference
from keyferry.kube.wire.resources import EVENTS, PODS, SECRETS
from keyferry.model.errors import GrantError, KeyferryError, SpecError, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.mount.cluster.pod_events import PodEvents
from keyferry.mount.cluster.settled import CHECKED, REFUSED
from keyferry.mount.cluster.synced_secrets import LOOKS, Mounted, SyncedSecrets
from keyferry.mount.state import PodRef
from keyferry.spec import secret_provider_class
from keyferry.spec.secret_provider_class import SecretProviderClass
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import Json, KubeWorld

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MANAGED = "secrets-store.csi.k8s.io/managed"
STATUS = OwnerReference(
    api_version="secrets-store.csi.x-k8s.io/v1", kind="SecretProviderClassPodStatus", name="shop-default-db", uid="st"
)
DB_ENV = {"secretName": "db-env", "type": "Opaque", "data": [{"objectName": "password", "key": "PASSWORD"}]}
API_ENV = {"secretName": "api-env", "type": "Opaque", "data": [{"objectName": "token", "key": "TOKEN"}]}


def replicas(uid: str) -> list[Json]:
    return [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop", "uid": uid, "controller": True}]


def of_class(*objects: Json) -> SecretProviderClass:
    spec = {"provider": "azure", "parameters": {"keyvaultName": "kv"}, "secretObjects": list(objects)}
    return secret_provider_class.parse(
        {
            "apiVersion": "secrets-store.csi.x-k8s.io/v1",
            "kind": "SecretProviderClass",
            "metadata": {"name": "db", "namespace": "default"},
            "spec": spec,
        }
    )


@dataclass
class Scene:
    """A node's Secrets on a fake API server, by a clock that is turned."""

    api: FakeKubeApi
    client: Client
    instant: datetime = NOON
    files: dict[str, str] = field(default_factory=lambda: {"password": "first", "token": "t-1"})

    def __post_init__(self) -> None:
        self.secrets = self.node()

    def now(self) -> datetime:
        self.instant += timedelta(microseconds=1)
        return self.instant

    def node(self) -> SyncedSecrets:
        """A node plugin, or the next life of one."""
        self.events = PodEvents(self.client, clock=self, instance="node-1")
        return SyncedSecrets(self.client, self.events, self)

    def pod(self, name: str = "shop", owners: list[Json] | None = None, **parts: Any) -> PodRef:
        meta = {"name": name, "namespace": "default", "ownerReferences": owners or [], **parts.pop("metadata", {})}
        stored = self.api.world.seed(PODS, {"metadata": meta, **parts})
        return PodRef(namespace="default", name=name, uid=stored["metadata"]["uid"])

    async def sync(
        self, pod: PodRef, *objects: Json, age: timedelta = timedelta(), is_copy: bool = False
    ) -> tuple[KeyferryError, ...]:
        files = {path: SecretValue(text.encode()) for path, text in self.files.items()}
        mounted = Mounted(pod=pod, files=files, status=STATUS, as_of=self.instant - age, is_copy=is_copy)
        return await self.secrets.sync(of_class(*(objects or (DB_ENV,))), mounted)

    def stored(self, name: str = "db-env") -> Json | None:
        return self.api.world.stored(SECRETS, Key(namespace="default", name=name))

    def data(self, name: str = "db-env") -> dict[str, str]:
        stored = self.stored(name)
        return {key: base64.b64decode(value).decode() for key, value in (stored or {}).get("data", {}).items()}

    def owners(self) -> list[str]:
        stored = self.stored()
        assert stored is not None
        return [owner["uid"] for owner in stored["metadata"]["ownerReferences"]]

    def verbs(self) -> list[str]:
        return self.api.verbs("secrets")

    async def told(self) -> list[tuple[str, str]]:
        await self.events.flush()
        return [(event["reason"], event["message"]) for event in self.api.world.all_of(EVENTS)]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with FakeKubeApi(KubeWorld()) as api, Client(api.config()) as client:
        yield Scene(api, client)


async def test_a_secret_is_made_of_files_and_lives_as_long_as_who_owns_the_pod(scene: Scene) -> None:
    failures = await scene.sync(scene.pod(owners=replicas("rs-1")))
    stored = scene.stored()
    assert failures == ()
    assert stored is not None
    assert scene.data() == {"PASSWORD": "first"}
    assert stored["metadata"]["labels"] == {MANAGED: "true"}
    assert stored["metadata"]["ownerReferences"] == [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop", "uid": "rs-1"}
    ]
    assert await scene.told() == []


async def test_of_a_pod_by_itself_its_status_owns_the_secret(scene: Scene) -> None:
    await scene.sync(scene.pod())
    assert scene.owners() == ["st"]


async def test_what_holds_costs_no_request(scene: Scene) -> None:
    pod = scene.pod()
    await scene.sync(pod)
    before = len(scene.api.seen)
    await scene.sync(pod)
    assert len(scene.api.seen) == before


async def test_a_crowd_of_pods_writes_once(scene: Scene) -> None:
    pods = [scene.pod(f"shop-{number}", replicas("rs-1")) for number in range(5)]
    await asyncio.gather(*(scene.sync(pod) for pod in pods))
    assert scene.verbs() == ["get", "create"]


async def test_two_owners_share_a_secret(scene: Scene) -> None:
    await scene.sync(scene.pod("a", replicas("rs-1")))
    await scene.sync(scene.pod("b", replicas("rs-2")))
    assert scene.owners() == ["rs-1", "rs-2"]


async def test_a_rotation_replaces_the_data_and_is_told(scene: Scene) -> None:
    pod = scene.pod()
    await scene.sync(pod)
    scene.files["password"] = "second"
    await scene.sync(pod)
    assert scene.data() == {"PASSWORD": "second"}
    assert scene.owners() == ["st"]
    assert await scene.told() == [("SecretRotationComplete", "Secret db-env has the new content of the mounted files")]


async def test_one_that_was_deleted_by_hand_comes_back_at_the_next_look(scene: Scene) -> None:
    pod = scene.pod()
    await scene.sync(pod)
    scene.api.world.remove(SECRETS, Key(namespace="default", name="db-env"))
    await scene.sync(pod)
    assert scene.stored() is None
    scene.instant += CHECKED
    await scene.sync(pod)
    assert scene.data() == {"PASSWORD": "first"}


async def test_a_secret_that_is_out_of_date_is_mended_when_a_pod_starts(scene: Scene) -> None:
    await scene.sync(scene.pod("a"))
    scene.secrets = scene.node()
    scene.files["password"] = "second"
    await scene.sync(scene.pod("b"), age=-timedelta(seconds=5))
    assert scene.data() == {"PASSWORD": "second"}


async def test_a_node_that_read_earlier_does_not_take_the_new_value_away(scene: Scene) -> None:
    pod = scene.pod()
    await scene.sync(pod)
    scene.secrets = scene.node()
    scene.files["password"] = "before"
    await scene.sync(pod, age=timedelta(minutes=2))
    assert scene.data() == {"PASSWORD": "first"}
    scene.instant += timedelta(minutes=2)
    await scene.sync(pod)
    assert scene.data() == {"PASSWORD": "before"}, "the vault has it, as of now"


async def test_a_copy_from_an_outage_replaces_nothing(scene: Scene) -> None:
    await scene.sync(scene.pod("a", replicas("rs-1")))
    scene.files["password"] = "copy"
    await scene.sync(scene.pod("b", replicas("rs-2")), age=-timedelta(hours=1), is_copy=True)
    assert scene.data() == {"PASSWORD": "first"}
    assert scene.owners() == ["rs-1", "rs-2"]


async def test_other_peoples_secrets_are_left_alone(scene: Scene) -> None:
    scene.api.world.seed(SECRETS, {"metadata": {"name": "db-env", "namespace": "default"}, "data": {"mine": "eA=="}})
    failures = await scene.sync(scene.pod(), DB_ENV, API_ENV)
    assert [type(each) for each in failures] == [GrantError]
    assert scene.data() == {"mine": "x"}
    assert scene.data("api-env") == {"TOKEN": "t-1"}, "the others are made all the same"
    ((reason, message),) = await scene.told()
    assert reason == "FailedToCreateSecret"
    assert message.startswith("Secret db-env is not synced. Secret default/db-env is somebody else's")


async def test_what_somebody_must_mend_is_told_each_time_and_asked_for_now_and_then(scene: Scene) -> None:
    key = Key(namespace="default", name="db-env")
    scene.api.world.seed(SECRETS, {"metadata": {"name": "db-env", "namespace": "default"}})
    pods = [scene.pod(f"shop-{number}", replicas("rs-1")) for number in range(3)]
    for pod in (*pods, *pods):
        assert [type(each) for each in await scene.sync(pod)] == [GrantError]
    assert scene.verbs() == ["get"]
    scene.api.world.remove(SECRETS, key)
    scene.instant += REFUSED
    assert await scene.sync(pods[0]) == ()
    assert scene.data() == {"PASSWORD": "first"}


async def test_files_that_are_not_there_stop_that_secret_alone(scene: Scene) -> None:
    del scene.files["password"]
    failures = await scene.sync(scene.pod(), DB_ENV, API_ENV)
    assert [type(each) for each in failures] == [SpecError]
    assert scene.data("api-env") == {"TOKEN": "t-1"}
    assert [reason for reason, _ in await scene.told()] == ["FailedToCreateSecret"]


async def test_what_the_class_says_wrongly_is_told_with_its_place(scene: Scene) -> None:
    failures = await scene.sync(scene.pod(), {"secretName": "x", "type": "Opaque"}, API_ENV)
    assert len(failures) == 1
    assert scene.data("api-env") == {"TOKEN": "t-1"}
    ((_, message),) = await scene.told()
    assert "spec.secretObjects[0].data" in message


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"status": {"phase": "Succeeded"}}, id="succeeded"),
        pytest.param({"status": {"phase": "Failed"}}, id="failed"),
        pytest.param({"metadata": {"deletionTimestamp": "2026-11-21T12:00:00Z"}}, id="terminating"),
    ],
)
async def test_for_a_pod_that_ends_nothing_is_made(scene: Scene, parts: Json) -> None:
    assert await scene.sync(scene.pod(**parts)) == ()
    assert scene.verbs() == []


@pytest.mark.parametrize(
    "changed",
    [pytest.param({"name": "gone"}, id="gone"), pytest.param({"uid": "before"}, id="another-by-now")],
)
async def test_for_a_pod_that_is_no_longer_there_nothing_is_made(scene: Scene, changed: dict[str, str]) -> None:
    assert await scene.sync(replace(scene.pod(), **changed)) == ()
    assert scene.verbs() == []


@pytest.mark.parametrize(
    ("faults", "verbs"),
    [
        pytest.param([Fault(status=409, reason="AlreadyExists", verb="create")], ["get", "create"] * 2, id="taken"),
        pytest.param([Fault(status=404, reason="NotFound", verb="create")], ["get", "create"] * 2, id="gone"),
    ],
)
async def test_others_who_write_too_are_looked_at_again(scene: Scene, faults: list[Fault], verbs: list[str]) -> None:
    scene.api.faults.extend(faults)
    assert await scene.sync(scene.pod()) == ()
    assert scene.verbs() == verbs
    assert scene.data() == {"PASSWORD": "first"}


async def test_others_who_never_stop_writing_are_told_of(scene: Scene) -> None:
    pod = scene.pod()
    await scene.sync(pod)
    scene.files["password"] = "second"
    scene.api.faults.extend([Fault(status=409, reason="Conflict", verb="update")] * LOOKS)
    assert [type(each) for each in await scene.sync(pod)] == [Conflict]
    assert await scene.sync(pod) == ()
    assert scene.data() == {"PASSWORD": "second"}


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        pytest.param(Fault(status=403, reason="Forbidden", plural="secrets"), GrantError, 'verb "get"', id="no-right"),
        pytest.param(Fault(status=403, reason="Forbidden", plural="pods"), GrantError, 'resource "pods"', id="no-pods"),
        pytest.param(
            Fault(status=500, reason="InternalError", verb="create"), Unavailable, "could not create", id="broken"
        ),
    ],
)
async def test_what_the_api_server_refuses_is_an_event_with_its_remedy(
    scene: Scene, fault: Fault, error: type[Exception], words: str
) -> None:
    scene.api.faults.append(fault)
    with capture_logs() as logs:
        failures = await scene.sync(scene.pod())
    assert [type(each) for each in failures] == [error]
    ((reason, message),) = await scene.told()
    assert reason == "FailedToCreateSecret"
    assert words in message
    assert "first" not in str(logs) + message


async def test_a_class_without_secrets_asks_nothing(scene: Scene) -> None:
    mounted = Mounted(pod=scene.pod(), files={}, status=STATUS, as_of=NOON)
    assert await scene.secrets.sync(of_class(), mounted) == ()
    assert scene.api.seen == []


async def test_a_pod_whose_secrets_are_left_is_told_why(scene: Scene) -> None:
    pod = scene.pod()
    scene.secrets.left(of_class(DB_ENV), pod, GrantError(what="the node may not write statuses"))
    text = "Secret db-env is not synced. the node may not write statuses"
    assert await scene.told() == [("FailedToCreateSecret", text)]
    assert scene.stored() is None
