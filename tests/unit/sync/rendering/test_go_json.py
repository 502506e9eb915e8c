import pytest

from keyferry.model.errors import SpecError
from keyferry.sync.rendering import go_json
from keyferry.template.functions.function import Meter, Surroundings
from keyferry.template.values import Value

WORLD = Surroundings()
POOR = Surroundings(meter=Meter(steps=3, bytes_left=10))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(b"[1]", "another type", id="a-list"),
        pytest.param(b"{'a':1}", "not JSON", id="no-json"),
        pytest.param(b'{"a":1e999}', "too large", id="huge-number"),
        pytest.param(b'{"a":' + b"[" * 300 + b"]" * 300 + b"}", "too deep", id="deep"),
    ],
)
def test_refuses_what_is_no_object(text: bytes, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        go_json.read_object(WORLD, text)


def test_reads_members_and_null_as_none() -> None:
    assert go_json.read_object(WORLD, b' {"a": "x", "b": 1.0} ') == {"a": b"x", "b": 1.0}
    assert go_json.read_object(WORLD, b" null ") == {}


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        pytest.param(None, b"", id="null"),
        pytest.param(b"<x>", b"<x>", id="text"),
        pytest.param(1e21, b"1000000000000000000000", id="number"),
        pytest.param(-0.0, b"-0", id="minus-zero"),
        pytest.param(True, b"true", id="truth"),
    ],
)
def test_a_member_becomes_the_value_of_a_key(member: Value, expected: bytes) -> None:
    assert go_json.text(WORLD, member) == expected


def test_what_is_nested_is_written_for_html_and_an_object_as_is_asked() -> None:
    nested = go_json.read_object(WORLD, b'{"b": {"h": "<x>"}, "a": 1}')
    assert go_json.text(WORLD, nested["b"]) == b'{"h":"\\u003cx\\u003e"}'
    assert go_json.write(WORLD, nested, escapes_html=False) == b'{"a":1,"b":{"h":"<x>"}}'


def test_what_is_too_much_is_told() -> None:
    with pytest.raises(SpecError, match="more than can be written"):
        go_json.write(POOR, {"a": b"x" * 100}, escapes_html=True)
