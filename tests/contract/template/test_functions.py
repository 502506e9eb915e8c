"""Given values of the types that it declares, a function gives a value, a Fault without them, or reaches a limit."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyferry.template.functions import catalog
from keyferry.template.functions.function import Fault, Function, LimitReached
from keyferry.template.functions.times import zones
from keyferry.template.functions.times.instant import ZERO, Time
from keyferry.template.functions.versions import version
from keyferry.template.printing import plain
from keyferry.template.values import ANY, BOOL, DICT, FLOAT64, INT, STRING, Map, NamedNumber, Sized, Slice, Value
from tests.fakes.template_functions import world

_MAKES_KEYS = (
    "gen",
    "htpasswd",
    "bcrypt",
    "derivePassword",
    "buildCustomCert",
)  # slow, and tested with the keys they make

_SECRET = b"s3cret"

_words = st.sampled_from(
    [
        b"",
        b"a",
        b" a b ",
        "é✓".encode(),
        b"\xff",
        b"1.2.3",
        b"^1.2 || 3.x",
        b"2006-01-02",
        b"2020-02-30",
        b"1h",
        b"0x1F",
        b'{"a":[1,"x",null]}',
        b"[",
        b"a(b)*",
        b"$1",
        b"http://u:p@h:80/p?q#f",
        b"YWJj",
        b"Europe/Paris",
        _SECRET,
        _SECRET + b"://" + _SECRET + b":x/",
    ]
)
_texts = _words | st.binary(max_size=12) | st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace"))
_numbers = st.integers(-3, 12) | st.sampled_from([1 << 40, -(1 << 63), (1 << 63) - 1])
_floats = st.floats() | st.sampled_from([0.0, -0.0, 1e308, 5e-324])
_times = st.builds(
    Time, second=st.integers(-(10**13), 10**13), zone=st.sampled_from([zones.UTC, zones.named("Asia/Tokyo")])
)
_scalars: st.SearchStrategy[Value] = (
    st.none()
    | st.booleans()
    | _texts
    | _numbers
    | _floats
    | _numbers.map(Sized)
    | _times
    | st.sampled_from([ZERO, version.parse(b"1.2.3-a"), NamedNumber(5, "time.Month", b"May")])
)


def _lists(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.lists(inner, max_size=4).map(Slice) | st.lists(_texts, max_size=3).map(lambda items: Slice(items, STRING))


def _maps(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.dictionaries(_texts, inner, max_size=3).map(Map)


_values: st.SearchStrategy[Value] = st.recursive(_scalars, lambda inner: _lists(inner) | _maps(inner), max_leaves=6)
_of_type: dict[str, st.SearchStrategy[Any]] = {
    STRING: _texts,
    INT: _numbers,
    FLOAT64: _floats,
    BOOL: st.booleans(),
    ANY: _values,
    DICT: _maps(_values) | st.just(Map(is_nil=True)),
    "[]interface {}": _lists(_values),
    "time.Time": _times,
}

_FUNCTIONS = [
    each
    for each in catalog.functions().values()
    if not each.name.startswith(_MAKES_KEYS) and {*each.takes, each.variadic or ANY} <= set(_of_type)
]


@st.composite
def _arguments(draw: st.DrawFn, function: Function) -> list[Value]:
    types = list(function.takes)
    if function.variadic is not None:
        types += [function.variadic] * draw(st.integers(0, 3))
    return [draw(_of_type[each]) for each in types]


@pytest.mark.parametrize("function", _FUNCTIONS, ids=lambda function: function.name)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_gives_a_value_or_a_fault(function: Function, data: st.DataObject) -> None:
    arguments = data.draw(_arguments(function))
    assert _SECRET.decode() not in _failure(function, arguments)


def _failure(function: Function, arguments: list[Value]) -> str:
    """Return what the function says when it fails, nothing where it does not."""
    surroundings = world(steps=20_000, bytes_left=1 << 20)
    try:
        made = function.call(*((surroundings,) if function.knows_world else ()), *arguments)
        plain.text_of(made, surroundings.meter)
    except (Fault, LimitReached) as failure:
        return str(failure)
    return ""


def test_nearly_all_functions_are_tried() -> None:
    assert len(_FUNCTIONS) > 190
