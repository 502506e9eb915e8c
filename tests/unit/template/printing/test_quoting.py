"""Strings and characters are quoted as Go quotes them."""

import pytest

from keyferry.template.printing import quoting


@pytest.mark.parametrize(
    ("text", "expected", "in_ascii"),
    [
        (b"alice", b'"alice"', b'"alice"'),
        (b"a\"b'\\", b'"a\\"b\'\\\\"', b'"a\\"b\'\\\\"'),
        (b"\a\b\f\n\r\t\v", b'"\\a\\b\\f\\n\\r\\t\\v"', b'"\\a\\b\\f\\n\\r\\t\\v"'),
        (b"\x00\x1f\x7f", b'"\\x00\\x1f\\x7f"', b'"\\x00\\x1f\\x7f"'),
        ("héllo 日本".encode(), '"héllo 日本"'.encode(), b'"h\\u00e9llo \\u65e5\\u672c"'),
        ("😀".encode(), '"😀"'.encode(), b'"\\U0001f600"'),
        ("\u2028\xa0\U000e0001".encode(), b'"\\u2028\\u00a0\\U000e0001"', b'"\\u2028\\u00a0\\U000e0001"'),
        (b"caf\xe9", b'"caf\\xe9"', b'"caf\\xe9"'),
    ],
)
def test_strings(text: bytes, expected: bytes, in_ascii: bytes) -> None:
    assert quoting.quote(text) == expected
    assert quoting.quote(text, ascii_only=True) == in_ascii


@pytest.mark.parametrize(
    ("rune", "expected"),
    [
        (65, b"'A'"),
        (39, b"'\\''"),
        (34, b"'\"'"),
        (10, b"'\\n'"),
        (0xD800, "'�'".encode()),
        (-1, "'�'".encode()),
        (0x110000, "'�'".encode()),
    ],
)
def test_characters(rune: int, expected: bytes) -> None:
    assert quoting.quote_rune(rune) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [(b"a\tb", True), (b"a\nb", False), (b"`", False), (b"\x7f", False), (b"\xe9", False), ("é".encode(), True)],
)
def test_back_quotes(text: bytes, expected: bool) -> None:
    assert quoting.can_backquote(text) is expected
