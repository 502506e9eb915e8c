"""Strings, characters and numbers mean what they mean in Go."""

import pytest

from keyferry.template.language import literals
from keyferry.template.language.literals import Number


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ('""', b""),
        ('"a é"', "a é".encode()),
        (r'"\a\b\f\n\r\t\v\\\""', b'\a\b\f\n\r\t\v\\"'),
        (r'"\x41\101\u00e9\U0001F600!"', "AAé😀!".encode()),
        (r'"\xff\377"', b"\xff\xff"),
        ('"a\udce9"', "a\ufffd".encode()),
        ("`a\\n\r\nb`", b"a\\n\nb"),
        ("`a\udce9`", b"a\xe9"),
        (r'"\8"', None),
        (r'"\400"', None),
        (r'"\'"', None),
        (r'"\ud800"', None),
        (r'"\U00110000"', None),
        (r'"\x4"', None),
    ],
)
def test_strings(literal: str, expected: bytes | None) -> None:
    assert literals.unquote(literal) == expected


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("'a'", 97),
        ("'é'", 233),
        (r"'\''", 39),
        (r"'\n'", 10),
        (r"'\x41'", 65),
        (r"'\377'", 255),
        (r"'\u65e5'", 0x65E5),
        ("'\"'", 34),
        ("'\udce9'", 0xFFFD),
        ("''", None),
        (r"'\"'", None),
        (r"'\q'", None),
    ],
)
def test_characters(literal: str, expected: int | None) -> None:
    assert literals.rune(literal) == expected


def test_more_than_one_character() -> None:
    with pytest.raises(ValueError, match="ab"):
        literals.rune("'ab'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", Number(integer=1, unsigned=1, real=1.0)),
        ("+1", Number(integer=1, real=1.0)),
        ("-1", Number(integer=-1, real=-1.0)),
        ("-0", Number(integer=0, unsigned=0, real=0.0)),
        ("007", Number(integer=7, unsigned=7, real=7.0)),
        ("0b101", Number(integer=5, unsigned=5, real=5.0)),
        ("0o17", Number(integer=15, unsigned=15, real=15.0)),
        ("0x1E", Number(integer=30, unsigned=30, real=30.0)),
        ("-0x1e", Number(integer=-30, real=-30.0, is_real=True)),
        ("1_000", Number(integer=1000, unsigned=1000, real=1000.0)),
        ("18446744073709551615", Number(unsigned=(1 << 64) - 1, real=float((1 << 64) - 1))),
        ("-9223372036854775808", Number(integer=-(1 << 63), real=-float(1 << 63))),
        ("1.5", Number(real=1.5, is_real=True)),
        ("1e3", Number(integer=1000, unsigned=1000, real=1000.0, is_real=True)),
        ("-1e3", Number(integer=-1000, real=-1000.0, is_real=True)),
        ("1e30", Number(real=1e30, is_real=True)),
        ("1_0.5", Number(real=10.5, is_real=True)),
        ("0x1p4", Number(integer=16, unsigned=16, real=16.0, is_real=True)),
        ("0x1.8p1", Number(integer=3, unsigned=3, real=3.0, is_real=True)),
        ("2i", Number(imaginary=2j)),
        ("0i", Number(imaginary=0j, real=0.0, integer=0, unsigned=0)),
    ],
)
def test_numbers(text: str, expected: Number) -> None:
    assert literals.number(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "-",
        ".",
        "08",
        "99999999999999999999",
        "+18446744073709551615",
        "1e400",
        "0x",
        "0x1.8",
        "0x1p9999",
        "1__0.5",
        "1e",
        "0x1i",
        "1e5000i",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert isinstance(literals.number(text), str)


def test_complex_numbers() -> None:
    assert literals.complex_number("1+2i") == Number(imaginary=1 + 2j)
    assert literals.complex_number("3+0i") == Number(imaginary=3 + 0j, real=3.0, integer=3, unsigned=3)
    assert isinstance(literals.complex_number("0x1+2i"), str)


def test_a_characters_number() -> None:
    assert literals.rune_number(97) == Number(integer=97, unsigned=97, real=97.0)
