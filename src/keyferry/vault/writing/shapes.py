"""Certificates and keys on their way into a vault, and how a key is known again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Numbers = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate to import: PEM with a key in PKCS#8, or PKCS#12. `leaf` is its DER.

    `has_key` is False where the value is a certificate alone, which can be compared and not imported.
    """

    content: bytes = field(repr=False)
    is_pem: bool
    leaf: bytes
    has_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A private or symmetric key, as the members of a JSON web key, numbers as big-endian bytes."""

    members: Numbers = field(repr=False)

    def has_public_half(self, present: Mapping[str, str | bytes | None]) -> bool:
        """Tell whether a public key of the vault is the other half of this one. Of a symmetric key nobody can tell."""
        if not str(present.get("kty", "")).startswith(str(self.members["kty"])) or "k" in self.members:
            return False
        return all(_same(self.members[name], present.get(name)) for name in _PUBLIC[str(self.members["kty"])])


Material = str | Certificate | Key
_PUBLIC: Final = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}


def _same(wanted: str | bytes, present: str | bytes | None) -> bool:
    if isinstance(wanted, bytes) and isinstance(present, bytes):
        return int.from_bytes(wanted) == int.from_bytes(present)  # whoever wrote it may have padded it
    return wanted == present
