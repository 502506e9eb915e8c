"""Certificate policies as JSON, with the service's defaults and limits.

https://learn.microsoft.com/azure/key-vault/certificates/about-certificates#certificate-policy
https://learn.microsoft.com/rest/api/keyvault/certificates/create-certificate/create-certificate
"""

import re
from dataclasses import replace
from typing import Any, Final

from keyferry.lab.azure.keyvault import shapes
from keyferry.lab.azure.keyvault.bodies import Body
from keyferry.lab.azure.keyvault.certificate import LifetimeAction, Policy, X509Properties
from keyferry.lab.azure.keyvault.certificates import issuance
from keyferry.lab.azure.keyvault.keys import bodies as key_bodies
from keyferry.lab.azure.keyvault.secrets.media_types import PEM, PKCS12
from keyferry.lab.azure.keyvault.vault import Vault

SELF: Final = "Self"
UNKNOWN: Final = "Unknown"  # somebody else signs, and brings the result
MAX_VALIDITY_MONTHS: Final = 1200
AUTO_RENEW: Final = "AutoRenew"
EMAIL_CONTACTS: Final = "EmailContacts"
KEY_USAGES: Final = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
_OID: Final = re.compile(r"[0-2](\.\d{1,10}){1,20}")


def parse(body: Body, base: Policy) -> Policy:
    """Return `base` with what the policy in `body` says. RefusedError names what is wrong by its path."""
    policy = replace(base, x509=_x509(body.inner("x509_props"), base.x509))
    policy = _with_key(body, policy)
    policy = _with_issuer(body, policy)
    secret = body.inner("secret_props")
    content_type = secret.text("contentType") or policy.content_type
    if content_type not in (PEM, PKCS12):
        raise secret.refusal("contentType", f"it is neither {PKCS12} nor {PEM}")
    enabled = body.inner("attributes").flag("enabled")
    policy = replace(policy, content_type=content_type, enabled=policy.enabled if enabled is None else enabled)
    if body.has("lifetime_actions"):
        actions = tuple(_action(each, policy) for each in body.each("lifetime_actions"))
        policy = replace(policy, lifetime_actions=actions)
    return policy


def with_defaults(policy: Policy) -> Policy:
    """Return the policy with the action that the service adds where none is said."""
    if policy.lifetime_actions:
        return policy
    kind = EMAIL_CONTACTS if policy.issuer == UNKNOWN else AUTO_RENEW
    return replace(policy, lifetime_actions=(LifetimeAction(kind=kind, lifetime_percentage=80),))


def shape(vault: Vault, name: str, policy: Policy) -> dict[str, Any]:
    """Return the policy of the certificate called `name`."""
    is_rsa = policy.key.startswith("RSA-")
    hsm = "-HSM" if policy.hsm else ""
    size = {"key_size": int(policy.key.removeprefix("RSA-"))} if is_rsa else {"crv": policy.key}
    issuer = {"name": policy.issuer, "cty": policy.certificate_type, "cert_transparency": policy.transparency}
    return {
        "id": shapes.address(vault, "certificates", name, "policy"),
        "key_props": {
            "exportable": policy.exportable,
            "kty": ("RSA" if is_rsa else "EC") + hsm,
            **size,
            "reuse_key": policy.reuse_key,
        },
        "secret_props": {"contentType": policy.content_type},
        "x509_props": _x509_shape(policy.x509),
        "lifetime_actions": [_action_shape(action) for action in policy.lifetime_actions],
        "issuer": {name: value for name, value in issuer.items() if value is not None},
        "attributes": {"enabled": policy.enabled, "created": policy.created, "updated": policy.updated},
    }


def _with_key(body: Body, policy: Policy) -> Policy:
    key = body.inner("key_props")
    exportable, reuse = key.flag("exportable"), key.flag("reuse_key")
    policy = replace(
        policy,
        exportable=policy.exportable if exportable is None else exportable,
        reuse_key=policy.reuse_key if reuse is None else reuse,
    )
    if not (key.has("kty") or key.has("key_size") or key.has("crv")):
        return policy
    type_ = key.text("kty") or ("EC" if key.has("crv") else "RSA")
    if type_ not in key_bodies.TYPES:
        raise key.refusal("kty", f"it is none of {', '.join(key_bodies.TYPES)}")
    return replace(policy, key=key_bodies.spec(key, type_), hsm=type_.endswith("-HSM"))


def _with_issuer(body: Body, policy: Policy) -> Policy:
    issuer = body.inner("issuer")
    name = issuer.text("name") or policy.issuer
    known = {SELF.lower(): SELF, UNKNOWN.lower(): UNKNOWN}
    transparency = issuer.flag("cert_transparency")
    return replace(
        policy,
        issuer=known.get(name.lower(), name),
        certificate_type=issuer.text("cty") or policy.certificate_type,
        transparency=policy.transparency if transparency is None else transparency,
    )


def _x509(body: Body, base: X509Properties) -> X509Properties:
    names = body.inner("sans")
    ekus = body.texts("ekus") if body.has("ekus") else base.ekus
    usage = body.texts("key_usage") if body.has("key_usage") else base.key_usage
    if any(not _OID.fullmatch(eku) for eku in ekus):
        raise body.refusal("ekus", "each is an object identifier")
    if any(word not in KEY_USAGES for word in usage):
        raise body.refusal("key_usage", f"each is one of {', '.join(KEY_USAGES)}")
    subject = body.text("subject")
    x509 = X509Properties(
        subject=base.subject if subject is None else subject,
        dns_names=names.texts("dns_names") or base.dns_names,
        emails=names.texts("emails") or base.emails,
        upns=names.texts("upns") or base.upns,
        uris=names.texts("uris") or base.uris,
        ip_addresses=names.texts("ipAddresses") or base.ip_addresses,
        ekus=ekus,
        key_usage=usage,
        validity_months=body.whole("validity_months", 1, MAX_VALIDITY_MONTHS) or base.validity_months,
    )
    if not issuance.is_possible(x509):
        raise body.refusal("subject", "this, an alternative name or a usage cannot stand in a certificate")
    return x509


def _action(body: Body, policy: Policy) -> LifetimeAction:
    kind, trigger = body.inner("action").required("action_type"), body.inner("trigger")
    if kind not in (AUTO_RENEW, EMAIL_CONTACTS):
        raise body.inner("action").refusal("action_type", f"it is neither {AUTO_RENEW} nor {EMAIL_CONTACTS}")
    if kind == AUTO_RENEW and policy.issuer == UNKNOWN:
        raise body.inner("action").refusal("action_type", "nobody renews what an unknown issuer signs")
    days = trigger.whole("days_before_expiry", 1, policy.x509.validity_months * 27)
    percentage = trigger.whole("lifetime_percentage", 1, 99)
    if (days is None) == (percentage is None):
        raise trigger.refusal("days_before_expiry", "either this or lifetime_percentage is needed")
    return LifetimeAction(kind=kind, days_before_expiry=days, lifetime_percentage=percentage)


def _action_shape(action: LifetimeAction) -> dict[str, Any]:
    trigger = {"days_before_expiry": action.days_before_expiry, "lifetime_percentage": action.lifetime_percentage}
    return {
        "trigger": {name: value for name, value in trigger.items() if value is not None},
        "action": {"action_type": action.kind},
    }


def _x509_shape(x509: X509Properties) -> dict[str, Any]:
    names = {
        "dns_names": x509.dns_names,
        "emails": x509.emails,
        "upns": x509.upns,
        "uris": x509.uris,
        "ipAddresses": x509.ip_addresses,
    }
    sans = {kind: list(texts) for kind, texts in names.items() if texts}
    return {
        "subject": x509.subject,
        **({"sans": sans} if sans else {}),
        "ekus": list(x509.ekus),
        "key_usage": list(x509.key_usage),
        "validity_months": x509.validity_months,
        "basic_constraints": {"ca": False},
    }
