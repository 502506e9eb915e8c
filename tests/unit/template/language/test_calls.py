"""Functions get arguments of the types they take, pay for their work, and fail in words that hold no value."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.language.calls import Call
from keyferry.template.language.constants import Constant, Dot
from keyferry.template.language.frames import MISSING, Frame, Mark, Rendering
from keyferry.template.language.mistakes import Mistake
from keyferry.template.meter import LimitReached, Meter
from keyferry.template.values import ANY, INT, STRING, Slice, Value


def call(function: Function, *arguments: Value, meter: Meter | None = None) -> Value:
    world = Surroundings(meter=meter or Meter(steps=100, bytes_left=100))
    constants = tuple(Constant(each, 0) for each in arguments if isinstance(each, bytes))
    made = Call(function, 0).start(Frame(Rendering({}, world, "error"), b"dot", 0), b"dot", constants, MISSING)
    assert not isinstance(made, Mark)
    return made


@named("join", STRING, STRING, variadic=STRING)
def join(*parts: bytes) -> bytes:
    return b"".join(parts)


@named("steps", knows_world=True)
def steps(world: Surroundings) -> int:
    return world.meter.steps


@named("fail", ANY)
def fail(words: Value) -> Value:
    raise Fault(str(words))


@named("broken", variadic=ANY)
def broken(*values: Value) -> Value:
    raise ValueError(values)


@named("endless")
def endless() -> Value:
    found: Value = endless.call()
    return found


@named("copies", STRING)
def copies(text: bytes) -> Slice:
    return Slice([text] * 10)


def test_calling() -> None:
    assert call(join, b"a", b"b", b"c") == b"abc"
    assert call(steps) == 97


@pytest.mark.parametrize(
    ("function", "argument", "meter", "what"),
    [
        pytest.param(copies, b"x" * 640, Meter(steps=12, bytes_left=1000), "steps", id="large-arguments"),
        pytest.param(copies, b"x", Meter(steps=5, bytes_left=50), "bytes", id="large-results"),
    ],
)
def test_work_is_paid_for(function: Function, argument: bytes, meter: Meter, what: str) -> None:
    with pytest.raises(LimitReached, match=what):
        call(function, argument, meter=meter)


def test_an_error_of_our_own_shows_no_value() -> None:
    with pytest.raises(Mistake, match="ValueError") as refused:
        call(broken, b"secret")
    assert refused.value.kind == "exec/call:broken"
    assert "secret" not in str(refused.value)
    with pytest.raises(RecursionError):
        call(endless)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param('{{ fail "no host" }}', "no host", id="literal"),
        pytest.param("{{ fail .secret }}", "in words that the template makes", id="value"),
        pytest.param('{{ "made" | fail }}', "in words that the template makes", id="pipeline"),
    ],
)
def test_what_a_template_says_when_it_fails(template: str, words: str) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {"secret": "hunter2"})
    assert refused.value.kind == "exec/call:fail"
    assert words in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("template", "kind", "column"),
    [
        ("{{ len }}", "exec/wrong-arg-count", 4),
        ("{{ len 1 2 }}", "exec/wrong-arg-count", 4),
        ("{{ 1 | len 2 }}", "exec/wrong-arg-count", 8),
        ("{{ index }}", "exec/wrong-arg-count", 4),
        ("{{ print (len) }}", "exec/wrong-arg-count", 11),
        ("{{ print len }}", "exec/wrong-arg-count", 10),
        ("{{ printf 1 }}", "exec/wrong-type", 11),
        ("{{ 1 | printf }}", "exec/wrong-type", 8),
        ("{{ and }}", "exec/wrong-arg-count", 4),
        ("{{ print or }}", "exec/wrong-arg-count", 10),
        ("{{ upper nil }}", "exec/wrong-type", 10),
        ("{{ len 1 }}", "exec/call:len", 4),
        ("{{ and .nope }}", "exec/missing-key", 8),
    ],
)
def test_where_it_fails(template: str, kind: str, column: int) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {})
    assert (refused.value.kind, refused.value.column) == (kind, column)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ and 1 0 .nope }}", "0"),
        ("{{ or 0 2 .nope }}", "2"),
        ("{{ and 1 2 }} {{ or 0 false }}", "2 false"),
        ("{{ 3 | and 1 }} {{ 3 | and 0 }} {{ 0 | or 0 }}", "3 0 0"),
        ("{{ and nil }}", "<no value>"),
    ],
)
def test_and_and_or_stop_early(template: str, expected: str) -> None:
    assert render(template, {}) == expected


def test_a_call_as_an_argument() -> None:
    world = Surroundings()
    expression = Call(steps, 0)
    assert isinstance(expression.argument(Frame(Rendering({}, world, "error"), b"", 0), b"", INT), int)
    assert Dot(0).value(Frame(Rendering({}, world, "error"), b"", 0), b"x") == b"x"
