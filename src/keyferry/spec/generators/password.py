"""What a Password asks for, and whether so many different characters exist at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from keyferry.model.errors import foreign
from keyferry.spec.problems import Problems

DEFAULT_LENGTH: Final = 24
DEFAULT_SYMBOLS: Final = '!"#$%&()*+,-./:<=>?@[\\]^_`{|}~'  # ASCII punctuation but ' and ;, as upstream
DEFAULT_KEY: Final = "password"
DIGITS: Final = "0123456789"
LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
MOST_CHARACTERS: Final = 64 * 1024  # a Secret holds 1 MiB altogether
MOST_KEYS: Final = 256


class Encoding(StrEnum):
    """`encoding`: how the password is written down."""

    RAW = "raw"
    BASE64 = "base64"
    BASE64URL = "base64url"
    BASE32 = "base32"
    HEX = "hex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """So many letters, digits and symbols, in any order; for each of `keys` a password of its own."""

    letters: int
    digits: int
    symbols: int
    symbol_characters: str
    letter_characters: str
    allow_repeat: bool
    keys: tuple[str, ...]
    encoding: Encoding


def read(spec: Mapping[str, Any], path: str, problems: Problems) -> Password:
    """Return what the fields, which were checked one by one before, ask for; note what cannot be made."""
    length = spec.get("length", 0)
    length = length if length > 0 else DEFAULT_LENGTH
    digits = spec.get("digits", length // 4)
    symbols = spec.get("symbols", length // 4)
    password = Password(
        letters=length - digits - symbols,
        digits=digits,
        symbols=symbols,
        symbol_characters="".join(dict.fromkeys(spec.get("symbolCharacters") or DEFAULT_SYMBOLS)),
        letter_characters=LOWER if spec.get("noUpper") else LOWER + LOWER.upper(),
        allow_repeat=spec.get("allowRepeat", False),
        keys=tuple(spec.get("secretKeys", (DEFAULT_KEY,))),
        encoding=Encoding(spec.get("encoding", Encoding.RAW)),
    )
    _check_counts(password, length, path, problems)
    _check_variety(password, path, problems)
    _check_keys(password.keys, f"{path}.secretKeys", problems)
    return password


def _check_counts(password: Password, length: int, path: str, problems: Problems) -> None:
    if length > MOST_CHARACTERS:
        problems.add(f"{path}.length", f"is {length}, {MOST_CHARACTERS} are allowed", "write a smaller number")
    for field, count in (("digits", password.digits), ("symbols", password.symbols)):
        if count < 0:
            problems.add(f"{path}.{field}", "is negative", "write 0 for none")
    if password.letters < 0:
        problems.add(
            f"{path}.length",
            f"is {length}, less than its {password.digits} digits and {password.symbols} symbols together",
            "raise length, or lower digits and symbols",
        )


def _check_variety(password: Password, path: str, problems: Problems) -> None:
    """Without repetition, no more characters of one sort can be had than there are."""
    if password.allow_repeat:
        return
    sorts = (
        ("digits", password.digits, len(DIGITS)),
        ("symbols", password.symbols, len(password.symbol_characters)),
        ("length", password.letters, len(password.letter_characters)),
    )
    for field, wanted, available in sorts:
        if wanted > available:
            sort = "letters" if field == "length" else field
            problems.add(
                f"{path}.{field}",
                f"asks for {wanted} different {sort}, and there are {available}",
                "set allowRepeat to true, or ask for fewer",
            )


def _check_keys(keys: tuple[str, ...], path: str, problems: Problems) -> None:
    if len(keys) > MOST_KEYS:
        problems.add(path, f"has {len(keys)} entries, {MOST_KEYS} are allowed", "use another generator for the rest")
    seen: set[str] = set()
    for index, key in enumerate(keys[:MOST_KEYS]):
        if not key:
            problems.add(f"{path}[{index}]", "is empty", "write a key")
        if key in seen:
            problems.add(f"{path}[{index}]", f'"{foreign(key)}" is there twice', "rename or remove one")
        seen.add(key)
