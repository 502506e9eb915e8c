"""The keys and certificates of a parsed seed. Everything that a user may leave out is filled in."""

from dataclasses import dataclass, field
from datetime import datetime

from keyferry.lab.azure.pem_files import KeyAndCertificate


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySeed:
    """A key of one version: `pem` is the one that the file states, None for one of `spec` to be made at start."""

    name: str
    spec: str
    pem: str | None = field(default=None, repr=False)
    operations: tuple[str, ...] | None = None
    tags: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
    not_before: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSeed:
    """A certificate of one version: `brought` is the one that the file states, None for a self-signed one.

    `issued` is when a self-signed one was made, None for the start of the lab.
    """

    name: str
    brought: KeyAndCertificate | None = None
    spec: str = "P-256"
    subject: str = ""
    dns_names: tuple[str, ...] = ()
    validity_months: int = 12
    content_type: str = "application/x-pkcs12"
    exportable: bool = True
    renew_percent: int | None = None
    issued: datetime | None = None
    tags: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
