"""Constants become what a function wants, where they can."""

import pytest

from keyferry.template import render
from keyferry.template.errors import TemplateError
from keyferry.template.functions.function import Surroundings
from keyferry.template.language import literals
from keyferry.template.language.constants import Constant, Dot, Expression, Nil, NumberConstant
from keyferry.template.language.frames import MISSING, Frame, Raw, Rendering
from keyferry.template.language.mistakes import Mistake
from keyferry.template.values import ANY, BOOL, DICT, FLOAT64, INT, INT64, STRING, UINT8, Value, type_of

FRAME = Frame(Rendering({}, Surroundings(), "error"), b"dot", 0)


def number(text: str) -> NumberConstant:
    found = literals.number(text)
    assert not isinstance(found, str)
    return NumberConstant(found, 7)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (Constant(b"a", 0), b"a"),
        (Constant(True, 0), True),
        (number("1"), 1),
        (number("1.0"), 1.0),
        (number("0x1e"), 30),
        (number("2i"), 2j),
        (Dot(0), b"dot"),
    ],
)
def test_a_word_by_itself(expression: Expression, expected: Raw) -> None:
    found = expression.start(FRAME, b"dot", (), MISSING)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("expression", "wanted", "expected"),
    [
        (Constant(b"a", 0), STRING, b"a"),
        (Constant(b"a", 0), ANY, b"a"),
        (Constant(False, 0), BOOL, False),
        (number("1"), ANY, 1),
        (number("1"), INT, 1),
        (number("1"), INT64, 1),
        (number("1"), UINT8, 1),
        (number("1"), FLOAT64, 1.0),
        (number("1e3"), INT, 1000),
        (number("2i"), "complex128", 2j),
        (Nil(0), ANY, None),
    ],
)
def test_as_an_argument(expression: Expression, wanted: str, expected: Value) -> None:
    found = expression.argument(FRAME, b"dot", wanted)
    assert found == expected
    assert wanted == ANY or type_of(found) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (Constant(b"a", 7), INT),
        (Constant(True, 7), STRING),
        (number("1.5"), INT),
        (number("1.5"), INT64),
        (number("-1"), UINT8),
        (number("2i"), FLOAT64),
        (number("1"), STRING),
        (number("1"), "complex128"),
        (Nil(7), STRING),
    ],
)
def test_as_an_argument_of_another_type(expression: Expression, wanted: str) -> None:
    with pytest.raises(Mistake) as refused:
        expression.argument(FRAME, b"dot", wanted)
    assert (refused.value.kind, refused.value.at) == ("exec/wrong-type", 7)


def test_the_nil_of_a_type() -> None:
    assert type_of(Nil(0).argument(FRAME, b"", DICT)) == DICT


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("{{ nil }}", "exec/nil-command"),
        ("{{ 9223372036854775808 }}", "exec/overflow"),
        ("{{ print 9223372036854775808 }}", "exec/overflow"),
        ('{{ "a" "b" }}', "exec/not-a-function"),
        ("{{ 1 | . }}", "parse/non-executable-pipeline"),
        ("{{ (1) 2 }}", "exec/not-a-function"),
        ("{{ 1 | (2) }}", "exec/not-a-function"),
    ],
)
def test_words_that_are_no_commands(template: str, kind: str) -> None:
    with pytest.raises(TemplateError) as refused:
        render(template, {})
    assert refused.value.kind == kind


def test_an_expression_has_a_value() -> None:
    with pytest.raises(NotImplementedError):
        Expression(0).value(FRAME, b"")
