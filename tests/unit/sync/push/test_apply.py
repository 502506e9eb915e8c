import pytest

from keyferry.kube.errors import Conflict
from keyferry.model.errors import GrantError
from keyferry.sync.push import plan
from keyferry.sync.push.apply import Applier
from keyferry.sync.push.state import Told
from tests.fakes.push_secrets import NOW, PUSH, watched
from tests.fakes.push_world import PushWorld


async def test_status_and_event_are_written_and_noted(world: PushWorld) -> None:
    world.push()
    world.catch_up()
    push = world.observer.watched(PUSH)
    assert push is not None
    noted: list[bytes] = []
    applier = Applier(world.client, world.recorder, lambda _seen, stored: noted.append(stored))
    await applier.tell(push, plan.failed(push.status, GrantError(what="no"), NOW))
    assert world.ready() == ("False", "Errored", "no")
    assert await world.events() == [("Warning", "Errored")]
    assert len(noted) == 1
    await applier.tell(push, Told(status=None))
    assert len(noted) == 1


async def test_finalizers_are_written_only_as_they_were_seen(world: PushWorld) -> None:
    world.push()
    world.catch_up()
    push = world.observer.watched(PUSH)
    assert push is not None
    applier = Applier(world.client, world.recorder, world.observer.note_status)
    written = await applier.finalizers(push, ("a",))
    assert written.metadata.finalizers == ["a"]
    with pytest.raises(Conflict):
        await applier.finalizers(watched(resourceVersion="1"), ("b",))
