"""The JSON shapes of certificates.

https://learn.microsoft.com/rest/api/keyvault/certificates
"""

import base64
import hashlib
from typing import Any, Final

from cryptography import x509

from keyferry.lab.azure import subject_names
from keyferry.lab.azure.keyvault import shapes
from keyferry.lab.azure.keyvault.attributes import Attributes
from keyferry.lab.azure.keyvault.certificate import Certificate, CertificateVersion, Pending
from keyferry.lab.azure.keyvault.certificates import policies
from keyferry.lab.azure.keyvault.vault import Vault

_DETAILS: Final = {
    "inProgress": "The request is in progress. Its issuer decides how long that takes.",
    "cancelled": "The request was cancelled.",
}
_TO_MERGE: Final = "The request is made. Merge what an authority signs for it."


def bundle(vault: Vault, certificate: Certificate, version: CertificateVersion) -> dict[str, Any]:
    """Return a version with the addresses of its key and secret, and the certificate's policy."""
    return {
        "id": shapes.address(vault, "certificates", certificate.name, version.id),
        "kid": shapes.address(vault, "keys", certificate.name, version.id),
        "sid": shapes.address(vault, "secrets", certificate.name, version.id),
        "x5t": _thumbprint(version),
        "cer": base64.b64encode(version.der).decode(),
        "contentType": version.content_type,
        "attributes": shapes.attributes(vault, version.attributes),
        **shapes.tags(version.tags),
        **({} if version.preserve_order is None else {"preserveCertOrder": version.preserve_order}),
        **_pending_address(vault, certificate),
        "policy": policies.shape(vault, certificate.name, certificate.policy),
    }


def latest(vault: Vault, certificate: Certificate) -> dict[str, Any]:
    """Return the latest version, or what there is of a certificate whose first one is not made yet."""
    version = certificate.latest
    if version is not None:
        return bundle(vault, certificate, version)
    pending = certificate.pending
    return {
        "id": shapes.address(vault, "certificates", certificate.name, pending.version if pending else ""),
        "attributes": _pending_attributes(vault, certificate),
        **shapes.tags(pending.tags if pending else None),
        **_pending_address(vault, certificate),
        "policy": policies.shape(vault, certificate.name, certificate.policy),
    }


def item(vault: Vault, certificate: Certificate) -> dict[str, Any]:
    """Return a certificate as lists show it: the latest version's attributes, the id without a version."""
    version = certificate.latest
    address = {"id": shapes.address(vault, "certificates", certificate.name)}
    if version is None:
        return {**address, "attributes": _pending_attributes(vault, certificate)}
    return {**address, **_details(vault, version)}


def version_item(vault: Vault, certificate: Certificate, version: CertificateVersion) -> dict[str, Any]:
    """Return a version as the list of versions shows it."""
    return {
        "id": shapes.address(vault, "certificates", certificate.name, version.id),
        **_details(vault, version),
    }


def pending(vault: Vault, certificate: Certificate, request: Pending) -> dict[str, Any]:
    """Return the request for a new version."""
    shape: dict[str, Any] = {
        "id": shapes.address(vault, "certificates", certificate.name, "pending"),
        "issuer": {"name": request.issuer},
        "csr": base64.b64encode(request.csr).decode(),
        "cancellation_requested": request.cancellation_requested,
        "status": request.status,
        "request_id": request.request_id,
    }
    if request.status in _DETAILS:
        waits = request.status == "inProgress" and request.issuer == policies.UNKNOWN
        shape["status_details"] = _TO_MERGE if waits else _DETAILS[request.status]
    else:
        shape["target"] = shapes.address(vault, "certificates", certificate.name)
    if request.preserve_order is not None:
        shape["preserveCertOrder"] = request.preserve_order
    return shape


def _pending_address(vault: Vault, certificate: Certificate) -> dict[str, Any]:
    if certificate.pending is None:
        return {}
    return {"pending": {"id": shapes.address(vault, "certificates", certificate.name, "pending")}}


def _details(vault: Vault, version: CertificateVersion) -> dict[str, Any]:
    return {
        "x5t": _thumbprint(version),
        "attributes": shapes.attributes(vault, version.attributes),
        **shapes.tags(version.tags),
        "subject": subject_names.written(x509.load_der_x509_certificate(version.der).subject),
    }


def _pending_attributes(vault: Vault, certificate: Certificate) -> dict[str, Any]:
    policy = certificate.policy
    return shapes.attributes(vault, Attributes(created=policy.created, updated=policy.updated, enabled=False))


def _thumbprint(version: CertificateVersion) -> str:
    digest = hashlib.sha1(version.der).digest()  # noqa: S324  (x5t is SHA-1 by definition: RFC 7517 §4.8)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
