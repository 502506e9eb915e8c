"""Regular expressions as Go reads them (RE2): linear time on any text, no look-around, no back-references.

Syntax: https://github.com/google/re2/wiki/Syntax. Upstream lets a pattern that does not compile match nothing, in
silence; here it is an error.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import re2

from keyferry.model.errors import SpecError, foreign

_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False  # else the C++ library prints them to stderr
_OPTIONS.never_capture = True
_OPTIONS.max_mem = 1 << 19  # of 8 MiB: anybody who may create an ExternalSecret writes patterns, and many are kept
MAX_LENGTH: Final = 2048  # RE2 takes 40 µs a character at worst, whether or not it then finds the pattern too large
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Matcher:
    """A compiled pattern. Search is unanchored: write `^` and `$` to anchor it."""

    pattern: str
    _compiled: Any

    def found_in(self, text: str) -> bool:
        """Say whether the pattern occurs anywhere in `text`."""
        return self._compiled.search(text) is not None


@lru_cache(maxsize=_KEPT)
def compile(pattern: str) -> Matcher:  # noqa: A001  (the field's word; the module's name goes before it)
    """Return the matcher of a pattern; raise `SpecError` with the reason where it is too long, or RE2 refuses it."""
    if len(pattern) > MAX_LENGTH:
        raise SpecError(
            what=f'"{foreign(pattern)}" is too long for a regular expression',
            cause=f"it has {len(pattern)} characters, and {MAX_LENGTH} is the most",
            remedy="part it into several",
        )
    try:
        return Matcher(pattern, re2.compile(pattern, _OPTIONS))
    except re2.error as refusal:
        raise SpecError(
            what=f'"{foreign(pattern)}" is not a regular expression',
            cause=foreign(_reason(refusal)),
            remedy="write it in RE2 syntax, which has no look-around and no back-references, such as ^app-.*-password$",
        ) from None


def _reason(refusal: Exception) -> str:
    reason = refusal.args[0] if refusal.args else ""
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
