"""How a text may be written as a YAML scalar, and which of the ways Go chooses: plain, quoted, or as a block."""

import re
from enum import StrEnum
from typing import Final

from keyferry.template.yaml import resolving

BREAKS: Final = "\r\n\x85\u2028\u2029"
_FIRST_INDICATORS: Final = frozenset("#,[]{}&*!|>'\"%@`")
_BASE_60: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_UNPRINTABLE: Final = re.compile("[^\\n\\x20-\\x7e\\xa0-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd]")
ESCAPED: Final = re.compile(rf'["\\{BREAKS}]|{_UNPRINTABLE.pattern}')  # between double quotes
_INDICATOR: Final = re.compile(r":(?= |\Z)|(?<= )#")


class Style(StrEnum):
    """The ways that Go's writer uses."""

    PLAIN = "plain"
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"


def style_of(text: str, *, is_key: bool) -> Style:
    """Return the way to write a text so that it is read back as this text. A key stands in one line."""
    if _UNPRINTABLE.search(text) or _has_space_before_break(text):
        return Style.DOUBLE
    if "\n" in text:
        return Style.DOUBLE if is_key or text.endswith(" ") else Style.LITERAL
    if not resolving.is_string(text) or _BASE_60.fullmatch(text):
        return Style.DOUBLE
    if has_breaks(text):
        return Style.DOUBLE if is_key or _has_space_after_break(text) else Style.SINGLE
    return Style.SINGLE if _needs_quotes(text) else Style.PLAIN


def has_breaks(text: str) -> bool:
    """Tell whether the text takes more than one line."""
    return any(mark in text for mark in BREAKS)


def _needs_quotes(text: str) -> bool:
    if text.startswith((" ", "---", "...")) or text.endswith(" "):
        return True
    first, rest = text[0], text[1:2]
    starts_like_one = first in _FIRST_INDICATORS or (first in "?:-" and rest in ("", " "))
    return starts_like_one or _INDICATOR.search(text, 1) is not None


def _has_space_before_break(text: str) -> bool:
    return re.search(rf" [{BREAKS}]", text) is not None


def _has_space_after_break(text: str) -> bool:
    return re.search(rf"[{BREAKS}] ", text) is not None
