"""YAML texts in the shapes that templates and templateFrom want."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.yaml import reading
from keyferry.template.yaml.errors import YamlError
from keyferry.template.yaml.reading import Json


def meter() -> Meter:
    return Meter(steps=100_000, bytes_left=1 << 20)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("[1, 1.5, 1e3, 9007199254740993]", [1, 1.5, 1000, 9007199254740993], id="numbers"),
        pytest.param("[yes, ~, x]", [True, None, "x"], id="scalars"),
        pytest.param("18446744073709551615", 1.8446744073709552e19, id="beyond-64-bits"),
        pytest.param("1e20", 1e20, id="whole-float-beyond-64-bits"),
        pytest.param("1e22", 1e22, id="float"),
        pytest.param("-0.0", 0, id="negative-zero"),
        pytest.param("{1: a, yes: b, 1.5: c, .inf: d}", {"1": "a", "true": "b", "1.5": "c", ".inf": "d"}, id="keys"),
        pytest.param("a: [x, {k: v}]", {"a": ["x", {"k": "v"}]}, id="nested"),
    ],
)  # fmt: skip
def test_reads_values(text: str, found: Json) -> None:
    assert repr(reading.value(text.encode(), meter())) == repr(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("a: yes\nb: 0x1F\nc: 1.5\nd:\ne: x\nf: 2020-01-01",
                     {"a": "true", "b": "31", "c": "1.5", "d": "", "e": "x", "f": "2020-01-01"}, id="scalars"),
        pytest.param("a: 3.14159265358979\nb: .inf", {"a": "3.1415927", "b": "+Inf"}, id="floats-of-32-bits"),
        pytest.param("y: 1", {"true": "1"}, id="y-is-a-boolean"),
    ],
)  # fmt: skip
def test_reads_texts(text: str, found: dict[str, str]) -> None:
    assert reading.texts(text.encode(), meter()) == found


CONVERTING = "error converting YAML to JSON: "
UNMARSHALING = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("- a", f"{UNMARSHALING}array into Go value of type map[string]interface {{}}", id="list"),
        pytest.param("a", f"{UNMARSHALING}string into Go value of type map[string]interface {{}}", id="string"),
        pytest.param("5", f"{UNMARSHALING}number into Go value of type map[string]interface {{}}", id="number"),
        pytest.param("yes", f"{UNMARSHALING}bool into Go value of type map[string]interface {{}}", id="bool"),
        pytest.param("a: .nan", f"{CONVERTING}json: unsupported value: NaN", id="nan"),
        pytest.param("~: d", f'{CONVERTING}unsupported map key of type: %!s(<nil>), key: <nil>, value: "d"', id="null"),
        pytest.param("18446744073709551615: ~", f"{CONVERTING}unsupported map key of type: uint64, "
                     "key: 0xffffffffffffffff, value: <nil>", id="unsigned"),
    ],
)  # fmt: skip
def test_refuses_mappings_in_gos_words(text: str, words: str) -> None:
    with pytest.raises(YamlError) as error:
        reading.mapping(text.encode(), meter())
    assert error.value.words == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: {x: y}", f"{UNMARSHALING}object into Go value of type string", id="object"),
        pytest.param("a: [1]", f"{UNMARSHALING}array into Go value of type string", id="array"),
        pytest.param("[1]", f"{UNMARSHALING}array into Go value of type map[string]string", id="list"),
    ],
)
def test_refuses_texts_in_gos_words(text: str, words: str) -> None:
    with pytest.raises(YamlError) as error:
        reading.texts(text.encode(), meter())
    assert error.value.words == words


def test_reads_mappings() -> None:
    assert reading.mapping(b"", meter()) == {}
    assert reading.mapping(b"a: 1", meter()) == {"a": 1}


@given(st.binary(max_size=120) | st.text(alphabet="ab01.e:-[]{},&*!~<x'\" \n", max_size=60).map(str.encode))
def test_garbage_is_an_error_in_bounds(text: bytes) -> None:
    for read in (reading.value, reading.mapping, reading.texts):
        with suppress(YamlError, LimitReached):
            read(text, meter())
