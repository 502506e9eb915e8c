"""Two kinds of key: what `remoteRef.key` names in a vault, and the keys of the Secret that a sync writes.

External Secrets Operator's rules for both; the golden cases of `tests/golden/rewrite.jsonl` come from its Go code.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from keyferry.model.errors import SpecError, foreign

MAX_KEY_BYTES: Final = 253
_OBJECT_NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")
_NAME_REMEDY: Final = (
    'write the name that Key Vault shows, 1 to 127 letters, digits and hyphens, such as "app-prod-db-password"'
)

T = TypeVar("T")


class ObjectType(StrEnum):
    """The three kinds of object in a vault."""

    SECRET = "secret"  # noqa: S105  (a kind of object, not a password)
    CERT = "cert"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKey:
    """An object of the store's vault: `db-password` or `secret/db-password`, `cert/web`, `key/signing`."""

    type: ObjectType
    name: str

    def __str__(self) -> str:
        return f"{self.type}/{self.name}"


class Conversion(StrEnum):
    """`conversionStrategy`: what takes the place of a character that a Secret's key cannot have."""

    DEFAULT = "Default"
    UNICODE = "Unicode"


def parse_object_key(text: str) -> ObjectKey:
    """Return the object that a `remoteRef.key` names; raise `SpecError` where it names none.

    Without a slash it is a secret's name. With slashes the first segment is the type and the second the name, and the
    rest is ignored, as upstream does.
    """
    if "/" not in text:
        return ObjectKey(type=ObjectType.SECRET, name=_object_name(text))
    kind, name = text.split("/")[:2]
    if kind not in set(ObjectType):
        raise SpecError(
            what=f'"{foreign(text)}" names no object of a vault',
            cause=f'"{foreign(kind)}" before the slash is not one of secret, cert, key',
            remedy="write the name of a secret alone, or secret/name, cert/name or key/name",
        )
    return ObjectKey(type=ObjectType(kind), name=_object_name(name))


def convert_keys(entries: Mapping[str, T], strategy: Conversion) -> dict[str, T]:
    """Return the entries under keys that a Secret can have; raise `SpecError` where two become one."""
    converted: dict[str, T] = {}
    for key, value in entries.items():
        new = "".join(char if _is_allowed(char) else _replacement(char, strategy) for char in key)
        if new in converted:
            raise SpecError(
                what=f'two keys become "{foreign(new)}"',
                cause=f'conversionStrategy {strategy} replaces what tells them apart, as in "{foreign(key)}"',
                remedy="set conversionStrategy to Unicode, or name the keys one by one in spec.data",
            )
        converted[new] = value
    return converted


def validate_keys(entries: Mapping[str, T]) -> dict[str, T]:
    """Return the entries without empty keys; raise `SpecError` at a key that a Secret cannot have."""
    kept = {key: value for key, value in entries.items() if key}
    _check_all(kept)
    return kept


def _object_name(name: str) -> str:
    if not _OBJECT_NAME.fullmatch(name):
        raise SpecError(what=f'"{foreign(name)}" is not a name that Key Vault can have', remedy=_NAME_REMEDY)
    return name


def _check_all(keys: Iterable[str]) -> None:
    for key in keys:
        length = len(key.encode())
        if length > MAX_KEY_BYTES:
            raise SpecError(
                what=f'a key is longer than a Secret allows: "{key[:40]}…"',
                cause=f"it has {length} bytes, {MAX_KEY_BYTES} are allowed",
                remedy="shorten it where it comes from",
            )
        wrong = next((char for char in key if not _is_allowed(char)), None)
        if wrong is not None:
            raise SpecError(
                what=f'"{foreign(key)}" cannot be the key of a Secret',
                cause=f"it holds {wrong!a}; letters, digits, -, . and _ are allowed",
                remedy="rename it where it comes from, or convert it with conversionStrategy",
            )


def _is_allowed(char: str) -> bool:
    return char in "-._" or unicodedata.category(char)[0] in "LN"


def _replacement(char: str, strategy: Conversion) -> str:
    return "_" if strategy is Conversion.DEFAULT else f"_U{ord(char):04x}_"
