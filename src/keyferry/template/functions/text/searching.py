"""Parts of strings and what they hold: prefixes, suffixes, replacements, cuts at a byte."""

from typing import Final

from keyferry.template.functions import costs, runes
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import INT, STRING


@named("contains", STRING, STRING)
def _contains(part: bytes, text: bytes) -> bool:
    return part in text


@named("hasPrefix", STRING, STRING)
def _has_prefix(prefix: bytes, text: bytes) -> bool:
    return text.startswith(prefix)


@named("hasSuffix", STRING, STRING)
def _has_suffix(suffix: bytes, text: bytes) -> bool:
    return text.endswith(suffix)


@named("replace", STRING, STRING, STRING, knows_world=True)
def _replace(world: Surroundings, old: bytes, new: bytes, text: bytes) -> bytes:
    if old:
        costs.text(world, len(text) + text.count(old) * max(0, len(new) - len(old)))
        return text.replace(old, new)
    costs.items(world, len(text))
    costs.text(world, len(text) + (len(text) + 1) * len(new))
    return b"".join(new + each for each in runes.explode(text)) + new


@named("repeat", INT, STRING, knows_world=True)
def _repeat(world: Surroundings, count: int, text: bytes) -> bytes:
    if count < 0:
        raise Fault("a text cannot be repeated a negative number of times")
    costs.text(world, count * len(text))
    return text * count if text else b""


@named("substr", INT, INT, STRING)
def _substr(start: int, end: int, text: bytes) -> bytes:
    """Cut by bytes; a negative start is the beginning, and an end outside of the text is its end."""
    if start < 0:
        return _cut(text, 0, end)
    if end < 0 or end > len(text):
        return _cut(text, start, len(text))
    return _cut(text, start, end)


def _cut(text: bytes, start: int, end: int) -> bytes:
    if not 0 <= start <= end <= len(text):
        raise Fault("the bounds lie outside of the text")
    return text[start:end]


@named("trunc", INT, STRING)
def _trunc(count: int, text: bytes) -> bytes:
    if count < 0:
        return text[count:] if len(text) + count > 0 else text
    return text[:count]


FUNCTIONS: Final[tuple[Function, ...]] = (_contains, _has_prefix, _has_suffix, _replace, _repeat, _substr, _trunc)
