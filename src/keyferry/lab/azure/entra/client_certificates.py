"""Whether an assertion is signed with the key of one of an application's certificates.

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
A `jti` is not remembered: whether the service refuses a second use is not documented. A chain in `x5c` is let be: it
serves trust by subject name, which the lab does not have.
"""

import base64
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.directory import Application
from keyferry.lab.azure.entra import assertion
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.assertion import SELF_SIGNED, Assertion
from keyferry.lab.azure.seed.declaration import TenantSeed

_PATHS: Final = ("/oauth2/v2.0/token", "/oauth2/token", "/v2.0", "/", "")


def verify(presented: Assertion, client: Application, tenant: TenantSeed, now: datetime, port_suffix: str = "") -> None:
    """Return if the application signed the assertion for this tenant and its time has come. RefusedError otherwise.

    Checked in this order: header, issuer and subject, key, signature, audience, time. `port_suffix` is what the client
    wrote behind the host.
    """
    assertion.check_header(presented, SELF_SIGNED)
    if {presented.issuer.lower(), presented.subject.lower()} != {client.client_id}:
        raise RefusedError(
            700021, "The client assertion's 'iss' and 'sub' are not both the 'client_id' of the request."
        )
    certificate = _certificate(presented, client, now)
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey), "the seed takes no others"
    assertion.verify_signature(presented, key)
    if not _audiences(tenant, port_suffix).intersection(presented.audiences):
        raise RefusedError(
            700023,
            "The client assertion's audience is not this tenant's: it must be the address of the token endpoint.",
        )
    assertion.verify_time(presented, now)


def _certificate(presented: Assertion, client: Application, now: datetime) -> x509.Certificate:
    named = {*presented.thumbprints, presented.kid.rstrip("=")}
    fitting = [each for each in _certificates(client) if named.intersection(_names(each))]
    if not fitting:
        text = "the key was not found by the thumbprint in its header"
    elif not fitting[0].not_valid_before_utc <= now < fitting[0].not_valid_after_utc:
        text = "the key is expired"
    else:
        return fitting[0]
    raise RefusedError(
        700027,
        f"The client assertion's key is none that the application '{client.client_id}' has: {text}.",
    )


def _certificates(client: Application) -> Iterator[x509.Certificate]:
    return (_parsed(each.pem) for each in client.certificates)


@lru_cache(maxsize=256)
def _parsed(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The ways in which clients name it: `x5t`, `x5t#S256`, and as `kid` the first, which older ones write in hex."""
    sha1 = certificate.fingerprint(hashes.SHA1())  # noqa: S303  (an id, by RFC 7515 §4.1.7)
    sha256 = certificate.fingerprint(hashes.SHA256())
    return _base64url(sha1), _base64url(sha256), sha1.hex().upper()


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _audiences(tenant: TenantSeed, port_suffix: str) -> set[str]:
    """Every address of the tenant's token endpoints, under each alias of its cloud, and its two issuers."""
    cloud: Cloud = tenant.cloud
    return {
        f"https://{host}{port}/{name}{path}"
        for port in ("", port_suffix)
        for host in (*cloud.login_hosts, cloud.sts_host)
        for name in (tenant.id, tenant.domain)
        for path in _PATHS
    }
