"""User-assigned managed identities and their federated credentials.

https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials
Issuer and subject are not looked at when they are written: a wrong one is found when a token is traded.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.directory import Identity
from keyferry.lab.azure.seed.declaration import FederatedCredential

MAX_CREDENTIALS: Final = 20
MAX_FIELD: Final = 600
_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}")


def identity_shape(identity: Identity) -> dict[str, Any]:
    """Return the identity as ARM shows it."""
    return {
        "id": identity.resource_id,
        "name": identity.name,
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
        "location": identity.location,
        "tags": {},
        "properties": {
            "tenantId": identity.tenant_id,
            "principalId": identity.principal_id,
            "clientId": identity.client_id,
        },
    }


def list_credentials(identity: Identity) -> dict[str, Any]:
    """Return all federated credentials, by name."""
    return {"value": [_shape(identity, identity.credentials[name]) for name in sorted(identity.credentials)]}


def get_credential(identity: Identity, name: str) -> dict[str, Any]:
    """Return one federated credential. RefusedError (404) where there is none."""
    credential = identity.credentials.get(name.lower())
    if credential is None:
        raise RefusedError(404, "NotFound", f"The federated identity credential '{name[:120]}' was not found.")
    return _shape(identity, credential)


def put_credential(identity: Identity, name: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Write a federated credential and return 201 where it is new, else 200. RefusedError (400) names what is wrong."""
    credential = _parse(name, body)
    others = [each for key, each in identity.credentials.items() if key != name.lower()]
    if len(others) >= MAX_CREDENTIALS:
        raise _bad_request(f"The identity has {MAX_CREDENTIALS} federated identity credentials, and takes no more")
    if any((each.issuer, each.subject) == (credential.issuer, credential.subject) for each in others):
        raise _bad_request("Another federated identity credential of the identity has this issuer and subject")
    new = name.lower() not in identity.credentials
    identity.credentials[name.lower()] = credential
    return (201 if new else 200), _shape(identity, credential)


def delete_credential(identity: Identity, name: str) -> int:
    """Forget a federated credential and return 200, or 204 where there was none."""
    return 204 if identity.credentials.pop(name.lower(), None) is None else 200


def _parse(name: str, body: bytes) -> FederatedCredential:
    if not _NAME.fullmatch(name):
        raise _bad_request("The name must be 3 to 120 letters, digits, '-' and '_', beginning with a letter or digit")
    properties = _properties(body)
    audiences = properties.get("audiences")
    if not isinstance(audiences, list) or len(audiences) != 1:
        raise _bad_request("The property 'audiences' must have exactly one entry")
    issuer, subject, audience = (
        _text(value, which)
        for value, which in (
            (properties.get("issuer"), "issuer"),
            (properties.get("subject"), "subject"),
            (audiences[0], "audiences[0]"),
        )
    )
    return FederatedCredential(name=name, issuer=issuer, subject=subject, audience=audience)


def _properties(body: bytes) -> Mapping[str, Any]:
    try:
        properties = json.loads(body)["properties"]
    except (ValueError, KeyError, TypeError, RecursionError) as refusal:
        raise _bad_request("The body is not JSON with 'properties'") from refusal
    if not isinstance(properties, Mapping):
        raise _bad_request("The body's 'properties' is not an object")
    return properties


def _text(value: object, which: str) -> str:
    if not isinstance(value, str) or not value or len(value) > MAX_FIELD:
        raise _bad_request(f"The property '{which}' must be a text of 1 to {MAX_FIELD} characters")
    return value


def _bad_request(message: str) -> RefusedError:
    return RefusedError(400, "BadRequest", f"{message}.")


def _shape(identity: Identity, credential: FederatedCredential) -> dict[str, Any]:
    return {
        "id": f"{identity.resource_id}/federatedIdentityCredentials/{credential.name}",
        "name": credential.name,
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        "properties": {
            "issuer": credential.issuer,
            "subject": credential.subject,
            "audiences": [credential.audience],
        },
    }
