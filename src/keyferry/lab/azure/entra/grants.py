"""The access token that Entra grants: for which resource, saying what, for how long."""

import base64
from datetime import datetime
from typing import Any, Final

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.directory import Identity
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.sources import Sources

_DEFAULT: Final = "/.default"
_BY_ASSERTION: Final = "2"  # appidacr: the client proved itself by an assertion


def resource_of(scope: str, cloud: Cloud) -> str:
    """Return the audience that `scope` asks for. RefusedError unless it is one known resource with `/.default`."""
    scopes = scope.split()
    if len(scopes) != 1:
        raise RefusedError(70011, "The parameter 'scope' must name exactly one resource.")
    if not scopes[0].endswith(_DEFAULT):
        raise RefusedError(
            1002012, f"The scope '{scopes[0][:200]}' is not valid for client credentials: it must end in '{_DEFAULT}'."
        )
    identifier = scopes[0].removesuffix(_DEFAULT)
    resource = cloud.resource(identifier)
    if resource is None:
        raise RefusedError(500011, f"The resource principal named '{identifier[:200]}' was not found in the tenant.")
    return resource


def claims(
    identity: Identity, issuer: str, audience: str, lifetime_seconds: int, now: datetime, sources: Sources
) -> dict[str, Any]:
    """Return the claims of a token for `identity`."""
    issued = int(now.timestamp())
    return {
        "aud": audience,
        "iss": issuer,
        "iat": issued,
        "nbf": issued,
        "exp": issued + lifetime_seconds,
        "aio": _opaque(sources, 24),
        "appid": identity.client_id,
        "appidacr": _BY_ASSERTION,
        "idp": issuer,
        "oid": identity.principal_id,
        "sub": identity.principal_id,
        "tid": identity.tenant_id,
        "uti": _opaque(sources, 16),
        "ver": "1.0",
        "xms_mirid": identity.resource_id,
    }


def _opaque(sources: Sources, size: int) -> str:
    return base64.urlsafe_b64encode(sources.random_bytes(size)).decode().rstrip("=")
