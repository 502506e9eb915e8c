"""Tokens are plain values."""

from keyferry.template.language.tokens import KEYWORDS, Kind, Token


def test_a_token() -> None:
    assert Token(Kind.DOT, ".", 3) == (Kind.DOT, ".", 3)
    assert "nil" not in KEYWORDS
    assert len(set(Kind)) == len(Kind)
