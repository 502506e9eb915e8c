"""A cursor reads tokens, passes over spaces, and stays at the last."""

import pytest

from keyferry.template.language.cursor import Cursor
from keyferry.template.language.mistakes import Mistake
from keyferry.template.language.tokens import Kind, Token

SPACE, DOT, RIGHT, END = (
    Token(Kind.SPACE, " ", 0),
    Token(Kind.DOT, ".", 1),
    Token(Kind.RIGHT, "}}", 2),
    Token(Kind.END, "", 4),
)


def test_reading() -> None:
    cursor = Cursor([SPACE, DOT, RIGHT, END], None)
    assert cursor.next() == SPACE
    cursor.index = 0
    assert cursor.peek() == SPACE
    assert cursor.peek_word() == DOT
    assert cursor.next_word() == DOT
    cursor.expect_right("a test")
    assert (cursor.next(), cursor.next()) == (END, END)


@pytest.mark.parametrize(
    ("token", "mistake", "message"),
    [
        (DOT, None, ". is not expected in a test"),
        (Token(Kind.FIELD, "." + "x" * 99, 0), None, "…"),
        (Token(Kind.STRING, '"hunter2"', 0), None, "^a string is not"),
        (Token(Kind.MISTAKE, "", 1), Mistake("parse/paren", "it is the lexer's", 1), "it is the lexer's"),
    ],
)
def test_what_is_not_expected(token: Token, mistake: Mistake | None, message: str) -> None:
    with pytest.raises(Mistake, match=message):
        Cursor([token], mistake).expect_right("a test")
