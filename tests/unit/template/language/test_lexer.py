"""Text falls into tokens as in Go, and where it cannot, the tokens say where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.language import lexer
from keyferry.template.language.tokens import Kind

GO = lexer.delimiters("{{", "}}")


def words(text: str, marks: lexer.Delimiters = GO) -> list[tuple[str, str]]:
    found, mistake = lexer.tokens(text, marks)
    assert mistake is None
    assert found[-1].kind is Kind.END
    return [(token.kind.name, token.text) for token in found[:-1] if token.kind is not Kind.SPACE]


def inside(text: str) -> list[tuple[str, str]]:
    return words("{{" + text + "}}")[1:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("a { b }} c", ["a { b }} c"], id="no-action"),
        pytest.param("a {{1}} b", ["a ", "{{", "1", "}}", " b"], id="around-an-action"),
        pytest.param("a \n{{- 1 -}}\t\r\n b", ["a", "{{", "1", " -}}", "b"], id="trimmed"),
        pytest.param("a {{-1}}", ["a ", "{{", "-1", "}}"], id="a-minus-without-space-is-a-sign"),
        pytest.param("a {{1 -}}", ["a ", "{{", "1", " -}}"], id="trimmed-at-the-end"),
        pytest.param("a {{1   -}} b", ["a ", "{{", "1", " -}}", "b"], id="several-spaces-before-the-marker"),
        pytest.param("a\xa0 {{- 1}}", ["a\xa0", "{{", "1", "}}"], id="only-ascii-spaces-are-trimmed"),
        pytest.param(" {{- 1}}", ["{{", "1", "}}"], id="nothing-left-before"),
        pytest.param("a {{/* }} */}} b", ["a ", " b"], id="comment"),
        pytest.param("a {{- /* c */ -}} b", ["a", "b"], id="trimmed-comment"),
        pytest.param("{{`}}`}}", ["{{", "`}}`", "}}"], id="closing-in-a-string"),
    ],
)
def test_text_and_actions(text: str, expected: list[str]) -> None:
    assert [word for _, word in words(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".", ["DOT"]),
        (".x", ["FIELD"]),
        (".x.y_1", ["FIELD", "FIELD"]),
        (".é", ["FIELD"]),
        ("$", ["VARIABLE"]),
        ("$x.y", ["VARIABLE", "FIELD"]),
        ("$x:=1", ["VARIABLE", "DECLARE", "NUMBER"]),
        ("$x = 1", ["VARIABLE", "ASSIGN", "NUMBER"]),
        ("$x, $y", ["VARIABLE", "CHARACTER", "VARIABLE"]),
        ("true false nil if upper", ["BOOL", "BOOL", "NIL", "KEYWORD", "IDENTIFIER"]),
        ("(a)|b", ["OPEN", "IDENTIFIER", "CLOSE", "PIPE", "IDENTIFIER"]),
        (r'"a\"}}" `b\`', ["STRING", "STRING"]),
        (r"'a' '\'' '}'", ["RUNE", "RUNE", "RUNE"]),
        ("1 -1 +1 .5 1. 1e-3 1E+3 0x1p-4 0xAf 0b1 0o7 1_000 1i 08", ["NUMBER"] * 14),
        ("1+2i -1.5-2e3i", ["COMPLEX", "COMPLEX"]),
        ("1.2.3", ["NUMBER", "NUMBER"]),
        ("@ ; ! { # ?", ["CHARACTER"] * 6),
    ],
)
def test_kinds(text: str, expected: list[str]) -> None:
    assert [kind for kind, _ in inside(text)] == expected


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        ("a {{ 1", "parse/unclosed-action", 2),
        ("a {{ 1 }", "parse/unclosed-action", 2),
        ("{{/* a", "parse/unclosed-comment", 0),
        ("{{/* a */ }}", "parse/unclosed-comment", 0),
        ("{{ (1 }}", "parse/paren", 6),
        ("{{ 1) }}", "parse/paren", 4),
        ('{{ "a }}', "parse/unterminated-string", 3),
        ('{{ "a\n" }}', "parse/unterminated-string", 3),
        ("{{ 'a }}", "parse/unterminated-string", 3),
        ("{{ `a }}", "parse/unterminated-string", 3),
        ("{{ .a-b }}", "parse/bad-character", 5),
        ("{{ $a-b }}", "parse/bad-character", 5),
        ('{{ a"b" }}', "parse/bad-character", 4),
        ("{{ x² }}", "parse/bad-character", 4),
        ("{{ \u2003 }}", "parse/bad-character", 3),
        ("{{ \x01 }}", "parse/bad-character", 3),
        ("{{ 0x1g }}", "parse/bad-number", 3),
        ("{{ 1+2 }}", "parse/bad-number", 3),
        ("{{ $x : 1 }}", "parse/unexpected-token", 6),
    ],
)
def test_what_cannot_be_read(text: str, kind: str, at: int) -> None:
    found, mistake = lexer.tokens(text, GO)
    assert mistake is not None
    assert (mistake.kind, mistake.at) == (kind, at)
    assert found[-1].kind is Kind.MISTAKE


def test_other_delimiters() -> None:
    marks = lexer.delimiters("[[", "]]")
    assert [word for _, word in words("{{ a }} [[- .b ]]", marks)] == ["{{ a }}", "[[", ".b", "]]"]
    assert lexer.delimiters("", "").left == "{{"


def test_too_many_words() -> None:
    _, mistake = lexer.tokens("{{.}}" * lexer.MAX_TOKENS, GO)
    assert mistake is not None
    assert mistake.kind == "limit/steps"


@given(st.text(alphabet="{}-/* \n()|:=.$,\"'`\\01exi_aé²+@nil", max_size=40))
def test_tokens_stand_where_they_say(text: str) -> None:
    found, mistake = lexer.tokens(text, GO)
    assert (found[-1].kind is Kind.MISTAKE) == (mistake is not None)
    assert all(text.startswith(token.text, token.at) for token in found)
    assert [token.at for token in found[:-1]] == sorted(token.at for token in found[:-1])
