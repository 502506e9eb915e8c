"""Upper, lower and title case, a character at a time."""

from typing import Final

from keyferry.template.functions import runes
from keyferry.template.functions.function import Function, named
from keyferry.template.values import STRING


@named("upper", STRING)
def _upper(text: bytes) -> bytes:
    return text.upper() if text.isascii() else runes.mapped(text, runes.upper)


@named("lower", STRING)
def _lower(text: bytes) -> bytes:
    return text.lower() if text.isascii() else runes.mapped(text, runes.lower)


@named("title", STRING)
def _title(text: bytes) -> bytes:
    """Give each word a title case letter, and leave the rest as it is; words end at all but letters, digits and `_`."""
    made, previous = [], " "
    for character in runes.decode(text):
        made.append(runes.title(character) if _separates(previous) else character)
        previous = character
    return runes.encode("".join(made))


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return not (runes.is_letter(character) or runes.is_digit(character)) and runes.is_space(character)


@named("untitle", STRING)
def _untitle(text: bytes) -> bytes:
    """Give each word between spaces a lower case letter, and leave the rest as it is."""
    made, starts = [], True
    for character in runes.decode(text):
        is_space = runes.is_space(character)
        made.append(runes.lower(character) if starts and not is_space else character)
        starts = is_space
    return runes.encode("".join(made))


@named("swapcase", STRING)
def _swapcase(text: bytes) -> bytes:
    """Turn upper and title case to lower, and lower to upper: to title at the start and after spaces."""
    made, starts = [], True
    for character in runes.decode(text):
        if runes.is_upper(character) or runes.is_title(character):
            made.append(runes.lower(character))
            starts = False
        elif runes.is_lower(character):
            made.append(runes.title(character) if starts else runes.upper(character))
            starts = False
        else:
            made.append(character)
            starts = runes.is_space(character)
    return runes.encode("".join(made))


FUNCTIONS: Final[tuple[Function, ...]] = (_upper, _lower, _title, _untitle, _swapcase)
