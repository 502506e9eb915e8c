"""A certificate with its key from files, read by OpenSSL, which a server has loaded anyway; x509 takes 9 MiB on top.

1. OpenSSL loads the two, and so sees that they belong together.
2. A handshake in memory, with a client that trusts this very certificate, tells what stands in it.
3. What OpenSSL does not take so, `pairs` looks at: it takes more, as a certificate that is not for servers, and it says
   what is wrong.
"""

import ssl
from datetime import UTC, datetime
from typing import Any

from keyferry.admit.certificates import shown, trust
from keyferry.admit.certificates.key_pair import Pair
from keyferry.model.secrets import SecretValue


def pair(chain_pem: bytes, key_pem: SecretValue) -> Pair:
    """Return certificate and key if one is the other's. ValueError says what is wrong, and nothing of the key."""
    found = _seen(chain_pem, key_pem)
    if found is None:
        from keyferry.admit.certificates import pairs  # noqa: PLC0415  (the point of this module)

        return pairs.pair(chain_pem, key_pem)
    return Pair(
        chain_pem=chain_pem,
        key_pem=key_pem,
        begins=_instant(found["notBefore"]),
        ends=_instant(found["notAfter"]),
        hosts=frozenset(name for kind, name in found.get("subjectAltName", ()) if kind == "DNS"),
    )


def _seen(chain_pem: bytes, key_pem: SecretValue) -> Any:
    """Return the certificate as a client sees it, None where it sees none."""
    try:
        return trust.seen(shown.server(chain_pem, key_pem), chain_pem)
    except (ssl.SSLError, ValueError):
        return None


def _instant(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
