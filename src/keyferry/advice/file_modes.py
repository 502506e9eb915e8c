"""File modes that were written in one base and read in another. Pure. Called by the rules of classes and of mounts."""

import re
from typing import Final

USUAL: Final = frozenset(
    {
        0o400,
        0o404,
        0o440,
        0o444,
        0o500,
        0o550,
        0o555,
        0o600,
        0o640,
        0o644,
        0o660,
        0o664,
        0o666,
        0o700,
        0o750,
        0o755,
        0o777,
    }
)
_OCTAL_DIGITS: Final = re.compile(r"[0-7]{3}")


def meant_by_octal_text(text: str) -> str:
    """Return the mode, as `0400`, of which `text` is the decimal number, "" where it is not evidently one.

    `256`, read as octal digits, is a mode that nobody wants; 256 is what 0400 is as a number.
    """
    if not _OCTAL_DIGITS.fullmatch(text) or int(text, 8) in USUAL or int(text) not in USUAL:
        return ""
    return f"{int(text):04o}"


def meant_by_number(number: int) -> str:
    """Return the mode, as `0400`, whose octal digits `number` has as decimal ones, "" where it is not evidently so.

    400 is the mode 0620, which nobody wants; 0400 is what such digits mean elsewhere.
    """
    digits = str(number)
    if number in USUAL or not _OCTAL_DIGITS.fullmatch(digits) or int(digits, 8) not in USUAL:
        return ""
    return f"0{digits}"
