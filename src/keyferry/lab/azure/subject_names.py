"""X.500 names as Key Vault writes them: `CN=a, O=b`, the order and the escapes of RFC 4514."""

import re
from typing import Final

from cryptography import x509

_SEPARATOR: Final = re.compile(r"(?<!\\),\s*")


def read(text: str) -> x509.Name:
    """Return the name that the text writes. ValueError where it is none."""
    return x509.Name.from_rfc4514_string(_SEPARATOR.sub(",", text.strip()))


def written(name: x509.Name) -> str:
    """Return the text of a name."""
    return _SEPARATOR.sub(", ", name.rfc4514_string())
