"""Strings by `%s`, `%q`, `%x` and their flags.

Source: https://pkg.go.dev/fmt#hdr-Printing.
"""

from keyferry.template.printing import quoting
from keyferry.template.printing.flags import Flags, padded


def string_text(value: bytes, verb: str, flags: Flags) -> bytes | None:
    """Return the string by the verb, None where it does not fit."""
    match verb:
        case "v" if flags.sharp_v:
            return _quoted(value, flags)
        case "v" | "s":
            return cut(value, flags)
        case "q":
            return _quoted(value, flags)
        case "x" | "X":
            return _hexadecimal(value, verb, flags)
        case _:
            return None


def cut(value: bytes, flags: Flags) -> bytes:
    """Return the string padded, and with no more characters than the precision says."""
    return padded(_shortened(value, flags), flags)


def _shortened(value: bytes, flags: Flags) -> bytes:
    if flags.precision is None:
        return value
    return value.decode("utf-8", "surrogateescape")[: flags.precision].encode("utf-8", "surrogateescape")


def _quoted(value: bytes, flags: Flags) -> bytes:
    text = _shortened(value, flags)
    if flags.sharp and quoting.can_backquote(text):
        return padded(b"`" + text + b"`", flags)
    return padded(quoting.quote(text, ascii_only=flags.plus), flags)


def _hexadecimal(value: bytes, verb: str, flags: Flags) -> bytes:
    taken = value if flags.precision is None else value[: flags.precision]
    if not taken:
        return padded(b"", flags)
    prefix = f"0{verb}" if flags.sharp else ""
    digits = taken.hex(" ") if flags.space else taken.hex()
    digits = digits.upper() if verb == "X" else digits
    return padded((prefix + digits.replace(" ", f" {prefix}")).encode(), flags)
