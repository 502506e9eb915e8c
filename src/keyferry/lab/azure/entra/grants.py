"""The access token that Entra grants: for which resource, saying what, for how long."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from keyferry.lab.azure.clouds import EXCHANGE_APPLICATION, Cloud
from keyferry.lab.azure.directory import Client, Identity
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.sources import Sources

BY_SECRET: Final = "1"  # noqa: S105  (a value of `appidacr`)
BY_ASSERTION: Final = "2"  # of a certificate's key or of a federated issuer
REFRESHED_FROM_SECONDS: Final = 7200  # a token that lives so long says when to ask for the next one
_DEFAULT: Final = "/.default"
_OF_OPENID: Final = frozenset({"openid", "offline_access", "profile", "email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What Entra agreed to. `method` is how the client proved itself, as `appidacr` says it."""

    client: Client
    cloud: Cloud
    audience: str
    method: str
    lifetime_seconds: int
    capabilities: tuple[str, ...] = ()


def resource_of(scope: str, cloud: Cloud, port_suffix: str = "") -> str:
    """Return the audience that `scope` (v2.0) asks for. RefusedError unless it is one resource with `/.default`.

    The scopes of OpenID Connect may stand beside it and grant nothing to an application: MSAL for Go adds them to each
    request. https://github.com/AzureAD/microsoft-authentication-library-for-go, AppendDefaultScopes
    """
    scopes = [each for each in scope.split() if each not in _OF_OPENID]
    if len(scopes) != 1:
        raise RefusedError(70011, "The parameter 'scope' must name exactly one resource.")
    if not scopes[0].endswith(_DEFAULT):
        raise RefusedError(
            1002012, f"The scope '{scopes[0][:200]}' is not valid for client credentials: it must end in '{_DEFAULT}'."
        )
    return known_resource(scopes[0].removesuffix(_DEFAULT), cloud, port_suffix)


def known_resource(identifier: str, cloud: Cloud, port_suffix: str = "") -> str:
    """Return the audience that a `resource` (v1.0) asks for. RefusedError where the tenant does not have it."""
    resource = cloud.resource(identifier, port_suffix)
    if resource is None:
        raise RefusedError(500011, f"The resource principal named '{identifier[:200]}' was not found in the tenant.")
    return resource


def claims(grant: Grant, now: datetime, sources: Sources) -> dict[str, Any]:
    """Return the claims of the token."""
    issued = int(now.timestamp())
    client = grant.client
    content = {
        "aud": grant.audience,
        "iat": issued,
        "nbf": issued,
        "exp": issued + grant.lifetime_seconds,
        "aio": _opaque(sources, 24),
        "oid": client.principal_id,
        "sub": client.principal_id,
        "tid": client.tenant_id,
        "uti": _opaque(sources, 16),
        **(_format_v2(grant) if grant.audience == EXCHANGE_APPLICATION else _format_v1(grant)),
    }
    if grant.capabilities:
        content["xms_cc"] = list(grant.capabilities)
    return content


def answer(token: str, lifetime_seconds: int) -> dict[str, Any]:
    """Return what the v2.0 token endpoint answers."""
    content: dict[str, Any] = {
        "token_type": "Bearer",
        "expires_in": lifetime_seconds,
        "ext_expires_in": lifetime_seconds,
        "access_token": token,
    }
    if lifetime_seconds >= REFRESHED_FROM_SECONDS:
        content["refresh_in"] = lifetime_seconds // 2
    return content


def answer_v1(token: str, lifetime_seconds: int, resource: str, now: datetime) -> dict[str, Any]:
    """Return what the v1.0 token endpoint answers: numbers are texts there."""
    issued = int(now.timestamp())
    return {
        "token_type": "Bearer",
        "expires_in": str(lifetime_seconds),
        "ext_expires_in": str(lifetime_seconds),
        "expires_on": str(issued + lifetime_seconds),
        "not_before": str(issued),
        "resource": resource,
        "access_token": token,
    }


def _format_v1(grant: Grant) -> dict[str, Any]:
    issuer = grant.cloud.issuer(grant.client.tenant_id)
    content = {"iss": issuer, "idp": issuer, "appid": grant.client.client_id, "appidacr": grant.method, "ver": "1.0"}
    if isinstance(grant.client, Identity):
        content["xms_mirid"] = grant.client.resource_id
    return content


def _format_v2(grant: Grant) -> dict[str, Any]:
    issuer = grant.cloud.issuer_v2(grant.client.tenant_id)
    return {"iss": issuer, "azp": grant.client.client_id, "azpacr": grant.method, "ver": "2.0"}


def _opaque(sources: Sources, size: int) -> str:
    return base64.urlsafe_b64encode(sources.random_bytes(size)).decode().rstrip("=")
