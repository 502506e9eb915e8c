"""What answers at a vault's address cannot fill the memory."""

import pytest
from azure.core.rest import HttpRequest

from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.model.errors import Unavailable
from keyferry.vault import bodies, wire
from keyferry.vault.lane import CONCURRENCY, Lane
from tests.fakes.azure_http import Fault
from tests.fakes.vault_world import VAULT, World

REQUEST = HttpRequest("GET", f"{VAULT}/secrets/x?api-version=7.4")
MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("kind", "size", "is_taken"),
    [
        pytest.param(RequestKind.GET, 0, True, id="an-empty-one"),
        pytest.param(RequestKind.GET, MIB, True, id="a-value"),
        pytest.param(RequestKind.GET, MIB + 1, False, id="more-than-a-value"),
        pytest.param(RequestKind.LIST, 4 * MIB, True, id="a-page"),
        pytest.param(RequestKind.LIST, 4 * MIB + 1, False, id="more-than-a-page"),
    ],
)
async def test_a_body_has_a_limit(world: World, kind: RequestKind, size: int, is_taken: bool) -> None:
    tally = Tally()
    sender = wire.LaneTransport(SharedTransport(world.session, Proxies()), Lane(VAULT), tally)
    body = f'{{"value": [{" " * (size - 13)}]}}' if kind is RequestKind.LIST else "x" * size
    world.azure.vault_faults.append(Fault(200, body))

    if is_taken:
        response = await sender.send(REQUEST, **{wire.KIND: kind})
        assert len(response.content) == size
        assert response.text() == body
    else:
        with pytest.raises(Unavailable, match="no vault's is"):
            await sender.send(REQUEST, **{wire.KIND: kind})
    assert tally.snapshot() == {(kind, Outcome.OK if is_taken else Outcome.UNAVAILABLE): 1}


async def test_a_body_that_is_too_long_frees_its_place(world: World) -> None:
    sender = wire.LaneTransport(SharedTransport(world.session, Proxies()), Lane(VAULT), Tally())
    world.azure.vault_faults.extend([Fault(200, "x" * (bodies.OTHER_LIMIT_BYTES + 1))] * 2)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await sender.send(REQUEST)

    assert CONCURRENCY > 2
    assert (await sender.send(REQUEST)).status_code == 401


@pytest.mark.parametrize(
    "body",
    ["{}", '{"status": "ok"}', '{"value": null}', '{"value": {}}', "[]", "null", '""', "<html>", "", '{"value": ['],
)
async def test_what_is_no_list_is_not_taken_for_an_empty_vault(world: World, body: str) -> None:
    """An empty vault would mean that all its secrets were deleted."""
    tally = Tally()
    sender = wire.LaneTransport(SharedTransport(world.session, Proxies()), Lane(VAULT), tally)
    world.azure.vault_faults.append(Fault(200, body))
    with pytest.raises(ValueError, match="no list"):
        await sender.send(REQUEST, **{wire.KIND: RequestKind.LIST})
    assert tally.snapshot() == {(RequestKind.LIST, Outcome.UNAVAILABLE): 1}
