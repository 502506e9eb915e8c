"""A place's objects and lists through its clients."""

from keyferry.model.secrets import SecretName, SecretRef
from keyferry.vault import source
from keyferry.vault.client import Clients
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began
from keyferry.vault.sent import Sent
from keyferry.vault.surroundings import Place
from keyferry.vault.throttle import Priority
from tests.fakes.vault_world import VAULT, VAULT_HOST, World


def asked(world: World) -> tuple[source.ClientSource, Sent]:
    identity = world.identity()
    world.grant()
    world.azure.put(VAULT_HOST, "db", "v")
    clients = Clients(world.credentials, world.session, world.clock)
    now = Moment(at=world.clock.now(), ticks=world.clock.now() - world.clock.now())
    return source.ClientSource(clients, Place(vault_url=VAULT, identity=identity)), Sent(lambda: Began(order=1, at=now))


async def test_reads_with_the_vaults_own_time(world: World) -> None:
    place, sent = asked(world)

    bundle = await place.read(SecretRef(vault_url=VAULT, name=SecretName("db")), Priority.FIRST_READ, sent)

    assert bundle.value.reveal() == b"v"
    assert sent.vault_time is not None
    assert sent.first is not None


async def test_lists_so_many_pages(world: World) -> None:
    place, sent = asked(world)
    for number in range(60):
        world.azure.put(VAULT_HOST, f"s{number}", "v")

    whole = await place.list_all(Priority.REFRESH, 9, sent)
    cut = await place.list_all(Priority.REFRESH, 1, sent)

    assert (len(whole.properties), whole.pages, whole.whole) == (61, 3, True)
    assert (len(cut.properties), cut.whole) == (25, False)
