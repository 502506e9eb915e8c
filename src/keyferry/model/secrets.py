"""References to secrets, and the one type that may hold a secret's value."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Never, NewType, final

VaultUrl = NewType("VaultUrl", str)  # normalised: https://host, no trailing slash
SecretName = NewType("SecretName", str)  # 1-127 characters of 0-9 a-z A-Z and -, compared without case
SecretVersion = NewType("SecretVersion", str)  # 32 lower-case hex digits; "" means the latest

_HIDDEN = "•••"


@final
class SecretValue:
    """Holds a value and never shows it: repr, str, format and pickling give `•••` or refuse.

    `reveal()` is the only way out. Its call sites in `src` are a literal list in a test.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the value itself. The caller answers for where it goes."""
        return self._value

    def digest(self) -> str:
        """Return the first 12 hex digits of the value's SHA-256: enough to see a change.

        It can be guessed back from a short value, so it goes to a person's terminal on request, never to a log.
        """
        return hashlib.sha256(self._value).hexdigest()[:12]

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretValue) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return _HIDDEN

    def __format__(self, format_spec: str) -> str:
        return _HIDDEN

    def __reduce__(self) -> Never:
        raise TypeError("a SecretValue is never serialised")


class ObjectKind(StrEnum):
    """The three collections of a vault, as their addresses spell them."""

    SECRET = "secrets"  # noqa: S105  (a word of the address)
    CERTIFICATE = "certificates"
    KEY = "keys"

    __hash__ = str.__hash__  # an enum's own is slow, and each lookup of a reference takes it


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRef:
    """One object of one vault; `version` is "" for the latest. Of certificates and keys the public part is meant."""

    vault_url: VaultUrl
    name: SecretName
    version: SecretVersion = SecretVersion("")
    kind: ObjectKind = ObjectKind.SECRET

    def __str__(self) -> str:
        return f"{self.vault_url}/{self.kind}/{self.name}" + (f"/{self.version}" if self.version else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretProperties:
    """What Key Vault says of a secret without its value. Instants are aware and have a resolution of one second."""

    name: SecretName
    version: SecretVersion  # "" in a list, which does not tell it
    enabled: bool
    created: datetime | None
    updated: datetime | None
    expires: datetime | None
    not_before: datetime | None
    content_type: str
    tags: tuple[tuple[str, str], ...]
    certificate_backed: bool = False  # a secret that holds the key and chain of the certificate of its name


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretBundle:
    """A value with its properties, as one read returned them."""

    properties: SecretProperties
    value: SecretValue
