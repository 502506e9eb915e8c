"""A certificate, its versions, its policy, and the request for the next version, as plain data."""

from dataclasses import dataclass, field
from typing import Literal

from keyferry.lab.azure.keyvault.attributes import Attributes

PendingStatus = Literal["inProgress", "completed", "cancelled"]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeAction:
    """What happens near the end of a version's life: AutoRenew or EmailContacts. One of the two numbers is None."""

    kind: str
    days_before_expiry: int | None = None
    lifetime_percentage: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class X509Properties:
    """What a certificate is asked to say."""

    subject: str = ""
    dns_names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    upns: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    ekus: tuple[str, ...] = ("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2")
    key_usage: tuple[str, ...] = ("digitalSignature", "keyEncipherment")
    validity_months: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How versions of a certificate are made. `key` is a word of `private_keys`, as RSA-2048 or P-256."""

    key: str = "RSA-2048"
    hsm: bool = False
    exportable: bool = True
    reuse_key: bool = False
    content_type: str = "application/x-pkcs12"
    x509: X509Properties = field(default_factory=X509Properties)
    lifetime_actions: tuple[LifetimeAction, ...] = ()
    issuer: str = "Self"
    certificate_type: str | None = None
    transparency: bool | None = None
    enabled: bool = True
    created: int = 0
    updated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateVersion:
    """One version: the certificate and the rest of its chain, in DER."""

    id: str
    der: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    attributes: Attributes
    content_type: str
    tags: Pairs | None = None
    preserve_order: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A request for a new version, whose id is `version`. It is met at `ready`, None where somebody must merge."""

    version: str
    request_id: str
    issuer: str
    ready: int | None
    pem: str = field(repr=False)
    csr: bytes = field(repr=False)
    policy: Policy
    status: PendingStatus = "inProgress"
    cancellation_requested: bool = False
    enabled: bool = True
    tags: Pairs | None = None
    preserve_order: bool | None = None


@dataclass(slots=True, kw_only=True)
class Certificate:
    """A certificate: its name as first written, and its versions in the order they were made, none at first.

    `renew_at` is the instant from which its latest version is to be replaced, None for never.
    """

    name: str
    policy: Policy
    versions: dict[str, CertificateVersion] = field(default_factory=dict)
    pending: Pending | None = None
    renew_at: int | None = None

    @property
    def latest(self) -> CertificateVersion | None:
        """The version made last, enabled or not; None while the first one is not made."""
        return next(reversed(self.versions.values()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who is told of certificates that expire."""

    email: str
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """Whom an issuer calls. None is "not said"."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A certificate authority that a vault knows, with the account there. The account's password is never shown."""

    name: str
    provider: str
    account_id: str | None = None
    password: str | None = field(default=None, repr=False)
    organization_id: str | None = None
    administrators: tuple[Administrator, ...] = ()
    enabled: bool = True
    created: int = 0
    updated: int = 0
