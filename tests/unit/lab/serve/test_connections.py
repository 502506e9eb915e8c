import asyncio
from dataclasses import dataclass, field

from keyferry.lab.serve.connections import MAX_CONNECTIONS, QUIET_SECONDS, Connections


@dataclass(eq=False)
class Client:
    """A connection that remembers whether it was closed."""

    closed: bool = False

    def force_close(self) -> None:
        self.closed = True


@dataclass
class Clients:
    """What a server has open."""

    everyone: list[Client] = field(default_factory=list)

    @property
    def connections(self) -> list[Client]:
        """Those that nobody closed."""
        return [client for client in self.everyone if not client.closed]


def test_a_connection_that_stays_quiet_is_closed() -> None:
    clients = Clients([Client()])
    connections = Connections(clients)
    connections.sweep(0.0)
    connections.sweep(QUIET_SECONDS - 1)
    assert not clients.everyone[0].closed
    connections.sweep(QUIET_SECONDS)
    assert clients.everyone[0].closed


def test_a_request_begins_the_time_again() -> None:
    clients = Clients([Client()])
    connections = Connections(clients)
    connections.sweep(0.0)
    with connections.serving(clients.everyone[0]):
        connections.sweep(QUIET_SECONDS * 5)
    connections.sweep(QUIET_SECONDS * 5 + 1)
    connections.sweep(QUIET_SECONDS * 6)
    assert not clients.everyone[0].closed
    connections.sweep(QUIET_SECONDS * 6 + 1)
    assert clients.everyone[0].closed


def test_too_many_lose_those_that_were_quiet_longest() -> None:
    clients = Clients([Client()])
    connections = Connections(clients)
    connections.sweep(0.0)
    clients.everyone += [Client() for _ in range(MAX_CONNECTIONS)]
    connections.sweep(1.0)
    assert [client.closed for client in clients.everyone[:2]] == [True, False]


async def test_it_watches_until_it_is_closed() -> None:
    connections = Connections(Clients())
    connections.watch()
    before = len(asyncio.all_tasks())
    connections.close()
    assert len(asyncio.all_tasks()) == before
    Connections(Clients()).close()
