"""What an ExternalSecret belongs to, so that one replica asks one vault."""

from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.wire.objects import Key
from keyferry.runtime.clock import SystemClock
from keyferry.sync.delivery import Delivery, Surroundings
from keyferry.sync.settings import Settings
from tests.fakes.sync_world import DB, SyncWorld


async def test_an_external_secret_belongs_to_the_first_of_its_stores(world: SyncWorld) -> None:
    around = Surroundings(
        settings=Settings(),
        client=world.client,
        reader=world.reader,
        recorder=world.recorder,
        clock=SystemClock(),
        ownership=Ownership(4),
    )
    delivery = Delivery(around)
    world.external()
    world.caches = delivery.caches
    world.catch_up()

    assert delivery.home(DB) == "store app/kv"
    assert delivery.home(Key(namespace="app", name="gone")) == "ExternalSecret app/gone"
    assert {work.token(Key(namespace="app", name="kv")) for work in delivery.part().work} == {
        "store app/kv",
        "ExternalSecret app/kv",
    }
