"""Certificates that come to be: created by a policy, or imported with their private keys.

https://learn.microsoft.com/azure/key-vault/certificates/certificate-scenarios
https://learn.microsoft.com/azure/key-vault/certificates/create-certificate-scenarios
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from cryptography import x509

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault import attributes, bodies
from keyferry.lab.azure.keyvault import shapes as common_shapes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.certificate import Certificate, Policy
from keyferry.lab.azure.keyvault.certificates import imports, names, policies, requests, shapes, versions
from keyferry.lab.azure.keyvault.certificates.versions import New
from keyferry.lab.azure.keyvault.kinds import CERTIFICATES, KEYS, SECRETS
from keyferry.lab.azure.pem_files import KeyAndCertificate

_MONTH: Final = timedelta(days=30)


def create(call: Call) -> Answer:
    """Ask for a new version: 202, with where to look how it goes."""
    body = bodies.read(call.request)
    change, tags = attributes.parse(body), body.tags()
    old = _writable(call)
    if old is None and not body.has("policy"):
        raise bad_parameter("policy", "it is required for a certificate that is new")
    base = old.policy if old else Policy(created=call.seconds, issuer=policies.UNKNOWN)
    policy = replace(policies.with_defaults(policies.parse(body.inner("policy"), base)), updated=call.seconds)
    certificate = old or Certificate(name=call.route.name, policy=policy)
    set_policy(call, certificate, policy)
    request = requests.begin(
        call.moment,
        certificate,
        enabled=change.enabled is not False,
        tags=tags,
        preserve_order=body.flag("preserveCertOrder"),
    )
    place = common_shapes.address(call.vault, "certificates", certificate.name, "pending")
    version = call.request.parameter("api-version")
    location = f"{place}?api-version={version}&request_id={request.request_id}"
    content = shapes.pending(call.vault, certificate, request)
    return Answer(content=content, status=202, headers=(("Location", location),))


def import_(call: Call) -> Answer:
    """Take a certificate that somebody brings. What it says stands in its policy from then on."""
    body = bodies.read(call.request)
    change, tags = attributes.parse(body), body.tags()
    old = _writable(call)
    base = old.policy if old else Policy(created=call.seconds, issuer=policies.UNKNOWN)
    value, told = body.required("value"), body.inner("policy").inner("secret_props").text("contentType")
    form = told or imports.form_of(value)
    asked = policies.parse(body.inner("policy"), base if old else replace(base, content_type=form))
    brought = imports.read(value, body.text("pwd"), form)
    policy = replace(policies.with_defaults(fitted(asked, brought)), updated=call.seconds)
    _check_key(call, policy)
    certificate = old or Certificate(name=call.route.name, policy=policy)
    certificate.policy = policy
    new = New(
        id=call.sources.hex_id(),
        pem=brought.pem,
        der=brought.leaf,
        chain=brought.chain,
        enabled=change.enabled is not False,
        tags=tags,
        preserve_order=body.flag("preserveCertOrder"),
    )
    certificate.pending = None
    made = versions.add(call.moment, certificate, new)
    return Answer(content=shapes.bundle(call.vault, certificate, made))


def set_policy(call: Call, certificate: Certificate, policy: Policy) -> None:
    """Put the policy in the place of the old one. It counts for versions to come, and for when they come."""
    _check(call, policy)
    certificate.policy = policy
    version = certificate.latest
    if version is not None:
        certificate.renew_at = versions.renewal(certificate, version.attributes)


def _writable(call: Call) -> Certificate | None:
    """Return the certificate that a new version is to be of, None where none has the name.

    RefusedError (409) where the name is taken by a secret or a key of its own, or a request is under way.
    """
    name = call.route.name
    for kind in (CERTIFICATES, KEYS, SECRETS):
        kind.refuse_taken(call, name)
    certificate = CERTIFICATES.shelf(call).find(name, call.seconds)
    if certificate is None:
        KEYS.refuse_present(call, name)
        SECRETS.refuse_present(call, name)
    elif requests.is_open(certificate):
        message = f"The certificate {name} has a request in progress, so no other version can be made now."
        raise RefusedError(409, "Forbidden", message)  # the code is the documents'
    return certificate


def _check(call: Call, policy: Policy) -> None:
    _check_key(call, policy)
    properties = policy.x509
    if not (properties.subject or properties.dns_names or properties.emails or properties.upns):
        raise bad_parameter("policy.x509_props.subject", "a subject or an alternative name is required")
    known = (policies.SELF, policies.UNKNOWN)
    issuer = call.vault.objects.issuers.get(policy.issuer.lower())
    if policy.issuer not in known and (issuer is None or not issuer.enabled):
        raise bad_parameter("policy.issuer.name", f"it is neither {', '.join(known)} nor an issuer in use here")


def _check_key(call: Call, policy: Policy) -> None:
    if policy.hsm and (call.vault.sku != "premium" or policy.exportable):
        raise bad_parameter("policy.key_props.kty", "HSM keys need a premium vault, and cannot be exported")


def fitted(policy: Policy, brought: KeyAndCertificate) -> Policy:
    """Return the policy with the key, the names and the validity that the certificate has."""
    certificate = x509.load_der_x509_certificate(brought.leaf)
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    months = max(1, min(policies.MAX_VALIDITY_MONTHS, round(life / _MONTH)))
    return replace(
        policy,
        key=private_keys.spec_of(private_keys.load(brought.pem)) or policy.key,
        x509=replace(
            names.found(certificate),
            ekus=policy.x509.ekus,
            key_usage=policy.x509.key_usage,
            validity_months=months,
        ),
    )
