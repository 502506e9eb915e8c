"""Regular expressions: a bad pattern is an error, with `must` or without; to regexMatch it is no match."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.functions.patterns import regexps
from keyferry.template.functions.patterns.replacements import Replacement
from keyferry.template.values import INT, STRING, Slice, Value

_META: Final = {ord(sign): f"\\{sign}" for sign in r"\.+*?()|[]{}^$"}


def _must_match(world: Surroundings, pattern: bytes, text: bytes) -> bool:
    return any(True for _ in regexps.compile(world, pattern).matches(world, text, 1))


@named("regexMatch", STRING, STRING, knows_world=True)
def _match(world: Surroundings, pattern: bytes, text: bytes) -> bool:
    try:
        return _must_match(world, pattern, text)
    except Fault:
        return False


def _find(world: Surroundings, pattern: bytes, text: bytes) -> bytes:
    for spans in regexps.compile(world, pattern).matches(world, text, 1):
        return text[slice(*spans[0])]
    return b""


def _find_all(world: Surroundings, pattern: bytes, text: bytes, limit: int) -> Value:
    """Return at most `limit` matches, all for a negative limit; a nil list for none."""
    found: list[Value] = []
    for spans in regexps.compile(world, pattern).matches(world, text, limit):
        costs.items(world, 1)
        found.append(text[slice(*spans[0])])
    return Slice(found, STRING, is_nil=not found)


def _replace_all(world: Surroundings, pattern: bytes, text: bytes, replacement: bytes) -> bytes:
    regexp = regexps.compile(world, pattern)
    return _replaced(world, regexp, text, Replacement.of(replacement, regexp.names))


def _replace_all_literal(world: Surroundings, pattern: bytes, text: bytes, replacement: bytes) -> bytes:
    return _replaced(world, regexps.compile(world, pattern), text, Replacement.literal(replacement))


def _replaced(world: Surroundings, regexp: regexps.Regexp, text: bytes, replacement: Replacement) -> bytes:
    parts: list[bytes] = []
    at = 0
    for spans in regexp.matches(world, text):
        start, end = spans[0]
        pieces = [text[at:start], *replacement.expand(text, spans)]
        costs.text(world, sum(map(len, pieces)))
        world.meter.step(len(pieces) // 4)
        parts += pieces
        at = end
    return b"".join([*parts, text[at:]])


def _split(world: Surroundings, pattern: bytes, text: bytes, limit: int) -> Value:
    """Return at most `limit` parts, all for a negative limit; a nil list for 0."""
    regexp = regexps.compile(world, pattern)
    if limit == 0:
        return Slice((), STRING, is_nil=True)
    if pattern and not text:
        return Slice([b""], STRING)
    parts: list[Value] = []
    start = end = 0
    for spans in regexp.matches(world, text, limit):
        if len(parts) == limit - 1:
            break
        costs.items(world, 1)
        end = spans[0][0]
        if spans[0][1] != 0:
            parts.append(text[start:end])
        start = spans[0][1]
    if end != len(text):
        parts.append(text[start:])
    return Slice(parts, STRING)


@named("regexQuoteMeta", STRING)
def _quote_meta(text: bytes) -> bytes:
    return text.decode("latin-1").translate(_META).encode("latin-1")


_FIND_ALL: Final = (STRING, STRING, INT)
_REPLACE: Final = (STRING, STRING, STRING)

FUNCTIONS: Final[tuple[Function, ...]] = (
    _match,
    named("mustRegexMatch", STRING, STRING, knows_world=True)(_must_match),
    named("regexFind", STRING, STRING, knows_world=True)(_find),
    named("mustRegexFind", STRING, STRING, knows_world=True)(_find),
    named("regexFindAll", *_FIND_ALL, knows_world=True)(_find_all),
    named("mustRegexFindAll", *_FIND_ALL, knows_world=True)(_find_all),
    named("regexReplaceAll", *_REPLACE, knows_world=True)(_replace_all),
    named("mustRegexReplaceAll", *_REPLACE, knows_world=True)(_replace_all),
    named("regexReplaceAllLiteral", *_REPLACE, knows_world=True)(_replace_all_literal),
    named("mustRegexReplaceAllLiteral", *_REPLACE, knows_world=True)(_replace_all_literal),
    named("regexSplit", *_FIND_ALL, knows_world=True)(_split),
    named("mustRegexSplit", *_FIND_ALL, knows_world=True)(_split),
    _quote_meta,
)
