"""Copies are of a piece with what they are of, and apart from it."""

import pytest

from keyferry.template.functions.containers.copies import FUNCTIONS
from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.values import Map, Slice
from tests.fakes.template_functions import call, shown, world


@pytest.mark.parametrize("name", [pytest.param("deepCopy", id="deep-copy"), pytest.param("mustDeepCopy", id="must")])
def test_changes_to_a_copy_stay_there(name: str) -> None:
    inner = Map({b"b": 1})
    original = Map({b"a": Slice([inner, b"x"])})
    copied = call(FUNCTIONS, name, original)
    inner.items[b"b"] = 2
    assert copied == {b"a": [{b"b": 1}, b"x"]}
    assert shown(original) == {b"a": [{b"b": 2}, b"x"]}


def test_nil_cannot_be_copied() -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, "deepCopy", None)


def test_values_without_end_are_not_copied() -> None:
    endless = Map()
    endless.items[b"self"] = endless
    with pytest.raises(LimitReached):
        call(FUNCTIONS, "deepCopy", endless)


def test_growth_is_bounded() -> None:
    with pytest.raises(LimitReached):
        call(FUNCTIONS, "deepCopy", Slice(range(1000)), within=world(bytes_left=1000))
