"""Words of identifiers joined another way: camel, snake and kebab case, as huandu/xstrings 1.5 finds words.

Source: https://pkg.go.dev/github.com/huandu/xstrings#ToSnakeCase and #ToPascalCase, with their examples.
"""

import re
from functools import lru_cache
from typing import Final

from keyferry.template.functions import costs, runes
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import STRING

# A text as one sign a character: - connects, p is punctuation, U a capital, a any other letter, 0 a number, x the rest.
# A word of capitals ends before the last of them where small letters follow: HTTP and Server.
_WORDS: Final = re.compile("-+|p+|U+(?=Ua)|Ua+|U+|a+|0+|x+")
_CJK: Final = ((0x3400, 0x4D85), (0x4E00, 0x9FCC), (0x20000, 0x2B81D))


@named("camelcase", STRING, knows_world=True)
def _camelcase(world: Surroundings, text: bytes) -> bytes:
    """Start each word with an upper case letter, without what connected it; leading connectors stay."""
    costs.characters(world, text)
    characters = runes.decode(text)
    start = next((at for at, each in enumerate(characters) if not _is_connector(each)), None)
    if start is None:
        return runes.encode(characters)
    made = [characters[:start]]
    capitals, current = runes.is_upper(characters[start]), runes.upper(characters[start])
    for each in characters[start + 1 :]:
        before, current = current, each
        if not _is_connector(before):
            made.append(before)
            capitals = capitals and runes.is_upper(current)
            current = runes.lower(current) if capitals else current
        elif _is_connector(current):
            made.append(before)
        else:
            capitals, current = runes.is_upper(current), runes.upper(current)
    return runes.encode("".join([*made, current]))


@named("snakecase", STRING, knows_world=True)
def _snakecase(world: Surroundings, text: bytes) -> bytes:
    return _joined(world, text, "_")


@named("kebabcase", STRING, knows_world=True)
def _kebabcase(world: Surroundings, text: bytes) -> bytes:
    return _joined(world, text, "-")


def _joined(world: Surroundings, text: bytes, connector: str) -> bytes:
    costs.characters(world, text)
    costs.text(world, len(text))
    words = _words(text.decode("utf-8", "surrogateescape"), connector)
    return _Joining(words, connector).text().encode("utf-8", "surrogateescape")


def _words(characters: str, connector: str) -> list[tuple[str, str]]:
    """Return the words of a text, each with the sign of its first character, as they will be written."""
    found = []
    for match in _WORDS.finditer("".join(map(_sign, characters))):
        sign, word = match[0][0], characters[match.start() : match.end()]
        if sign == "-":
            word = connector * len(word)
        elif sign == "U":
            word = "".join(map(runes.lower, word))
        found.append((sign, word))
    return found


class _Joining:
    """Puts words side by side, with a connector where there was none and a new word begins."""

    def __init__(self, words: list[tuple[str, str]], connector: str) -> None:
        self._words = words
        self._connector = connector
        self._at = 0
        self._made: list[str] = []

    def text(self) -> str:
        """Return the words, joined."""
        while self._at < len(self._words):
            before = self._sign
            self._write()
            if before == "0":
                self._write_after_number()
            elif before not in "-p":
                self._write_after_letters()
        return "".join(self._made)

    @property
    def _sign(self) -> str:
        return self._words[self._at][0] if self._at < len(self._words) else ""

    def _write(self) -> None:
        self._made.append(self._words[self._at][1])
        self._at += 1

    def _write_after_letters(self) -> None:
        """A number belongs to the word before it, unless small letters follow it: then to those."""
        if self._sign != "0":
            self._connect()
        elif self._at + 1 < len(self._words) and self._words[self._at + 1][0] == "a":
            self._made.append(self._connector)
            self._write()
            self._write_after_number()
        else:
            self._write()
            self._connect()

    def _write_after_number(self) -> None:
        while self._sign in {"a", "0"}:
            self._write()
        self._connect()

    def _connect(self) -> None:
        if self._sign not in {"-", "p", ""}:
            self._made.append(self._connector)


@lru_cache(maxsize=1024)
def _sign(character: str) -> str:
    if _is_connector(character):
        return "-"
    if runes.is_punctuation(character):
        return "p"
    if runes.is_upper(character):
        return "U"
    if runes.is_letter(character) and not any(first <= ord(character) <= last for first, last in _CJK):
        return "a"
    return "0" if runes.is_number(character) else "x"


def _is_connector(character: str) -> bool:
    return character in "-_" or runes.is_space(character)


FUNCTIONS: Final[tuple[Function, ...]] = (_camelcase, _snakecase, _kebabcase)
