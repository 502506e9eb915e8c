"""`fromYaml` and `toYaml` never fail: what is wrong stands in what they return, or they return nothing."""

import pytest

from keyferry.template.functions.function import LimitReached, Meter, Surroundings
from keyferry.template.functions.yaml_text import from_yaml, to_yaml
from keyferry.template.values import INT, Map, Sized, Slice, Value


def world() -> Surroundings:
    return Surroundings(meter=Meter(steps=10_000, bytes_left=1 << 20))


def plain(value: Value) -> object:
    match value:
        case Map():
            return {key: plain(member) for key, member in value.items.items()}
        case Slice():
            return [plain(item) for item in value.items]
        case _:
            return value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b"a: 1\nb: [x, yes, ~, 1.5]", {b"a": 1.0, b"b": [b"x", True, None, 1.5]}, id="values"),
        pytest.param(b"a: b: c", {b"Error": b"error converting YAML to JSON: yaml: mapping values are not allowed in "
                                  b"this context"}, id="error"),
    ],
)  # fmt: skip
def test_from_yaml(text: bytes, found: object) -> None:
    made = plain(from_yaml.call(world(), text))
    assert made == found


def test_numbers_are_floats() -> None:
    made = from_yaml.call(world(), b"a: 1")
    assert isinstance(made, Map)
    assert isinstance(made.items[b"a"], float)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, b"null", id="nil"),
        pytest.param(Map({b"b": 1, b"a": Slice([1.0, 2.5])}), b"a:\n- 1\n- 2.5\nb: 1", id="map"),
        pytest.param(
            Slice([1e19, 1e20, -0.0, Sized(5, INT)]), b"- 10000000000000000000\n- 1e+20\n- 0\n- 5", id="numbers"
        ),
        pytest.param(b"a\nb\n", b"|\n  a\n  b", id="last-line-end-is-dropped"),
        pytest.param(b"\xff", "\ufffd".encode(), id="no-utf-8"),
        pytest.param(Slice([float("nan")]), b"", id="no-json"),
        pytest.param(1j, b"", id="another-type"),
    ],
)
def test_to_yaml(value: Value, text: bytes) -> None:
    assert to_yaml.call(world(), value) == text


def test_both_are_bounded() -> None:
    with pytest.raises(LimitReached):
        from_yaml.call(world(), b"- a\n" * 20_000)
    with pytest.raises(LimitReached):
        to_yaml.call(world(), b"x" * (1 << 20))
