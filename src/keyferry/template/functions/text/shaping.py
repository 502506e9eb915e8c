"""Lines of text: wrapped at a width, indented."""

import re
from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import INT, STRING

_SPACES: Final = re.compile(rb" *+")


@named("wrap", INT, STRING, knows_world=True)
def _wrap(world: Surroundings, width: int, text: bytes) -> bytes:
    """Wrap at spaces; words longer than the width stay whole."""
    return _wrapped(world, text, width, b"\n", cuts_words=False)


@named("wrapWith", INT, STRING, STRING, knows_world=True)
def _wrap_with(world: Surroundings, width: int, separator: bytes, text: bytes) -> bytes:
    """Wrap at spaces with another separator; words longer than the width are cut."""
    return _wrapped(world, text, width, separator or b"\n", cuts_words=True)


def _wrapped(world: Surroundings, text: bytes, width: int, separator: bytes, *, cuts_words: bool) -> bytes:
    width, offset = max(1, width), 0
    parts: list[bytes] = []
    while len(text) - offset > width:
        if text[offset : offset + 1] == b" ":
            spaces = _SPACES.match(text, offset)
            assert spaces, "it matches no spaces as well"
            offset = min(spaces.end(), len(text) - width)
            continue
        end, then = _line(text, offset, width, cuts_words=cuts_words)
        if then > len(text):
            break
        world.meter.step()
        costs.text(world, end - offset + len(separator))
        parts.append(text[offset:end])
        offset = then
    return separator.join([*parts, text[offset:]])


def _line(text: bytes, offset: int, width: int, *, cuts_words: bool) -> tuple[int, int]:
    """Return where a line ends and where the next begins, one past the text where a word fills the rest."""
    space = text.rfind(b" ", offset, offset + width + 1)
    if space >= 0:
        return space, space + 1
    if cuts_words:
        return offset + width, offset + width
    space = text.find(b" ", offset + width)
    return (space, space + 1) if space >= 0 else (len(text), len(text) + 1)


@named("indent", INT, STRING, knows_world=True)
def _indent(world: Surroundings, width: int, text: bytes) -> bytes:
    return _indented(world, width, text)


@named("nindent", INT, STRING, knows_world=True)
def _nindent(world: Surroundings, width: int, text: bytes) -> bytes:
    return b"\n" + _indented(world, width, text)


def _indented(world: Surroundings, width: int, text: bytes) -> bytes:
    if width < 0:
        raise Fault("an indent cannot be negative")
    costs.text(world, len(text) + width * (text.count(b"\n") + 1))
    pad = b" " * width
    return pad + text.replace(b"\n", b"\n" + pad)


FUNCTIONS: Final[tuple[Function, ...]] = (_wrap, _wrap_with, _indent, _nindent)
