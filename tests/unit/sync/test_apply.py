"""Each action is one request; what the API server refuses says: look again."""

import json
from typing import Any

import pytest

from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.resources import EVENTS, SECRETS
from keyferry.model.errors import GrantError, NotFound
from keyferry.model.secrets import SecretValue
from keyferry.spec import conditions
from keyferry.spec.conditions import ExternalSecretStatus
from keyferry.sync import wire
from keyferry.sync.apply import Applier
from keyferry.sync.kinds import EXTERNAL_SECRETS
from keyferry.sync.state import (
    CreateSecret,
    DeleteSecret,
    DesiredSecret,
    ReadSecretFirst,
    RecordEvent,
    RemoveFinalizer,
    ReplaceSecret,
    WatchedExternalSecret,
    WriteStatus,
)
from tests.fakes.external_secrets import NOW
from tests.fakes.kube_api import Fault
from tests.fakes.sync_world import DB, SyncWorld

MANAGER = "externalsecrets.external-secrets.io/db"


class Applying:
    """An applier, the ExternalSecret that it works for, and what it noted."""

    def __init__(self, world: SyncWorld) -> None:
        self.noted: list[tuple[WatchedExternalSecret, bytes]] = []
        self.applier = Applier(world.client, world.recorder, lambda seen, stored: self.noted.append((seen, stored)))
        world.external(finalizers=["a.io/x", "b.io/y"])
        world.catch_up()
        external = world.caches.externals.get(DB)
        assert external is not None
        self.external = external

    async def apply(self, action: Any) -> None:
        await self.applier.apply(self.external, action)

    def secret(self, value: str = "v") -> DesiredSecret:
        return DesiredSecret(
            key=DB,
            data={"A": SecretValue(value.encode())},
            data_hash="h",
            type="Opaque",
            immutable=False,
            labels={},
            annotations={},
            owner_references=(wire.owner_reference(self.external),),
        )


@pytest.fixture
def applying(world: SyncWorld) -> Applying:
    return Applying(world)


async def test_create(world: SyncWorld, applying: Applying) -> None:
    await applying.apply(CreateSecret(secret=applying.secret()))
    assert world.data() == {"A": "v"}
    assert world.api.seen[-1].query["fieldManager"] == MANAGER


async def test_create_where_there_is_one(world: SyncWorld, applying: Applying) -> None:
    await applying.apply(CreateSecret(secret=applying.secret()))
    with pytest.raises(AlreadyExists):
        await applying.apply(CreateSecret(secret=applying.secret("other")))
    assert world.data() == {"A": "v"}


async def test_replace_at_the_version_that_was_seen(world: SyncWorld, applying: Applying) -> None:
    await applying.apply(CreateSecret(secret=applying.secret()))
    seen = world.cluster.get(SECRETS, DB)["metadata"]["resourceVersion"]
    await applying.apply(ReplaceSecret(secret=applying.secret("second"), resource_version=seen))
    assert world.data() == {"A": "second"}
    assert world.api.seen[-1].query["fieldManager"] == MANAGER
    with pytest.raises(Conflict):
        await applying.apply(ReplaceSecret(secret=applying.secret("third"), resource_version=seen))
    assert world.data() == {"A": "second"}


async def test_delete_this_very_one(world: SyncWorld, applying: Applying) -> None:
    await applying.apply(CreateSecret(secret=applying.secret()))
    with pytest.raises(Conflict):
        await applying.apply(DeleteSecret(key=DB, uid="of-another"))
    assert world.data() == {"A": "v"}
    await applying.apply(DeleteSecret(key=DB, uid=world.cluster.get(SECRETS, DB)["metadata"]["uid"]))
    assert world.data() is None


async def test_delete_one_that_is_gone(world: SyncWorld, applying: Applying) -> None:
    await applying.apply(DeleteSecret(key=DB, uid="u"))
    assert world.api.verbs("secrets") == ["delete"]


async def test_a_status_is_noted_as_it_was_stored(world: SyncWorld, applying: Applying) -> None:
    ready = conditions.ready(is_ready=True, reason="SecretSynced", message="m")
    told = ExternalSecretStatus(refresh_time=NOW, conditions=conditions.with_condition((), ready, NOW))
    await applying.apply(WriteStatus(status=told))
    assert world.ready() == ("True", "SecretSynced", "m")
    ((seen, stored),) = applying.noted
    assert seen is applying.external
    assert json.loads(stored) == world.cluster.get(EXTERNAL_SECRETS, DB)


async def test_finalizers_go_unless_the_object_changed_meanwhile(world: SyncWorld, applying: Applying) -> None:
    await applying.apply(RemoveFinalizer(remaining=("a.io/x",)))
    assert world.cluster.get(EXTERNAL_SECRETS, DB)["metadata"]["finalizers"] == ["a.io/x"]
    with pytest.raises(Conflict):
        await applying.apply(RemoveFinalizer(remaining=()))
    assert world.cluster.get(EXTERNAL_SECRETS, DB)["metadata"]["finalizers"] == ["a.io/x"]


@pytest.mark.parametrize(("warning", "kind"), [(False, "Normal"), (True, "Warning")])
async def test_events_are_about_the_external_secret(
    world: SyncWorld, applying: Applying, warning: bool, kind: str
) -> None:
    await applying.apply(RecordEvent(reason="Because", message="of this", warning=warning))
    assert await world.events() == [(kind, "Because")]
    (event,) = world.cluster.all_of(EVENTS)
    assert event["message"] == "of this"
    assert event["involvedObject"] == {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "name": "db",
        "namespace": "app",
        "uid": applying.external.metadata.uid,
        "resourceVersion": applying.external.metadata.resource_version,
    }


async def test_to_read_first_writes_nothing(world: SyncWorld, applying: Applying) -> None:
    await applying.apply(ReadSecretFirst(key=DB))
    assert world.api.seen == []


async def test_a_refusal_is_the_callers(world: SyncWorld, applying: Applying) -> None:
    world.api.faults.append(Fault(verb="create", plural="secrets", status=403, reason="Forbidden", message="no"))
    with pytest.raises(GrantError):
        await applying.apply(CreateSecret(secret=applying.secret()))


async def test_the_status_of_one_that_is_gone(world: SyncWorld, applying: Applying) -> None:
    world.edit(EXTERNAL_SECRETS, DB, lambda external: external["metadata"].update(finalizers=[]))
    world.cluster.remove(EXTERNAL_SECRETS, DB)
    with pytest.raises(NotFound):
        await applying.apply(WriteStatus(status=ExternalSecretStatus()))
    assert applying.noted == []
