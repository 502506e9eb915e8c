"""Characters by chance, as a Password asks for them. Pure: chance is an argument."""

import base64
from collections.abc import Callable
from typing import Final

from keyferry.spec.generators.password import DIGITS, Encoding, Password

Below = Callable[[int], int]  # a number from 0 up to and without its argument, each as likely as the others

_ENCODERS: Final[dict[Encoding, Callable[[bytes], bytes]]] = {
    Encoding.RAW: lambda plain: plain,
    Encoding.BASE64: base64.b64encode,
    Encoding.BASE64URL: base64.urlsafe_b64encode,
    Encoding.BASE32: base64.b32encode,
    Encoding.HEX: lambda plain: plain.hex().encode(),
}


def passwords(wanted: Password, below: Below) -> dict[str, bytes]:
    """Return a password for each key, independent of the others. Values: they go nowhere but into the Secret."""
    encode = _ENCODERS[wanted.encoding]
    return {key: encode(_password(wanted, below).encode()) for key in wanted.keys}


def _password(wanted: Password, below: Below) -> str:
    sorts = (
        (wanted.letters, wanted.letter_characters),
        (wanted.digits, DIGITS),
        (wanted.symbols, wanted.symbol_characters),
    )
    drawn = [
        character
        for count, characters in sorts
        for character in _draw(count, characters, below, repeat=wanted.allow_repeat)
    ]
    _shuffle(drawn, below)
    return "".join(drawn)


def _draw(count: int, characters: str, below: Below, *, repeat: bool) -> list[str]:
    if repeat:
        return [characters[below(len(characters))] for _ in range(count)]
    left = list(characters)
    return [left.pop(below(len(left))) for _ in range(count)]


def _shuffle(characters: list[str], below: Below) -> None:
    """Fisher and Yates: every order is as likely as the others."""
    for last in range(len(characters) - 1, 0, -1):
        other = below(last + 1)
        characters[last], characters[other] = characters[other], characters[last]
