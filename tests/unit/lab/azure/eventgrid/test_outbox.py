import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.eventgrid import envelope, outbox
from keyferry.lab.azure.eventgrid.definition import Definition, DeliveryAttribute, Schema, WebHook
from keyferry.lab.azure.eventgrid.state import Outgoing, Subscription
from tests.fakes import lab_grid
from tests.fakes.lab_grid import HOOK, NOW, TOKENS


def _subscription(definition: Definition) -> Subscription:
    return lab_grid.only(lab_grid.subscribed(definition))


def _hook(most: int, kilobytes: int = 64, *attributes: DeliveryAttribute) -> Definition:
    return replace(
        HOOK,
        destination=WebHook(url=lab_grid.URL, max_events=most, preferred_kilobytes=kilobytes, attributes=attributes),
    )


def _outgoing(name: str, attempts: int = 0) -> Outgoing:
    event = lab_grid.event(name)
    return Outgoing(id=event.id, number=1, subscription="s", event=event, published=NOW, due=NOW, attempts=attempts)


def _names(definition: Definition, *names: str) -> list[list[str]]:
    groups = outbox.batches(_subscription(definition), [_outgoing(name) for name in names])
    return [[each.event.subject for each in group] for group in groups]


@pytest.mark.parametrize(
    ("definition", "names", "expected"),
    [
        pytest.param(_hook(1), ["a", "b"], [["a"], ["b"]], id="one-by-one"),
        pytest.param(_hook(2), ["a", "b", "c"], [["a", "b"], ["c"]], id="at-most-so-many"),
        pytest.param(_hook(9), [], [], id="nothing"),
        pytest.param(_hook(9, 1), ["a", "x" * 2000, "b"], [["a"], ["x" * 2000], ["b"]], id="a-large-one-goes-alone"),
        pytest.param(
            _hook(9, 64, DeliveryAttribute(name="x", source_field="subject")),
            ["a", "a", "b"],
            [["a", "a"], ["b"]],
            id="one-set-of-headers",
        ),
    ],
)
def test_batches(definition: Definition, names: list[str], expected: list[list[str]]) -> None:
    assert _names(definition, *names) == expected


@given(
    names=st.lists(st.text("ab", max_size=900), max_size=20),
    most=st.integers(1, 6),
    kilobytes=st.integers(1, 3),
)
def test_batches_lose_nothing_and_keep_to_the_limits(names: list[str], most: int, kilobytes: int) -> None:
    given_in = [_outgoing(name) for name in names]
    groups = list(outbox.batches(_subscription(_hook(most, kilobytes)), given_in))
    assert [each for group in groups for each in group] == given_in
    for group in groups:
        sizes = [envelope.size(each.event, Schema.EVENT_GRID) for each in group]
        assert len(group) <= most
        assert len(group) == 1 or sum(sizes) <= kilobytes * 1024


def test_a_delivery_carries_its_group() -> None:
    group = (_outgoing("a", attempts=1), _outgoing("b"))
    delivery = outbox.delivery(_subscription(_hook(5)), group, TOKENS, NOW)
    assert delivery.outgoing == tuple(each.id for each in group)
    assert [each["subject"] for each in json.loads(delivery.body)] == ["a", "b"]
    assert lab_grid.header(delivery, "aeg-delivery-count") == "1"
    assert lab_grid.header(delivery, "aeg-event-type") == "Notification"
    assert lab_grid.header(delivery, "Content-Type") == "application/json; charset=utf-8"


def test_a_single_cloud_event_is_an_object() -> None:
    definition = replace(_hook(1), schema=Schema.CLOUD_EVENTS)
    delivery = outbox.delivery(_subscription(definition), (_outgoing("a"),), TOKENS, NOW)
    assert json.loads(delivery.body)["subject"] == "a"
