"""The order of keys in YAML that is written: numbers in them by their value, so that a9 comes before a10."""

from collections.abc import Iterable
from functools import cmp_to_key


def in_order(keys: Iterable[str]) -> list[str]:
    """Return the keys as go-yaml 2 writes them. Letters come after everything else; capitals before small letters."""
    return sorted(keys, key=cmp_to_key(_compared))


def _compared(one: str, other: str) -> int:
    shorter = min(len(one), len(other))
    at = next((index for index in range(shorter) if one[index] != other[index]), None)
    if at is None:
        return len(one) - len(other)
    return -1 if _is_less(one, other, at) else 1


def _is_less(one: str, other: str, at: int) -> bool:
    """Tell which comes first of two texts that differ at this place."""
    letters = one[at].isalpha(), other[at].isalpha()
    if any(letters):
        return one[at] < other[at] if all(letters) else letters[1]
    lead = "1" if "0" in (one[at], other[at]) and _follows_a_number(one, at) else ""
    mine, its = _digits(one, at), _digits(other, at)
    value, its_value = _value(lead + mine), _value(lead + its)
    if value != its_value:
        return value < its_value
    return len(mine) < len(its) if len(mine) != len(its) else one[at] < other[at]


def _follows_a_number(text: str, at: int) -> bool:
    """Tell whether the digits right before hold another than 0: a 0 is then part of a number, not its beginning."""
    before = text[:at]
    return bool(before[len(before.rstrip("0123456789")) :].strip("0"))


def _digits(text: str, at: int) -> str:
    rest = text[at:]
    return rest[: len(rest) - len(rest.lstrip("0123456789"))]


def _value(digits: str) -> tuple[int, str]:
    """Return what compares as the number does, however long it is."""
    significant = digits.lstrip("0")
    return len(significant), significant
