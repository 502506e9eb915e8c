"""Bools and numbers of all kinds by their verbs and flags.

Source: https://pkg.go.dev/fmt#hdr-Printing.
"""

from dataclasses import replace
from typing import Final

from keyferry.template.printing import floats, quoting
from keyferry.template.printing.flags import Flags, padded
from keyferry.template.values import Sized

_BASES: Final = {"b": "b", "o": "o", "O": "o", "d": "d", "v": "d", "x": "x", "X": "X"}  # to Python's formats
_PREFIXES: Final = {"b": "0b", "x": "0x", "X": "0X"}
_DEFAULT_PRECISION: Final = {"e": 6, "E": 6, "f": 6, "F": 6}
_FLOAT_VERBS: Final = frozenset("vbgGxXfFeE")
_UINT64: Final = (1 << 64) - 1


def number_text(value: complex, verb: str, flags: Flags) -> bytes | None:
    """Return a bool or number by the verb, None where it does not fit."""
    if isinstance(value, bool):
        return padded(b"true" if value else b"false", flags) if verb in "tv" else None
    if isinstance(value, int):
        return _integer(value, verb, flags)
    if verb not in _FLOAT_VERBS:
        return None
    if isinstance(value, float):
        return _signed(_float(value, verb, flags), flags)
    real = _signed(_float(value.real, verb, flags), flags)
    signed = replace(flags, plus=True)
    return b"(" + real + _signed(_float(value.imag, verb, signed), signed) + b"i)"


def _integer(value: int, verb: str, flags: Flags) -> bytes | None:
    if verb == "v" and flags.sharp_v and isinstance(value, Sized) and value.go_type.startswith("uint"):
        return _digits(value, "x", replace(flags, sharp=True))
    if verb in _BASES:
        return _digits(value, verb, flags)
    match verb:
        case "c":
            return padded(chr(quoting.valid_rune(value)).encode(), flags)
        case "q":
            return padded(quoting.quote_rune(value, ascii_only=flags.plus), flags)
        case "U":
            return _unicode(value, flags)
        case _:
            return None


def _digits(value: int, verb: str, flags: Flags) -> bytes:
    sign = "-" if value < 0 else "+" if flags.plus else " " if flags.space else ""
    least = 0
    if flags.precision is not None:
        least = flags.precision
        if least == 0 and value == 0:
            return padded(b"", flags, zeros=False)
    elif flags.zero and not flags.minus and flags.width:
        least = flags.width - len(sign)
    digits = format(abs(int(value)), _BASES[verb]).rjust(least, "0")
    prefix = "0o" if verb == "O" else ""
    if flags.sharp:
        prefix += "0" if verb in "oO" and digits[0] != "0" else _PREFIXES.get(verb, "")
    return padded((sign + prefix + digits).encode(), flags, zeros=False)


def _unicode(value: int, flags: Flags) -> bytes:
    point = value & _UINT64
    text = f"U+{format(point, 'X').rjust(max(4, flags.precision or 0), '0')}"
    if flags.sharp and point <= quoting.MAX_RUNE and quoting.is_printable(point):
        text += f" '{chr(point)}'"
    return padded(text.encode(), flags, zeros=False)


def _float(value: float, verb: str, flags: Flags) -> str:
    """Return the number with its sign, `+` or a space where it is not negative."""
    precision = _DEFAULT_PRECISION.get(verb, floats.SHORTEST)
    if flags.precision is not None:
        precision = flags.precision
    text = floats.format_float(value, {"v": "g", "F": "f"}.get(verb, verb), precision)
    text = text if text[0] in "+-" else f"+{text}"
    if flags.sharp and verb != "b" and text[1] not in "IN":
        text = _with_point(text, verb, precision)
    return f" {text[1:]}" if flags.space and text[0] == "+" and not flags.plus else text


def _with_point(text: str, verb: str, precision: int) -> str:
    """Return the number as `#` asks: with a decimal point, and with the zeros at its end."""
    wanted = 0
    if verb in "vgGx":  # not X: so Go has it
        wanted = 6 if precision == floats.SHORTEST else precision
    at = text.lower().find("p" if verb in "xX" else "e")
    number, tail = (text, "") if at < 0 else (text[:at], text[at:])
    significant = len(number[1:].replace(".", "").lstrip("0"))
    if "." not in number:
        significant += number[1:] == "0"
        number += "."
    return number + "0" * max(0, wanted - significant) + tail


def _signed(text: str, flags: Flags) -> bytes:
    """Return a number whose sign shows where it must; zeros go between the sign and the digits."""
    if text[1] in "IN":
        shown = text[1:] if text[1] == "N" and not flags.space and not flags.plus else text
        return padded(shown.encode(), flags, zeros=False)
    if text[0] == "+" and not flags.plus:
        return padded(text[1:].encode(), flags)
    if flags.zero and not flags.minus and flags.width:
        return (text[0] + text[1:].rjust(flags.width - 1, "0")).encode()
    return padded(text.encode(), flags)
