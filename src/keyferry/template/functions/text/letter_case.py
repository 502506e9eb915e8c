"""Upper, lower and title case, a character at a time."""

from collections.abc import Callable
from typing import Final

from keyferry.template.functions import costs, runes
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import STRING


@named("upper", STRING, knows_world=True)
def _upper(world: Surroundings, text: bytes) -> bytes:
    return text.upper() if text.isascii() else _mapped(world, text, runes.upper)


@named("lower", STRING, knows_world=True)
def _lower(world: Surroundings, text: bytes) -> bytes:
    return text.lower() if text.isascii() else _mapped(world, text, runes.lower)


def _mapped(world: Surroundings, text: bytes, change: Callable[[str], str]) -> bytes:
    costs.characters(world, text)
    return runes.mapped(text, change)


@named("title", STRING, knows_world=True)
def _title(world: Surroundings, text: bytes) -> bytes:
    """Give each word a title case letter, and leave the rest as it is; words end at all but letters, digits and `_`."""
    costs.characters(world, text)
    made, previous = [], " "
    for character in runes.decode(text):
        made.append(runes.title(character) if _separates(previous) else character)
        previous = character
    return runes.encode("".join(made))


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return not (runes.is_letter(character) or runes.is_digit(character)) and runes.is_space(character)


@named("untitle", STRING, knows_world=True)
def _untitle(world: Surroundings, text: bytes) -> bytes:
    """Give each word between spaces a lower case letter, and leave the rest as it is."""
    costs.characters(world, text)
    made, starts = [], True
    for character in runes.decode(text):
        is_space = runes.is_space(character)
        made.append(runes.lower(character) if starts and not is_space else character)
        starts = is_space
    return runes.encode("".join(made))


@named("swapcase", STRING, knows_world=True)
def _swapcase(world: Surroundings, text: bytes) -> bytes:
    """Turn upper and title case to lower, and lower to upper: to title at the start and after spaces."""
    costs.characters(world, text)
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
