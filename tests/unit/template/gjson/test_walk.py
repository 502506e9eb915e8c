import pytest

from keyferry.model.errors import SpecError
from keyferry.template.gjson.values import ABSENT, Kind, Result
from keyferry.template.gjson.walk import MAX_STEPS, Allowance, Budget, Walk


def never(json: bytes, path: bytes) -> Result:
    raise AssertionError((json, path))


@pytest.mark.parametrize(
    ("json", "path", "expected"),
    [
        pytest.param(b'"a":1}', b"a", Result(Kind.NUMBER, b"1"), id="member"),
        pytest.param(b'"a":1,"a":2}', b"a", Result(Kind.NUMBER, b"1"), id="first-of-two"),
        pytest.param(b'"a":{"x":1},"a":{"b":2}}', b"a.b", Result(Kind.NUMBER, b"2"), id="goes-on-in-the-second"),
        pytest.param(b'"a":"x"}', b"a.b", ABSENT, id="text-has-no-members"),
        pytest.param(b'"\\u0061":1}', b"a", Result(Kind.NUMBER, b"1"), id="escaped-key"),
        pytest.param(b'"a":}', b"a", ABSENT, id="no-value"),
        pytest.param(b'"a":"x', b"a", ABSENT, id="string-without-an-end"),
        pytest.param(b'"a', b"a", ABSENT, id="key-without-an-end"),
        pytest.param(b'"a":[1,[2,3]]}', b"a.1.0", Result(Kind.NUMBER, b"2"), id="elements"),
        pytest.param(b'"a":["x', b"a.1", ABSENT, id="element-without-an-end"),
        pytest.param(b'"a":[1,2', b"a.#", Result(Kind.NUMBER, b"2"), id="array-without-an-end"),
        pytest.param(b'"a":[1,"x', b"a.#", ABSENT, id="length-up-to-a-broken-element"),
        pytest.param(b'"a":[1],"b":2}', b"b", Result(Kind.NUMBER, b"2"), id="passes-over-arrays"),
        pytest.param(b'"a":[1],"a":{"x#":2}}', b"a.x#", Result(Kind.NUMBER, b"2"), id="hash-in-a-key"),
        pytest.param(b'"a":[1,"x', b"a.#(=1)#", ABSENT, id="query-up-to-a-broken-element"),
    ],
)
def test_walks(json: bytes, path: bytes, expected: Result) -> None:
    walk = Walk(json, never, Budget())
    walk.into_object(0, path)
    assert walk.value == expected


def test_hands_the_rest_behind_a_pipe_over() -> None:
    walk = Walk(b'"a":[1,2]}', never, Budget())
    walk.into_object(0, b"a|0")
    assert (walk.value.raw, walk.pipe) == (b"[1,2]", b"0")


def test_asks_for_the_paths_within_queries() -> None:
    asked: list[tuple[bytes, bytes]] = []

    def get(json: bytes, path: bytes) -> Result:
        asked.append((json, path))
        return Result(Kind.NUMBER, b"1")

    walk = Walk(b'{"x":1}]', get, Budget())
    walk.into_array(0, b"#(x=1)#.y|z")
    assert (asked, walk.value.raw, walk.pipe) == ([(b'{"x":1}', b"x"), (b'{"x":1}', b"y")], b"[1]", b"z")


def test_steps_are_counted_while_they_are_open() -> None:
    budget = Budget()
    for _ in range(MAX_STEPS * 2):
        with budget:
            pass
    with pytest.raises(SpecError, match="too deep"):
        Walk(b'"a":{' * 200, never, budget).into_object(0, b"a." * 200)


def test_what_several_paths_read_together_is_bounded() -> None:
    together = Allowance(bytes_left=5)
    Budget(together).reads(b"abc")
    with pytest.raises(SpecError, match="too much of values"):
        Budget(together).reads(b"abc")
