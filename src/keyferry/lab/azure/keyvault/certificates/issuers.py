"""The certificate authorities that a vault knows, with the account that it has there.

https://learn.microsoft.com/rest/api/keyvault/certificates/set-certificate-issuer/set-certificate-issuer
"""

from dataclasses import replace
from typing import Any, Final

from keyferry.lab.azure.keyvault import bodies, listing, shapes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.bodies import Body, bad_parameter
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.certificate import Administrator, Issuer
from keyferry.lab.azure.keyvault.vault import Vault

PROVIDERS: Final = ("DigiCert", "GlobalSign", "OneCertV2-PublicCA", "OneCertV2-PrivateCA", "SslAdminV2", "Test")
RESERVED: Final = ("self", "unknown")


def get(call: Call) -> Answer:
    """Return an issuer, without the account's password."""
    return Answer(content=_shape(call.vault, _find(call)))


def list_(call: Call) -> Answer:
    """Return a page of the issuers."""
    issuers = call.vault.objects.issuers
    return listing.answer(
        call, "issuers", issuers, lambda each: {"id": _address(call.vault, each), "provider": each.provider}
    )


def put(call: Call) -> Answer:
    """Set an issuer in place of the one that was there."""
    name = call.route.issuer
    if name.lower() in RESERVED:
        raise bad_parameter("issuer-name", "it is reserved")
    body = bodies.read(call.request)
    body.required("provider")
    return _put(call, body, Issuer(name=name, provider="", created=call.seconds))


def update(call: Call) -> Answer:
    """Change what the body says of an issuer."""
    return _put(call, bodies.read(call.request), _find(call))


def delete(call: Call) -> Answer:
    """Forget an issuer and return it."""
    issuer = _find(call)
    del call.vault.objects.issuers[issuer.name.lower()]
    return Answer(content=_shape(call.vault, issuer))


def _find(call: Call) -> Issuer:
    issuer = call.vault.objects.issuers.get(call.route.issuer.lower())
    if issuer is None:
        message = f"The key vault has no certificate issuer {call.route.issuer}."
        raise RefusedError(404, "CertificateIssuerNotFound", message)
    return issuer


def _put(call: Call, body: Body, base: Issuer) -> Answer:
    provider = body.text("provider") or base.provider
    if provider not in PROVIDERS:
        raise body.refusal("provider", f"it is none of {', '.join(PROVIDERS)}")
    credentials, organization = body.inner("credentials"), body.inner("org_details")
    administrators = tuple(_administrator(each) for each in organization.each("admin_details"))
    enabled = body.inner("attributes").flag("enabled")
    issuer = replace(
        base,
        provider=provider,
        account_id=credentials.text("account_id") or base.account_id,
        password=credentials.text("pwd") or base.password,
        organization_id=organization.text("id") or base.organization_id,
        administrators=administrators if organization.has("admin_details") else base.administrators,
        enabled=base.enabled if enabled is None else enabled,
        updated=call.seconds,
    )
    call.vault.objects.issuers[issuer.name.lower()] = issuer
    return Answer(content=_shape(call.vault, issuer))


def _administrator(body: Body) -> Administrator:
    return Administrator(
        email=body.text("email"),
        first_name=body.text("first_name"),
        last_name=body.text("last_name"),
        phone=body.text("phone"),
    )


def _address(vault: Vault, issuer: Issuer) -> str:
    return shapes.address(vault, "certificates/issuers", issuer.name)


def _shape(vault: Vault, issuer: Issuer) -> dict[str, Any]:
    administrators = [
        _said(
            {
                "email": each.email,
                "first_name": each.first_name,
                "last_name": each.last_name,
                "phone": each.phone,
            }
        )
        for each in issuer.administrators
    ]
    return {
        "id": _address(vault, issuer),
        "provider": issuer.provider,
        "credentials": _said({"account_id": issuer.account_id}),
        "org_details": _said({"id": issuer.organization_id}) | {"admin_details": administrators},
        "attributes": {"enabled": issuer.enabled, "created": issuer.created, "updated": issuer.updated},
    }


def _said(texts: dict[str, str | None]) -> dict[str, Any]:
    return {name: text for name, text in texts.items() if text is not None}
