import pytest

from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import NotFound
from keyferry.sync.fanout.apply import Applier, Notes
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.state import Child, CreateChild, DeleteChild, PatchChild, ReleaseNamespace
from tests.fakes import fanouts
from tests.fakes.fanouts import KIND, Stage

APP = Key(namespace="app", name="shared")


class Noted:
    def __init__(self) -> None:
        self.made: list[Key] = []
        self.patched: list[Key] = []

    def applier(self, stage: Stage, kind: Kind = KIND) -> Applier:
        def patched(seen: Child, stored: bytes) -> None:
            assert stored
            self.patched.append(seen.metadata.key)

        notes = Notes(made=self.made.append, patched=patched)
        return Applier(kind, stage.reconciler_client, stage.recorder, notes)


async def test_writes_and_tells_what_was_written(stage: Stage) -> None:
    noted = Noted()
    applier = noted.applier(stage)
    body = {"metadata": {"name": "shared", "namespace": "app"}, "spec": fanouts.CHILD}
    await applier.write(CreateChild(key=APP, document=body))
    await applier.write(PatchChild(key=APP, patch={"metadata": {"labels": {"a": "b"}}}, seen=fanouts.child("app")))
    assert (noted.made, noted.patched) == ([APP], [APP])
    assert stage.children()["app/shared"]["metadata"]["labels"] == {"a": "b"}


async def test_deletes_what_was_seen_and_nothing_else(stage: Stage) -> None:
    applier = Noted().applier(stage)
    await applier.write(CreateChild(key=APP, document={"metadata": {"name": "shared", "namespace": "app"}}))
    with pytest.raises(Conflict):
        await applier.remove(DeleteChild(key=APP, uid="another"))
    await applier.remove(DeleteChild(key=APP, uid=stage.children()["app/shared"]["metadata"]["uid"]))
    with pytest.raises(NotFound):
        await applier.remove(DeleteChild(key=APP, uid="x"))


async def test_releases_a_namespace_as_it_was_seen(stage: Stage) -> None:
    with pytest.raises(Conflict):
        await Noted().applier(stage).remove(ReleaseNamespace(name="app", remaining=(), resource_version="1"))
