"""Which type a plain scalar is, by YAML 1.1 as go-yaml 2 has it: yes and no are booleans, 1:30 is a string."""

import math
import re
from datetime import datetime
from typing import Final

from keyferry.template.yaml.errors import broken

_PREFIX: Final = "tag:yaml.org,2002:"
STR: Final = _PREFIX + "str"
BOOL: Final = _PREFIX + "bool"
INT: Final = _PREFIX + "int"
FLOAT: Final = _PREFIX + "float"
NULL: Final = _PREFIX + "null"
TIMESTAMP: Final = _PREFIX + "timestamp"
BINARY: Final = _PREFIX + "binary"
MERGE: Final = _PREFIX + "merge"

Resolved = str | bool | int | float | None

_RESOLVABLE: Final = frozenset({"", STR, BOOL, INT, FLOAT, NULL, TIMESTAMP})
_WORDS: Final[dict[str, tuple[str, Resolved]]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), (BOOL, True)),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), (BOOL, False)),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), (NULL, None)),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), (FLOAT, math.nan)),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), (FLOAT, math.inf)),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), (FLOAT, -math.inf)),
}
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DOTTED_FLOAT: Final = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0(?P<base>[xXoObB])(?P<digits>[0-9a-fA-F]+)|(?P<octal>0[0-7]+)|(?P<decimal>0|[1-9][0-9]*))"
)
_BASES: Final = {"x": 16, "o": 8, "b": 2}
_DATE: Final = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)(?P<time>.*)", re.ASCII | re.DOTALL)
_TIME: Final = re.compile(
    r"(?:[Tt](?P<zh>\d\d?):(?P<zm>\d\d?):(?P<zs>\d\d?)(?:[.,]\d+)?(?:Z|[+-](?P<oh>\d\d):(?P<om>\d\d))"
    r"| +(?P<h>\d\d?):(?P<m>\d\d?):(?P<s>\d\d?)(?:[.,]\d+)?)",
    re.ASCII,
)
_MOST_DIGITS: Final = 1_000  # of a number that is tried at all; the range of 64 bits ends after 64 of them


def resolve(tag: str, text: str) -> tuple[str, Resolved]:
    """Return tag and value of a scalar that is not quoted, or has a tag. Other tags than YAML's own stay as they are.

    YamlError where a tag says what the text is not.
    """
    if tag not in _RESOLVABLE:
        return tag, text
    found, value = (STR, text) if tag == STR else _plain(tag, text)
    if tag in ("", STR, found):
        return found, value
    if tag == FLOAT and found == INT and isinstance(value, int) and value < 1 << 63:
        return FLOAT, float(value)
    raise broken(f"cannot decode {_short(found)} `{text}` as a {_short(tag)}")


def is_string(text: str) -> bool:
    """Tell whether a plain scalar of this text is a string."""
    return _plain("", text)[0] == STR


def _plain(tag: str, text: str) -> tuple[str, Resolved]:
    if (word := _WORDS.get(text)) is not None:
        return word
    if text.startswith("."):
        return (FLOAT, _finite(text)) if _DOTTED_FLOAT.fullmatch(text) and _is_finite(text) else (STR, text)
    if text[0] not in "+-0123456789":
        return STR, text
    if tag in ("", TIMESTAMP) and _is_timestamp(text):
        return TIMESTAMP, text
    return _number(text)


def _number(text: str) -> tuple[str, Resolved]:
    digits = text.replace("_", "")
    if len(digits) > _MOST_DIGITS:
        return STR, text
    integer = _integer(digits)
    if integer is not None:
        return INT, integer
    if _FLOAT.fullmatch(digits) and _is_finite(digits):
        return FLOAT, _finite(digits)
    return STR, text


def _integer(digits: str) -> int | None:
    found = _INTEGER.fullmatch(digits)
    if found is None:
        return None
    try:
        value = int(found["digits"], _BASES[found["base"].lower()]) if found["base"] else _decimal(found)
    except ValueError:  # a digit that its base does not have
        return None
    signed = -value if found["sign"] == "-" else value
    highest = 1 << (63 if found["sign"] else 64)
    return signed if -(1 << 63) <= signed < highest else None


def _decimal(found: re.Match[str]) -> int:
    return int(found["octal"], 8) if found["octal"] else int(found["decimal"])


def _is_finite(digits: str) -> bool:
    return math.isfinite(_finite(digits))


def _finite(digits: str) -> float:
    return float(digits.replace("_", ""))


def _is_timestamp(text: str) -> bool:
    """Tell whether Go would read it as a date, or as one with a time. It stays a string, but is no number."""
    found = _DATE.fullmatch(text)
    if found is None or not _is_day(int(found["y"]), int(found["m"]), int(found["d"])):
        return False
    if not found["time"]:
        return True
    time = _TIME.fullmatch(found["time"])
    if time is None:
        return False
    hours, minutes, seconds = (int(time[f"z{part}"] or time[part]) for part in "hms")
    offset_fits = time["oh"] is None or (int(time["oh"]) <= 24 and int(time["om"]) <= 60)
    return hours < 24 and minutes < 60 and seconds < 60 and offset_fits


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime(year or 4, month, day)  # noqa: DTZ001  (a day of the calendar; year 0 is a leap year, as 4 is)
    except ValueError:
        return False
    return True


def _short(tag: str) -> str:
    return f"!!{tag.removeprefix(_PREFIX)}" if tag.startswith(_PREFIX) else tag
