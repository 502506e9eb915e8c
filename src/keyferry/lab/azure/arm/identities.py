"""User-assigned managed identities.

https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities
What was assigned to a deleted identity stays behind, as in the cloud; what was assigned at it goes with it.
"""

import re
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, locations, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.arm.state import IdentityNotes
from keyferry.lab.azure.directory import Identity
from keyferry.lab.azure.seed.declaration import IdentitySeed
from keyferry.lab.azure.sources import named_guid

TYPE: Final = "Microsoft.ManagedIdentity/userAssignedIdentities"
ISOLATION_SCOPES: Final = ("None", "Regional")
ISOLATION_SINCE: Final = "2024-11-30"  # the first api-version that has isolationScope
_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}")


def resource_id(call: Call) -> str:
    """Return the ARM id of the identity that the address names."""
    return f"{call.group_id}/providers/{TYPE}/{call.names['identity']}"


def find(call: Call) -> Identity:
    """Return the identity that the address names. RefusedError (404) where there is none."""
    identity = call.estate.directory.identity_at(resource_id(call))
    if identity is None:
        raise RefusedError(
            404,
            "ResourceNotFound",
            f"The resource '{TYPE}/{call.names['identity'][:128]}' was not found in '{call.group_id}'.",
        )
    return identity


def _list(call: Call) -> Reply:
    start = f"{call.group_id if 'group' in call.names else f'/subscriptions/{call.subscription}'}/".lower()
    found = [each for each in call.estate.directory.identities if each.resource_id.lower().startswith(start)]
    return paging.page(call, [_shape(call, each) for each in found])


def _get(call: Call) -> Reply:
    return Reply(content=_shape(call, find(call)))


def _put(call: Call) -> Reply:
    name = call.names["identity"]
    if not _NAME.fullmatch(name):
        raise RefusedError(
            400,
            "InvalidResourceName",
            "An identity's name must be 3 to 128 letters, digits, '-' and '_', beginning with a letter or digit.",
        )
    content = bodies.parse(call.request)
    old = call.estate.directory.identity_at(resource_id(call))
    location = locations.of(content, old.location if old else None, f"The identity '{name}'")
    notes = IdentityNotes(tags=bodies.tags(content), isolation_scope=_isolation_scope(content, "None"))
    identity = old or _new(call, name, location)
    call.estate.state.identities[identity.resource_id.lower()] = notes
    return Reply(status=200 if old else 201, content=_shape(call, identity))


def _patch(call: Call) -> Reply:
    identity = find(call)
    content = bodies.parse(call.request)
    notes = _notes(call, identity)
    tags = bodies.tags(content) if "tags" in content else notes.tags
    call.estate.state.identities[identity.resource_id.lower()] = IdentityNotes(
        tags=tags, isolation_scope=_isolation_scope(content, notes.isolation_scope)
    )
    return Reply(content=_shape(call, identity))


def _delete(call: Call) -> Reply:
    identity = call.estate.directory.remove_identity(resource_id(call))
    if identity is None:
        return Reply(status=204)
    call.estate.assignments.delete_within(identity.resource_id, call.now)
    state = call.estate.state
    state.identities.pop(identity.resource_id.lower(), None)
    state.deleted_identities[identity.resource_id.lower()] = _generation(call, identity.resource_id) + 1
    return Reply(status=200)


def _new(call: Call, name: str, location: str) -> Identity:
    """Add an identity. Its ids follow from its ARM id, and one made again under the same ARM id has other ones."""
    written = resource_id(call)
    words = (written, str(_generation(call, written)))
    return call.estate.directory.add_identity(
        IdentitySeed(
            name=name,
            client_id=named_guid("client", *words),
            principal_id=named_guid("principal", *words),
            tenant_id=call.caller.tenant_id,
            resource_id=written,
            location=location,
            federated_credentials=(),
        ),
        call.now,
    )


def _generation(call: Call, written: str) -> int:
    return call.estate.state.deleted_identities.get(written.lower(), 0)


def _isolation_scope(content: dict[str, Any], default: str) -> str:
    scope = bodies.properties(content).get("isolationScope")
    if scope is not None and scope not in ISOLATION_SCOPES:
        raise bodies.invalid("The property 'isolationScope' must be 'None' or 'Regional'")
    return scope or default


def _notes(call: Call, identity: Identity) -> IdentityNotes:
    return call.estate.state.identities.get(identity.resource_id.lower()) or IdentityNotes()


def _shape(call: Call, identity: Identity) -> dict[str, Any]:
    notes = _notes(call, identity)
    isolation = {"isolationScope": notes.isolation_scope} if call.version >= ISOLATION_SINCE else {}
    return {
        "id": identity.resource_id,
        "name": identity.name,
        "type": TYPE,
        "location": identity.location,
        "tags": notes.tags,
        "properties": {
            "tenantId": identity.tenant_id,
            "principalId": identity.principal_id,
            "clientId": identity.client_id,
            **isolation,
        },
    }


_GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{group}"
ROUTES: Final = (
    *(
        Route(
            template=f"{below}/providers/{TYPE}",
            type=TYPE,
            versions=versions.IDENTITIES,
            operations={"GET": Operation(f"{TYPE}/read", _list)},
        )
        for below in ("/subscriptions/{subscription}", _GROUP)
    ),
    Route(
        template=f"{_GROUP}/providers/{TYPE}/{{identity}}",
        type=TYPE,
        versions=versions.IDENTITIES,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "PATCH": Operation(f"{TYPE}/write", _patch),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
