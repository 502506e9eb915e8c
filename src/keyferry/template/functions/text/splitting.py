"""Strings cut at a separator, as lists and as maps with the keys `_0`, `_1` and so on."""

from typing import Final

from keyferry.template.functions import costs, runes
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import INT, STRING, Map, Slice, Value


@named("splitList", STRING, STRING, knows_world=True)
def _split_list(world: Surroundings, separator: bytes, text: bytes) -> Value:
    return Slice(_parts(world, separator, text, -1), STRING)


@named("split", STRING, STRING, knows_world=True)
def _split(world: Surroundings, separator: bytes, text: bytes) -> Value:
    return _numbered(_parts(world, separator, text, -1))


@named("splitn", STRING, INT, STRING, knows_world=True)
def _splitn(world: Surroundings, separator: bytes, count: int, text: bytes) -> Value:
    return _numbered(_parts(world, separator, text, count))


def _parts(world: Surroundings, separator: bytes, text: bytes, count: int) -> list[bytes]:
    """Return at most `count` parts, all for a negative count; no separator cuts after each character."""
    if count == 0:
        return []
    cuts = len(text) if not separator else text.count(separator) + 1
    costs.entries(world, cuts if count < 0 else min(cuts, count))
    if separator:
        return text.split(separator, -1 if count < 0 else count - 1)
    characters = runes.explode(text)
    if count < 0 or count >= len(characters):
        return characters
    return [*characters[: count - 1], b"".join(characters[count - 1 :])]


def _numbered(parts: list[bytes]) -> Value:
    return Map({b"_%d" % number: each for number, each in enumerate(parts)}, STRING)


FUNCTIONS: Final[tuple[Function, ...]] = (_split_list, _split, _splitn)
