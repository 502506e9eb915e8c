from dataclasses import replace

import pytest

from keyferry.lab.azure.eventgrid.definition import Definition, Filter, Schema, WebHook
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.handshake import Agreed, ByHand, Declined
from keyferry.lab.azure.eventgrid.state import Operation, Progress, Provisioning
from keyferry.lab.azure.eventgrid.subscriptions import REMEMBERED_OPERATIONS
from tests.fakes import lab_grid
from tests.fakes.lab_grid import HOOK, NOW, SOURCE, later

ID = lab_grid.subscription_id()
OTHER = replace(HOOK, destination=WebHook(url="https://other.example/"))


def _put(grid: EventGrid, definition: Definition = HOOK) -> Operation:
    return grid.subscriptions.put(ID, SOURCE, definition, NOW)


def test_a_new_one_is_asked_first() -> None:
    grid = lab_grid.grid()
    operation = _put(grid)
    known = lab_grid.only(grid)
    assert (known.provisioning, known.live, operation.progress) == (Provisioning.CREATING, False, Progress.IN_PROGRESS)
    assert (known.name, known.source, operation.subscription_id) == ("mine", SOURCE.id, "s-1")
    assert grid.subscriptions.get(ID.upper()) is known
    assert list(grid.subscriptions.of(SOURCE.id.upper())) == [known]
    assert list(grid.subscriptions.of("/other")) == []


@pytest.mark.parametrize(
    ("outcome", "provisioning", "progress", "live"),
    [
        pytest.param(Agreed(), Provisioning.SUCCEEDED, Progress.SUCCEEDED, True, id="agreed"),
        pytest.param(Declined(why="no"), Provisioning.FAILED, Progress.FAILED, False, id="declined"),
        pytest.param(ByHand(), Provisioning.AWAITING_MANUAL_ACTION, Progress.IN_PROGRESS, False, id="by-hand"),
    ],
)
def test_settled(
    outcome: Agreed | ByHand | Declined, provisioning: Provisioning, progress: Progress, live: bool
) -> None:
    grid = lab_grid.grid()
    operation = _put(grid)
    known = lab_grid.only(grid)
    grid.subscriptions.settle(known, outcome, NOW)
    assert (known.provisioning, operation.progress, known.live) == (provisioning, progress, live)
    if progress is Progress.FAILED:
        assert (operation.code, operation.message, operation.ended) == ("URL validation", "no", NOW)


@pytest.mark.parametrize(
    ("by_hand", "why"),
    [pytest.param(True, "Nobody opened", id="by-hand"), pytest.param(False, "was not answered", id="unanswered")],
)
def test_lapsed(by_hand: bool, why: str) -> None:
    grid = lab_grid.grid()
    operation = _put(grid)
    known = lab_grid.only(grid)
    if by_hand:
        grid.subscriptions.settle(known, ByHand(), NOW)
    grid.subscriptions.lapse(known, later(minutes=6))
    assert known.provisioning is Provisioning.FAILED
    assert why in operation.message


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(HOOK, filter=Filter(subject_begins_with="db")), id="filter"),
        pytest.param(replace(HOOK, labels=("a",)), id="labels"),
        pytest.param(replace(HOOK, destination=replace(HOOK.destination, max_events=9)), id="batch"),
    ],
)
def test_an_update_for_the_same_endpoint_counts_at_once(changed: Definition) -> None:
    grid = lab_grid.subscribed()
    assert _put(grid, changed).progress is Progress.SUCCEEDED
    known = lab_grid.only(grid)
    assert (known.definition, known.provisioning, known.handshake) == (changed, Provisioning.SUCCEEDED, None)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(OTHER, id="url"),
        pytest.param(replace(HOOK, schema=Schema.CLOUD_EVENTS), id="schema"),
        pytest.param(replace(HOOK, destination=replace(HOOK.destination, tenant_id="t", audience="a")), id="token"),
    ],
)
def test_another_endpoint_is_asked_and_the_old_one_stays_until_it_agrees(changed: Definition) -> None:
    grid = lab_grid.subscribed()
    _put(grid, changed)
    known = lab_grid.only(grid)
    assert (known.definition, known.live, known.provisioning) == (HOOK, True, Provisioning.UPDATING)
    grid.subscriptions.settle(known, Declined(why="no"), NOW)
    assert (known.definition, known.provisioning) == (HOOK, Provisioning.SUCCEEDED)
    _put(grid, changed)
    grid.subscriptions.settle(known, Agreed(), NOW)
    assert known.definition == changed


def test_one_that_failed_is_asked_again() -> None:
    grid = lab_grid.grid()
    _put(grid)
    grid.subscriptions.settle(lab_grid.only(grid), Declined(why="no"), NOW)
    assert _put(grid).progress is Progress.IN_PROGRESS
    assert lab_grid.only(grid).provisioning is Provisioning.CREATING


def test_the_last_put_wins() -> None:
    grid = lab_grid.grid()
    first, second = _put(grid), _put(grid, OTHER)
    assert (first.progress, second.progress) == (Progress.CANCELED, Progress.IN_PROGRESS)
    grid.subscriptions.settle(lab_grid.only(grid), Agreed(), NOW)
    third, fourth = _put(grid), _put(grid, OTHER)
    assert (third.progress, fourth.progress) == (Progress.CANCELED, Progress.SUCCEEDED)
    assert lab_grid.only(grid).definition == OTHER


def test_removed_with_what_is_on_its_way() -> None:
    grid = lab_grid.subscribed()
    grid.published(lab_grid.news())
    assert grid.state.outgoing
    assert [grid.subscriptions.remove(ID, NOW) for _ in range(2)] == [True, False]
    assert not grid.state.outgoing


def test_remembers_so_many_operations() -> None:
    grid = lab_grid.subscribed()
    first = _put(grid)
    for _ in range(REMEMBERED_OPERATIONS):
        last = _put(grid)
    assert grid.operation(first.id) is None
    assert grid.operation(last.id) is last
    assert len(grid.state.operations) == REMEMBERED_OPERATIONS


def test_settles_what_began_too_long_ago_to_be_remembered() -> None:
    grid = lab_grid.grid()
    _put(grid)
    grid.state.operations.clear()
    grid.subscriptions.settle(lab_grid.only(grid), Agreed(), NOW)
    assert lab_grid.only(grid).live
