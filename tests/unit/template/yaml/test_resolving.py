"""Which type a plain scalar is, by YAML 1.1 as Go's library has it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.yaml import resolving
from keyferry.template.yaml.errors import YamlError
from keyferry.template.yaml.resolving import BOOL, FLOAT, INT, NULL, STR, TIMESTAMP, Resolved

ROWS: list[tuple[str, str, Resolved]] = [
    ("", NULL, None),
    ("~", NULL, None),
    ("Null", NULL, None),
    ("nUll", STR, "nUll"),
    ("y", BOOL, True),
    ("Off", BOOL, False),
    ("tRue", STR, "tRue"),
    ("<<", STR, "<<"),
    ("=", STR, "="),
    ("x", STR, "x"),
    ("0", INT, 0),
    ("-12", INT, -12),
    ("+12", INT, 12),
    ("010", INT, 8),
    ("08", FLOAT, 8.0),
    ("0o17", INT, 15),
    ("0O17", INT, 15),
    ("0x1F", INT, 31),
    ("-0x1f", INT, -31),
    ("0b101", INT, 5),
    ("0b2", STR, "0b2"),
    ("0x", STR, "0x"),
    ("1_000", INT, 1000),
    ("_1", STR, "_1"),
    ("9223372036854775808", INT, 1 << 63),
    ("+9223372036854775808", FLOAT, float(1 << 63)),
    ("18446744073709551616", FLOAT, float(1 << 64)),
    ("-9223372036854775808", INT, -(1 << 63)),
    ("1.5", FLOAT, 1.5),
    ("1.", FLOAT, 1.0),
    (".5", FLOAT, 0.5),
    (".5_0e1_0", FLOAT, 0.5e10),
    ("._5", STR, "._5"),
    (".e3", STR, ".e3"),
    ("1e3", FLOAT, 1000.0),
    ("685.230_15e+03", FLOAT, 685230.15),
    ("1e400", STR, "1e400"),
    (".5e400", STR, ".5e400"),
    ("1e", STR, "1e"),
    (".inf", FLOAT, math.inf),
    ("-.INF", FLOAT, -math.inf),
    ("Inf", STR, "Inf"),
    ("190:20:30", STR, "190:20:30"),
    ("1.2.3", STR, "1.2.3"),
    ("9" * 2000, STR, "9" * 2000),
    ("2020-01-01", TIMESTAMP, "2020-01-01"),
    ("0000-02-29", TIMESTAMP, "0000-02-29"),
    ("2020-1-2T3:4:5Z", TIMESTAMP, "2020-1-2T3:4:5Z"),
    ("2020-01-02t03:04:05.5+01:30", TIMESTAMP, "2020-01-02t03:04:05.5+01:30"),
    ("2020-01-02 03:04:05", TIMESTAMP, "2020-01-02 03:04:05"),
    ("2020-01-02T03:04:05+25:00", STR, "2020-01-02T03:04:05+25:00"),
    ("2020-01-02T25:04:05Z", STR, "2020-01-02T25:04:05Z"),
    ("2020-01-02T03:04:05", STR, "2020-01-02T03:04:05"),
    ("2020-02-30", STR, "2020-02-30"),
    ("2020-13-01", STR, "2020-13-01"),
]


@pytest.mark.parametrize(("text", "tag", "value"), [pytest.param(*row, id=row[0][:40] or "empty") for row in ROWS])
def test_resolves(text: str, tag: str, value: Resolved) -> None:
    found = resolving.resolve("", text)
    assert found == (tag, value)
    assert type(found[1]) is type(value)
    assert resolving.is_string(text) == (tag == STR)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        pytest.param(STR, "5", "5", id="str"),
        pytest.param(INT, "0x10", 16, id="int"),
        pytest.param(FLOAT, "5", 5.0, id="int-as-float"),
        pytest.param(FLOAT, "2020-01-01", None, id="date-as-float"),
        pytest.param(TIMESTAMP, "2020-01-01", "2020-01-01", id="timestamp"),
        pytest.param("!custom", "5", "5", id="other-tags-keep-the-text"),
        pytest.param(INT, "x", None, id="no-int"),
        pytest.param(BOOL, "1", None, id="no-bool"),
        pytest.param(FLOAT, "18446744073709551615", None, id="unsigned-as-float"),
    ],
)
def test_tags_must_fit(tag: str, text: str, value: Resolved) -> None:
    if value is None:
        with pytest.raises(YamlError, match="cannot decode !!"):
            resolving.resolve(tag, text)
        return
    assert resolving.resolve(tag, text)[1] == value


@given(st.text(alphabet="0123456789abcdefxXoO+-._eE:TZ ny~<="))
def test_any_text_has_a_type(text: str) -> None:
    tag, value = resolving.resolve("", text)
    assert (tag == NULL) == (value is None)
    assert isinstance(value, str) or tag not in (STR, TIMESTAMP)
