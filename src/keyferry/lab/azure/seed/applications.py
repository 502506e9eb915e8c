"""The app registrations of the seed: client secrets, certificates and federated credentials.

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
"""

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from keyferry.lab.azure.seed import federated, places
from keyferry.lab.azure.seed.declaration import ApplicationSeed, ClientCertificate, ClientSecret, TenantSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.sources import named_guid

_PEM: Final = "the certificate alone, as `-----BEGIN CERTIFICATE-----` and so on, with an RSA key"


def parse(fields: Fields, tenants: dict[str, TenantSeed]) -> ApplicationSeed:
    """Return one entry of `applications`."""
    name = fields.text("name")
    tenant = places.tenant_of(fields, tenants)
    client_id = fields.matching("clientId", places.GUID, "a GUID", named_guid("application", tenant.id, name)).lower()
    application = ApplicationSeed(
        name=name,
        client_id=client_id,
        principal_id=fields.matching(
            "principalId", places.GUID, "a GUID", named_guid("service principal", tenant.id, name)
        ).lower(),
        tenant_id=tenant.id,
        secrets=fields.each("secrets", lambda item: _secret(item, client_id)),
        certificates=fields.each("certificates", _certificate),
        federated_credentials=federated.parse(fields),
    )
    fields.done()
    return application


def _secret(fields: Fields, client_id: str) -> ClientSecret:
    name = fields.text("name", "secret")
    secret = ClientSecret(
        id=named_guid("client secret", client_id, name),
        name=name,
        value=fields.text("value"),
        not_before=fields.instant("notBefore"),
        expires=fields.instant("expires"),
    )
    fields.done()
    return secret


def _certificate(fields: Fields) -> ClientCertificate:
    certificate = ClientCertificate(name=fields.text("name", "certificate"), pem=fields.text("pem"))
    fields.done()
    try:
        key = x509.load_pem_x509_certificate(certificate.pem.encode()).public_key()
    except ValueError as refusal:
        raise SeedError(fields.at("pem"), "is no certificate", f"write {_PEM}") from refusal
    if not isinstance(key, RSAPublicKey):
        raise SeedError(fields.at("pem"), "has a key that is not RSA", f"write {_PEM}")
    return certificate
