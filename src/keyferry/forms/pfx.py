"""Opens PKCS#12 that somebody made up, without a word to anybody but its caller."""

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12

from keyferry.forms import der

REMEMBERED: Final = 64  # files of some kilobytes
MOST_ROUNDS: Final = 2_000_000  # half a second; most writers ask for some thousands, careful ones twice for 600,000
# The library proves the primes of an RSA key: 40 ms for 2048 bits, 300 ms for 4096, 7 s for 8192. One of 4096 bits
# takes 2,400 bytes. Where no key is in sight, the whole file may be no larger.
MOST_KEY_BYTES: Final = 2_700
# All that cryptography raises for bytes that somebody made up.
UNREADABLE: Final = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was in it; the certificate that belongs to the key comes first."""

    key: PrivateKeyTypes | None
    certificates: tuple[x509.Certificate, ...]


@lru_cache(REMEMBERED)
def opened(content: bytes, password: bytes = b"") -> Bundle | None:
    """Return what PKCS#12 of this password holds; None for all else, and for what would take seconds to open.

    With a password, a file that proves none is refused: whoever names one means that it was checked.

    The answer is remembered for a while: a hundred pods may mount one certificate.
    """
    try:
        if not _is_quick(content) or (password and not der.has_sum(content)):
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of what it would rather not read
            bundle = pkcs12.load_pkcs12(content, password or None)
    except UNREADABLE:
        return None
    found = (bundle.cert, *bundle.additional_certs)
    return Bundle(key=bundle.key, certificates=tuple(each.certificate for each in found if each is not None))


def _is_quick(content: bytes) -> bool:
    size = der.key_bytes(content)
    return (len(content) if size is None else size) <= MOST_KEY_BYTES and der.rounds(content) <= MOST_ROUNDS
