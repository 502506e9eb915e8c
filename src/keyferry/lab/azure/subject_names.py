"""X.500 names as Key Vault writes them: `CN=a, O=b`, the order and the escapes of RFC 4514."""

import re
from typing import Final

from cryptography import x509

_SEPARATOR: Final = re.compile(r"(?<!\\),\s*")
_TYPE: Final = re.compile(r"(?:^|(?<=[^\\][,+]))[A-Za-z]+(?==)")


def read(text: str) -> x509.Name:
    """Return the name that the text writes, `CN` in either case (RFC 4512 §2.5). ValueError where it is none."""
    joined = _SEPARATOR.sub(",", text.strip())
    return x509.Name.from_rfc4514_string(_TYPE.sub(lambda found: found.group().upper(), joined))


def written(name: x509.Name) -> str:
    """Return the text of a name."""
    return _SEPARATOR.sub(", ", name.rfc4514_string())
