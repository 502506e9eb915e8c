"""Random texts and numbers, drawn evenly from the chance that the rendering was given."""

import base64
import string
from typing import Final

from keyferry.template.functions import costs, runes
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import INT, STRING

_LETTERS: Final = string.ascii_letters.encode()
_DIGITS: Final = string.digits.encode()
_PRINTABLE: Final = bytes(range(0x20, 0x7F))


@named("randAlphaNum", INT, knows_world=True)
def _rand_alpha_num(world: Surroundings, count: int) -> bytes:
    return _drawn(world, count, _LETTERS + _DIGITS)


@named("randAlpha", INT, knows_world=True)
def _rand_alpha(world: Surroundings, count: int) -> bytes:
    return _drawn(world, count, _LETTERS)


@named("randNumeric", INT, knows_world=True)
def _rand_numeric(world: Surroundings, count: int) -> bytes:
    return _drawn(world, count, _DIGITS)


@named("randAscii", INT, knows_world=True)
def _rand_ascii(world: Surroundings, count: int) -> bytes:
    return _drawn(world, count, _PRINTABLE)


def _drawn(world: Surroundings, count: int, alphabet: bytes) -> bytes:
    """Return `count` of the alphabet's signs, none for a negative count; bytes that would favour some are dropped."""
    made = bytearray()
    costs.items(world, max(0, count))
    fair = 256 - 256 % len(alphabet)
    while len(made) < count:
        made += bytes(alphabet[byte % len(alphabet)] for byte in world.chance(count - len(made)) if byte < fair)
    return bytes(made)


@named("randInt", INT, INT, knows_world=True)
def _rand_int(world: Surroundings, low: int, high: int) -> int:
    if high <= low:
        raise Fault("the upper bound must be greater than the lower")
    return low + _below(world, high - low)


@named("shuffle", STRING, knows_world=True)
def _shuffle(world: Surroundings, text: bytes) -> bytes:
    costs.entries(world, len(text))
    characters = list(runes.decode(text))
    for last in range(len(characters) - 1, 0, -1):
        other = _below(world, last + 1)
        characters[last], characters[other] = characters[other], characters[last]
    return runes.encode("".join(characters))


def _below(world: Surroundings, bound: int) -> int:
    """Return a number from 0 to below `bound`; draws that would favour some are dropped."""
    size = (bound.bit_length() + 7) // 8
    fair = 256**size - 256**size % bound
    while True:
        drawn = int.from_bytes(world.chance(size), "big")
        if drawn < fair:
            return drawn % bound


@named("randBytes", INT, knows_world=True)
def _rand_bytes(world: Surroundings, count: int) -> bytes:
    if count < 0:
        raise Fault("the number of bytes cannot be negative")
    costs.items(world, count)
    return base64.b64encode(world.chance(count)) if count else b""


@named("uuidv4", knows_world=True)
def _uuidv4(world: Surroundings) -> bytes:
    """Return a random UUID: RFC 9562 §5.4."""
    drawn = bytearray(world.chance(16))
    drawn[6] = 0x40 | drawn[6] & 0x0F
    drawn[8] = 0x80 | drawn[8] & 0x3F
    digits = drawn.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}".encode()


FUNCTIONS: Final[tuple[Function, ...]] = (
    _rand_alpha_num,
    _rand_alpha,
    _rand_numeric,
    _rand_ascii,
    _rand_int,
    _shuffle,
    _rand_bytes,
    _uuidv4,
)
