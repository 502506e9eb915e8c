"""The operations on the request for a certificate's next version: see, cancel, forget, and bring what was signed.

https://learn.microsoft.com/azure/key-vault/certificates/create-certificate-scenarios
"""

import base64
import binascii
from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keyferry.lab.azure import pem_files, private_keys
from keyferry.lab.azure.keyvault import attributes, bodies
from keyferry.lab.azure.keyvault import shapes as common_shapes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body, bad_parameter
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.certificate import Certificate, Pending
from keyferry.lab.azure.keyvault.certificates import shapes, versions
from keyferry.lab.azure.keyvault.certificates.policies import UNKNOWN
from keyferry.lab.azure.keyvault.certificates.versions import New
from keyferry.lab.azure.keyvault.kinds import CERTIFICATES


def get(call: Call) -> Answer:
    """Return the request, also when it has ended."""
    certificate, request = _find(call)
    return Answer(content=shapes.pending(call.vault, certificate, request))


def update(call: Call) -> Answer:
    """Ask for the cancellation, which comes about a moment later. RefusedError where the request has ended."""
    body = bodies.read(call.request)
    certificate, request = _find(call)
    if body.flag("cancellation_requested") is None:
        raise body.refusal("cancellation_requested", "it is required")
    if request.status != "inProgress":
        raise bad_parameter("cancellation_requested", f"the request is {request.status}")
    changed = replace(request, cancellation_requested=body.flag("cancellation_requested") is True)
    certificate.pending = changed
    return Answer(content=shapes.pending(call.vault, certificate, changed))


def delete(call: Call) -> Answer:
    """Forget the request. The certificate stays, even without a version, and keeps its name.

    https://github.com/Azure/azure-cli/issues/1283 tells the two apart.
    """
    certificate, request = _find(call)
    certificate.pending = None
    return Answer(content=shapes.pending(call.vault, certificate, request))


def merge(call: Call) -> Answer:
    """Take what somebody signed for the request. RefusedError where it is for another key.

    What an issuer was asked for is merged only after it was cancelled.
    """
    body = bodies.read(call.request)
    certificate, request = _find(call)
    if request.status == "completed" or (request.status == "inProgress" and request.issuer != UNKNOWN):
        message = f"The request to the issuer {request.issuer} is {request.status}, so nothing can be merged."
        raise RefusedError(403, "Forbidden", message)
    leaf, chain = _signed(body, request)
    tags = body.tags()
    enabled = attributes.parse(body).enabled
    new = New(
        id=request.version,
        pem=request.pem,
        der=leaf,
        chain=chain,
        enabled=request.enabled if enabled is None else enabled,
        tags=request.tags if tags is None else tags,
        preserve_order=request.preserve_order,
    )
    made = versions.add(call.moment, certificate, new)
    certificate.pending = replace(request, status="completed")
    place = common_shapes.address(call.vault, "certificates", certificate.name)
    location = f"{place}?api-version={call.request.parameter('api-version')}"
    return Answer(content=shapes.bundle(call.vault, certificate, made), status=201, headers=(("Location", location),))


def _find(call: Call) -> tuple[Certificate, Pending]:
    """Return the request, the one that `request_id` names where the call does. RefusedError (404) where it is none."""
    certificate = CERTIFICATES.shelf(call).find(call.route.name, call.seconds)
    asked = call.request.parameter("request_id")
    if certificate is None or certificate.pending is None or asked not in ("", certificate.pending.request_id):
        message = f"The certificate {call.route.name} has no pending request."
        raise RefusedError(404, "PendingCertificateNotFound", message)
    return certificate, certificate.pending


def _signed(body: Body, request: Pending) -> tuple[bytes, tuple[bytes, ...]]:
    try:
        brought = [base64.b64decode(text, validate=True) for text in body.texts("x5c")]
        certificates = [x509.load_der_x509_certificate(der) for der in brought]
    except (binascii.Error, ValueError):
        raise body.refusal("x5c", "each is a certificate: DER in base64") from None
    own = private_keys.load(request.pem).public_key()
    public = own.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for certificate in certificates:
        if pem_files.public_of(certificate) == public:
            leaf = certificate.public_bytes(Encoding.DER)
            return leaf, tuple(der for der in brought if der != leaf)
    raise body.refusal("x5c", "none of the certificates is for the key of the request")
