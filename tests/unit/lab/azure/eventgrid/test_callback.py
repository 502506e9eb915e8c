import pytest

from keyferry.lab.azure.eventgrid import callback
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.state import Handshake
from keyferry.lab.world.http import Request
from tests.fakes import lab_grid
from tests.fakes.lab_grid import HOOK, NOW, SOURCE, later


def _asked() -> tuple[EventGrid, Handshake]:
    grid = lab_grid.grid()
    grid.subscriptions.put(lab_grid.subscription_id(), SOURCE, HOOK, NOW)
    asked = lab_grid.only(grid).handshake
    assert asked is not None
    return grid, asked


def _request(asked: Handshake, path: str = "/eventsubscriptions/mine/validate", **changes: str) -> Request:
    query = {"id": asked.code, "token": asked.token} | changes
    method = query.pop("method", "GET")
    return Request(method=method, path=path, query=tuple(query.items()))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_opening_it_confirms_the_subscription_once(method: str) -> None:
    grid, asked = _asked()
    request = _request(asked, method=method)
    assert [callback.answer(grid, request, NOW).status for _ in range(2)] == [200, 400]
    assert lab_grid.only(grid).live


@pytest.mark.parametrize(
    ("path", "changes", "status"),
    [
        pytest.param("/eventsubscriptions/mine", {}, 404, id="path"),
        pytest.param("/eventsubscriptions/mine/validate", {"method": "PUT"}, 405, id="method"),
        pytest.param("/eventsubscriptions/other/validate", {}, 400, id="other-subscription"),
        pytest.param("/eventsubscriptions/mine/validate", {"id": "x"}, 400, id="other-code"),
        pytest.param("/eventsubscriptions/mine/validate", {"token": "x"}, 400, id="other-token"),
    ],
)
def test_refuses(path: str, changes: dict[str, str], status: int) -> None:
    grid, asked = _asked()
    assert callback.answer(grid, _request(asked, path, **changes), NOW).status == status
    assert not lab_grid.only(grid).live


def test_too_late() -> None:
    grid, asked = _asked()
    assert callback.answer(grid, _request(asked), later(hours=1)).status == 400


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("rp-westeurope.eventgrid.azure.net", True, id="public"),
        pytest.param("rp-usgovvirginia.eventgrid.azure.us", True, id="government"),
        pytest.param("eventgrid.azure.net", False, id="no-region"),
        pytest.param("rp-westeurope.eventgridxazure.net", False, id="other-host"),
    ],
)
def test_is_host(host: str, expected: bool) -> None:
    assert callback.is_host(host) is expected
