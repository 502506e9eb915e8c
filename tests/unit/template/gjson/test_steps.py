import pytest

from keyferry.template.gjson import steps as gjson_steps
from keyferry.template.gjson.steps import ArrayStep, ObjectStep, Query


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(b"a", ObjectStep(key=b"a", is_pattern=False), id="last"),
        pytest.param(b"a.b.c", ObjectStep(key=b"a", is_pattern=False, rest=b"b.c"), id="dot"),
        pytest.param(b"a|b", ObjectStep(key=b"a", is_pattern=False, pipe=b"b"), id="pipe"),
        pytest.param(b"a.@keys.0", ObjectStep(key=b"a", is_pattern=False, pipe=b"@keys.0"), id="modifier"),
        pytest.param(b"a.@nope", ObjectStep(key=b"a", is_pattern=False, rest=b"@nope"), id="no-modifier"),
        pytest.param(b"a.{b}", ObjectStep(key=b"a", is_pattern=False, pipe=b"{b}"), id="selector"),
        pytest.param(b"a.", ObjectStep(key=b"a", is_pattern=False, rest=b""), id="dot-at-the-end"),
        pytest.param(b"a*b?", ObjectStep(key=b"a*b?", is_pattern=True), id="pattern"),
        pytest.param(rb"a\.b\*.c", ObjectStep(key=b"a.b*", is_pattern=False, rest=b"c"), id="escapes"),
        pytest.param(b"a\\", ObjectStep(key=b"a", is_pattern=False), id="escape-at-the-end"),
    ],
)
def test_steps_into_objects(path: bytes, expected: ObjectStep) -> None:
    assert gjson_steps.object_step(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(b"1", ArrayStep(part=b"1"), id="index"),
        pytest.param(b"1.a", ArrayStep(part=b"1", rest=b"a"), id="index-and-more"),
        pytest.param(b"1.@this", ArrayStep(part=b"1", pipe=b"@this"), id="index-and-modifier"),
        pytest.param(b"#", ArrayStep(part=b"#", has_hash=True), id="length"),
        pytest.param(b"#.a|0", ArrayStep(part=b"#", has_hash=True, each=b"a|0", rest=b"a|0"), id="each"),
        pytest.param(b"#|x", ArrayStep(part=b"#", has_hash=True, pipe=b"x"), id="length-and-pipe"),
        pytest.param(
            b'#(a.b=="x|y").c',
            ArrayStep(
                part=b'#(a.b=="x|y")',
                has_hash=True,
                query=Query(path=b"a.b", operator=b"=", value=b"x|y"),
                rest=b"c",
            ),
            id="query",
        ),
        pytest.param(
            b"#[a > 5 ]#|0",
            ArrayStep(
                part=b"#[a > 5 ]#",
                has_hash=True,
                query=Query(path=b"a", operator=b">", value=b"5", all=True),
                pipe=b"0",
            ),
            id="query-for-all",
        ),
        pytest.param(b"#(a)", ArrayStep(part=b"#(a)", has_hash=True, query=Query(path=b"a")), id="existence"),
        pytest.param(
            b'#(a%"\\"*")',
            ArrayStep(part=b'#(a%"\\"*")', has_hash=True, query=Query(path=b"a", operator=b"%", value=b'"*')),
            id="escapes-in-a-query",
        ),
        pytest.param(
            rb"#(a\)b=1)",
            ArrayStep(part=rb"#(a\)b=1)", has_hash=True, query=Query(path=rb"a\)b", operator=b"=", value=b"1")),
            id="escaped-bracket",
        ),
        pytest.param(
            b"#(a.#(b=1))",
            ArrayStep(part=b"#(a.#(b=1))", has_hash=True, query=Query(path=b"a.#(b=1)")),
            id="query-in-a-query",
        ),
        pytest.param(b"#(=)", ArrayStep(part=b"#(=)", has_hash=True, query=Query(operator=b"=")), id="operator-alone"),
        pytest.param(
            b"#(a!b)", ArrayStep(part=b"#(a!b)", has_hash=True, query=Query(path=b"a", value=b"!b")), id="no-operator"
        ),
        pytest.param(b"#(a.b|c", ArrayStep(part=b"#(a.b|c", has_hash=True, query=Query()), id="query-without-an-end"),
        pytest.param(b'#("a', ArrayStep(part=b'#("a', has_hash=True, query=Query()), id="string-without-an-end"),
    ],
)
def test_steps_into_arrays(path: bytes, expected: ArrayStep) -> None:
    assert gjson_steps.array_step(path) == expected


@pytest.mark.parametrize(
    ("part", "index"),
    [(b"0", 0), (b"01", 1), (b"-1", -1), (b"", -1), (b"a", -1), (b"9" * 5000, -1)],
)
def test_indexes(part: bytes, index: int) -> None:
    assert ArrayStep(part=part).index == index


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(b"a.b", (b"a.b", None), id="none"),
        pytest.param(b"a.b|c|d", (b"a.b", b"c|d"), id="first"),
        pytest.param(rb"a\|b|c", (rb"a\|b", b"c"), id="escaped"),
        pytest.param(b'a.#(b=="|").c|d', (b'a.#(b=="|").c', b"d"), id="in-a-query"),
        pytest.param(b"a.#[b|c]#|d", (b"a.#[b|c]#", b"d"), id="in-square-brackets"),
        pytest.param(rb"a.#(b\)|(c))|d", (rb"a.#(b\)|(c))", b"d"), id="brackets-in-a-query"),
        pytest.param(b"a.#(b|c", (b"a.#(b|c", None), id="query-without-an-end"),
        pytest.param(b"{a|b,c}|d", (b"{a|b,c}", b"d"), id="in-a-selector"),
        pytest.param(b"{a|b}.c", (b"{a|b}.c", None), id="selector-without-a-pipe-behind"),
        pytest.param(b"a.#|b", (b"a.#|b", None), id="right-behind-a-hash"),
    ],
)
def test_splits_at_the_first_pipe(path: bytes, expected: tuple[bytes, bytes | None]) -> None:
    assert gjson_steps.split_pipe(path) == expected
