"""A certificate with its private key, and what a Secret of the type kubernetes.io/tls calls them. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.model.secrets import SecretValue

CERTIFICATE: Final = "tls.crt"
KEY: Final = "tls.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`chain_pem` begins with the certificate itself; what leads to its authority may follow."""

    chain_pem: bytes
    key_pem: SecretValue
    begins: datetime
    ends: datetime
    hosts: frozenset[str]
