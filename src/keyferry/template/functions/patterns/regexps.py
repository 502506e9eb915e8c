"""Regular expressions on bytes as Go's regexp finds them: RE2, the leftmost match, and of those the first alternative.

Sources: https://pkg.go.dev/regexp, https://github.com/google/re2/wiki/Syntax. Bytes that are no UTF-8 count as U+FFFD
each. Every search is paid for by the length of the text and the size of the pattern.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final

from keyferry.template.functions import runes
from keyferry.template.functions.function import Fault, Surroundings
from keyferry.template.functions.patterns import class_names

_MAX_MEMORY: Final = 1 << 20  # of one pattern; RE2 refuses what would take more, and forgets what it worked out
_WORK_A_STEP: Final = 15  # a step pays for two to the power of this many bytes times instructions
_SCAN_A_STEP: Final = 13  # ... and for as many bytes run over again from a later start
_MATCHES_A_STEP: Final = 4
_COMPILING_A_STEP: Final = 13  # RE2 takes up to a second for the largest patterns, in the square of their size
_REFUSAL_STEPS: Final = 1000
_BROKEN: Final = re.compile("[\udc80-\udcff]")
_REPLACEMENT: Final = runes.REPLACEMENT.encode()
# What stands for itself in a pattern, then what RE2 and Go read differently: \\C is a byte to RE2, unknown to Go, and
# older RE2 knows the names of groups as (?P<name>) alone.
_TOKEN: Final = re.compile(
    rb"\\Q.*?(?:\\E|\Z)|\\C|\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^]\\])*+\]|\(\?<(?=[A-Za-z_0-9])", re.DOTALL
)

Spans = tuple[tuple[int, int], ...]


class Regexp:
    """A compiled pattern."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self.names: dict[bytes, int] = dict(compiled.groupindex)

    def matches(self, world: Surroundings, text: bytes, limit: int = -1) -> Iterator[Spans]:
        """Yield where the pattern and its groups match, (-1, -1) for a group that takes no part.

        An empty match right after another one does not count. No limit is a negative one.
        """
        valid, origin = _valid(text)
        world.meter.step(1 + (len(valid) * self._compiled.programsize >> _WORK_A_STEP))
        at, last_end, found = 0, -1, 0
        while at <= len(valid) and found != limit:
            if found % _MATCHES_A_STEP == 0:
                world.meter.step()
            world.meter.step((len(valid) - at) >> _SCAN_A_STEP)
            match = self._compiled.search(valid, at)
            if match is None:
                return
            start, end = match.span()
            if start < end or start != last_end:
                found += 1
                yield tuple(_in_origin(match.span(group), origin) for group in range(self._compiled.groups + 1))
            last_end = end
            at = end if start < end else _after_character(valid, end)


def compile(world: Surroundings, pattern: bytes) -> Regexp:  # noqa: A001  (the field's word, behind the module's name)
    """Return a compiled pattern; Fault where Go refuses it."""
    found = _compiled(pattern)
    if found is None:
        world.meter.step(_REFUSAL_STEPS)
        raise Fault("the regular expression is not valid: Go reads RE2 syntax")
    world.meter.step(found.programsize**2 >> _COMPILING_A_STEP)
    return Regexp(found)


@lru_cache(maxsize=64)
def _compiled(pattern: bytes) -> Any:
    """Return RE2's pattern, None where it refuses."""
    import re2  # noqa: PLC0415  (10 ms, which templates without patterns need not wait for)

    options = re2.Options()
    options.log_errors = False  # else the C++ library prints them to stderr
    options.max_mem = _MAX_MEMORY
    try:
        return re2.compile(class_names.shortened(_TOKEN.sub(_for_re2, pattern)), options)
    except re2.error:
        return None


def _for_re2(token: re.Match[bytes]) -> bytes:
    """Return a token of a pattern as RE2 reads what Go does: one that is no pattern for what Go refuses."""
    return {b"\\C": b"**", b"(?<": b"(?P<"}.get(token[0], token[0])


def _valid(text: bytes) -> tuple[bytes, list[int]]:
    """Return a text in valid UTF-8, and where in it stands what took a single byte before."""
    pieces = _BROKEN.split(text.decode("utf-8", "surrogateescape"))
    if len(pieces) == 1:
        return text, []
    whole = [each.encode() for each in pieces]
    ends = accumulate(len(each) + len(_REPLACEMENT) for each in whole)
    return _REPLACEMENT.join(whole), [end - len(_REPLACEMENT) for end in ends][:-1]


def _in_origin(span: tuple[int, int], origin: list[int]) -> tuple[int, int]:
    if not origin or span[0] < 0:
        return span
    return span[0] - 2 * bisect_left(origin, span[0]), span[1] - 2 * bisect_left(origin, span[1])


def _after_character(text: bytes, at: int) -> int:
    at += 1
    while at < len(text) and text[at] & 0xC0 == 0x80:
        at += 1
    return at
