"""The keys of a source as a PushSecret names them: `_U002f_` may stand for a character. Pure."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from keyferry.model.errors import SpecError, foreign
from keyferry.spec.push_secret import KeyConversion

T = TypeVar("T")

_ESCAPE: Final = re.compile(r"_U([0-9a-fA-F]{4,5})_")


def converted(data: Mapping[str, T], conversion: KeyConversion) -> dict[str, T]:
    """Return the data under its converted keys. SpecError where two become one."""
    if conversion is KeyConversion.NONE:
        return dict(data)
    found: dict[str, T] = {}
    for key, value in data.items():
        name = _ESCAPE.sub(_character, key)
        if name in found:
            raise SpecError(
                what=f'two keys become "{foreign(name)}"',
                cause=f'conversionStrategy {conversion} reads "{foreign(key)}" so',
                remedy="rename one of them, or set conversionStrategy to None",
            )
        found[name] = value
    return found


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    return escape[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half a character stands for none
