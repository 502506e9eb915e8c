"""A list is a list, and nothing else is."""

from typing import Any

import pytest

from keyferry.template.functions.containers import lists
from keyferry.template.functions.function import Fault
from keyferry.template.values import Map, Slice


def test_gives_the_items() -> None:
    whole = Slice([1])
    assert lists.listed(whole, "find") is whole
    assert lists.items_of(whole, "find") == [1]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(None, "invalid", id="nil"),
        pytest.param(b"s3cret", "string", id="a-text"),
        pytest.param(Map(), "map", id="a-map"),
    ],
)
def test_names_the_kind_alone(value: Any, kind: str) -> None:
    with pytest.raises(Fault, match=f"cannot find type {kind}") as failure:
        lists.items_of(value, "find")
    assert "s3cret" not in str(failure.value)
