"""Federated credentials of managed identities.

https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations (rules and limits)
Issuer and subject are not looked at when they are written: a wrong one is found when a token is traded.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, identities, paging, versions, write_limits
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.directory import Identity
from keyferry.lab.azure.seed.declaration import FederatedCredential

TYPE: Final = f"{identities.TYPE}/federatedIdentityCredentials"
MAX_CREDENTIALS: Final = 20
MAX_FIELD: Final = 600
_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}")


def _list(call: Call) -> Reply:
    identity = identities.find(call)
    return paging.page(call, [_shape(identity, each) for each in identity.credentials.values()])


def _get(call: Call) -> Reply:
    identity = identities.find(call)
    credential = identity.credentials.get(call.names["name"].lower())
    if credential is None:
        raise RefusedError(
            404, "NotFound", f"The federated identity credential '{call.names['name'][:120]}' was not found."
        )
    return Reply(content=_shape(identity, credential))


def _put(call: Call) -> Reply:
    identity = identities.find(call)
    credential = _parse(call)
    others = [each for key, each in identity.credentials.items() if key != credential.name.lower()]
    if len(others) >= MAX_CREDENTIALS:
        raise _bad_request(f"The identity has {MAX_CREDENTIALS} federated identity credentials, and takes no more")
    if any((each.issuer, each.subject) == (credential.issuer, credential.subject) for each in others):
        raise _bad_request("Another federated identity credential of the identity has this issuer and subject")
    write_limits.admit(call, identity)
    new = call.estate.directory.put_credential(identity, credential, call.now)
    return Reply(status=201 if new else 200, content=_shape(identity, credential))


def _delete(call: Call) -> Reply:
    identity = identities.find(call)
    if call.names["name"].lower() not in identity.credentials:
        return Reply(status=204)
    write_limits.admit(call, identity)
    call.estate.directory.remove_credential(identity, call.names["name"], call.now)
    return Reply(status=200)


def _parse(call: Call) -> FederatedCredential:
    name = call.names["name"]
    if not _NAME.fullmatch(name):
        raise _bad_request("The name must be 3 to 120 letters, digits, '-' and '_', beginning with a letter or digit")
    properties = bodies.properties(bodies.parse(call.request))
    audiences = properties.get("audiences")
    if not isinstance(audiences, list) or len(audiences) != 1:
        raise _bad_request("The property 'audiences' must have exactly one entry")
    return FederatedCredential(
        name=name,
        issuer=_text(properties, "issuer"),
        subject=_text(properties, "subject"),
        audience=_text({"audiences[0]": audiences[0]}, "audiences[0]"),
    )


def _text(properties: Mapping[str, Any], which: str) -> str:
    value = properties.get(which)
    if not isinstance(value, str) or not value or len(value) > MAX_FIELD:
        raise _bad_request(f"The property '{which}' must be a text of 1 to {MAX_FIELD} characters")
    return value


def _bad_request(message: str) -> RefusedError:
    return RefusedError(400, "BadRequest", f"{message}.")


def _shape(identity: Identity, credential: FederatedCredential) -> dict[str, Any]:
    return {
        "id": f"{identity.resource_id}/federatedIdentityCredentials/{credential.name}",
        "name": credential.name,
        "type": TYPE,
        "properties": {
            "issuer": credential.issuer,
            "subject": credential.subject,
            "audiences": [credential.audience],
        },
    }


_IDENTITY: Final = f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{identities.TYPE}/{{identity}}"
ROUTES: Final = (
    Route(
        template=f"{_IDENTITY}/federatedIdentityCredentials",
        type=TYPE,
        versions=versions.FEDERATED_CREDENTIALS,
        operations={"GET": Operation(f"{TYPE}/read", _list)},
    ),
    Route(
        template=f"{_IDENTITY}/federatedIdentityCredentials/{{name}}",
        type=TYPE,
        versions=versions.FEDERATED_CREDENTIALS,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
