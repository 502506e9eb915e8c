"""The federated credentials of an identity or an application, within the limits of the service.

https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
"""

import re
from typing import Final

from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.declaration import FederatedCredential
from keyferry.lab.azure.seed.fields import Fields, SeedError

DEFAULT_AUDIENCE: Final = "api://AzureADTokenExchange"
MAX_FEDERATED_CREDENTIALS: Final = 20  # on one identity
MAX_FEDERATED_FIELD: Final = 600  # characters of issuer, subject, audience
_CREDENTIAL_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}")


def parse(fields: Fields) -> tuple[FederatedCredential, ...]:
    """Return the list below `federatedCredentials`."""
    path = fields.at("federatedCredentials")
    credentials = fields.each("federatedCredentials", _federated_credential)
    if len(credentials) > MAX_FEDERATED_CREDENTIALS:
        raise SeedError(
            path,
            f"has {len(credentials)} entries",
            f"an identity takes {MAX_FEDERATED_CREDENTIALS} at most: use a second identity",
        )
    places.refuse_twins(path, [credential.name.lower() for credential in credentials])
    places.refuse_twins(path, [f"{each.issuer} {each.subject}" for each in credentials])
    return credentials


def _federated_credential(fields: Fields) -> FederatedCredential:
    audiences = fields.texts("audiences") or (DEFAULT_AUDIENCE,)
    if len(audiences) != 1:
        raise SeedError(fields.at("audiences"), f"has {len(audiences)} entries", "write exactly one")
    credential = FederatedCredential(
        name=fields.matching("name", _CREDENTIAL_NAME, "3 to 120 letters, digits, - and _, not - or _ first"),
        issuer=_federated_text(fields.at("issuer"), fields.text("issuer")),
        subject=_federated_text(fields.at("subject"), fields.text("subject")),
        audience=_federated_text(fields.at("audiences[0]"), audiences[0]),
    )
    fields.done()
    return credential


def _federated_text(path: str, text: str) -> str:
    if not 1 <= len(text) <= MAX_FEDERATED_FIELD:
        raise SeedError(path, "is empty or too long", f"write 1 to {MAX_FEDERATED_FIELD} characters")
    return text
