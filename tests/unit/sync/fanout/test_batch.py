import asyncio

import pytest

from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import GrantError, KeyferryError
from keyferry.sync.fanout.batch import AT_A_TIME, ENOUGH, carry_out
from keyferry.sync.fanout.state import CreateChild, Write


class Server:
    """Refuses the writes to some namespaces, and counts."""

    def __init__(self, error: KeyferryError, *spared: str) -> None:
        self._error = error
        self._spared = spared
        self.tried: list[str] = []
        self.under_way = self.most = 0

    async def write(self, action: Write) -> None:
        self.tried.append(action.key.namespace)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        if action.key.namespace not in self._spared:
            raise self._error


def writes(count: int) -> list[Write]:
    return [CreateChild(key=Key(namespace=f"n{number}", name="x"), document={}) for number in range(count)]


@pytest.mark.parametrize(
    ("server", "tried", "failed"),
    [
        pytest.param(Server(GrantError(what="no"), "n3"), 100, 99, id="where-one-worked"),
        pytest.param(Server(Conflict(what="changed")), 100, 100, id="where-each-has-its-own-reason"),
    ],
)
async def test_a_failure_costs_its_own_namespace(server: Server, tried: int, failed: int) -> None:
    failures = await carry_out(writes(100), server.write)
    assert (len(server.tried), len(failures)) == (tried, failed)
    assert server.most <= AT_A_TIME


async def test_gives_up_where_nothing_works() -> None:
    server = Server(GrantError(what="no"))
    failures = await carry_out(writes(100), server.write)
    assert ENOUGH <= len(server.tried) < ENOUGH + AT_A_TIME
    assert {str(error) for error in failures.values()} == {"no"}
    assert len(failures) == 100


async def test_all_is_done_where_nothing_fails() -> None:
    server = Server(GrantError(what="no"), *(f"n{number}" for number in range(100)))
    assert await carry_out(writes(100), server.write) == {}
    assert len(server.tried) == 100
