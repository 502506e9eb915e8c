"""Entra as a whole: paths to answers. The token endpoint checks in one order, so that one fault has one code."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.lab.azure import clouds
from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.directory import Directory, Identity
from keyferry.lab.azure.entra import answers, assertion, discovery, federation, form, grants
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.issuers import Issuers
from keyferry.lab.azure.seed.declaration import EntraSeed, TenantSeed
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Dialogue, Request, Response

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN: Final = re.compile(r"(?=.{3,253}$)[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entra:
    """Answers for every authority host of every cloud."""

    directory: Directory
    tokens: AccessTokens
    settings: EntraSeed
    sources: Sources
    issuers: Issuers

    def handle(self, request: Request, now: datetime) -> Dialogue:
        """Return the answer to any request at an authority host."""
        cloud = clouds.of_authority(request.host)
        assert cloud is not None, "requests come here by an authority host alone"
        try:
            response = yield from self._route(request, cloud, now)
        except RefusedError as error:
            return answers.refusal(error, request, self.sources, now)
        return response

    def _route(self, request: Request, cloud: Cloud, now: datetime) -> Dialogue:
        segment, _, path = request.path.lstrip("/").partition("/")
        match request.method, path:
            case "GET", "discovery/instance":
                return answers.success(discovery.instance(request.host), request, self.sources)
            case "POST", "oauth2/v2.0/token":
                return (yield from self._token(request, self._tenant(segment, cloud), cloud, now))
            case method, "oauth2/v2.0/token":
                raise RefusedError(900561, f"The endpoint takes POST requests alone, and this is a {method}.")
            case _, "oauth2/token" | "oauth2/authorize":
                text = "The lab's Entra has no v1.0 endpoint: post to /{tenant}/oauth2/v2.0/token, with a 'scope'."
                return answers.not_found(request, self.sources, text)
            case "GET", "v2.0/.well-known/openid-configuration":
                document = discovery.openid_configuration(request.host, self._tenant(segment, cloud).id)
                return answers.success(document, request, self.sources)
            case "GET", "discovery/v2.0/keys":
                self._tenant(segment, cloud)
                return answers.success(self.tokens.keys.jwks(now), request, self.sources)
            case _:
                return answers.not_found(request, self.sources)

    def _tenant(self, segment: str, cloud: Cloud) -> TenantSeed:
        if not _GUID.fullmatch(segment) and not _DOMAIN.fullmatch(segment):
            raise RefusedError(
                900023, f"The tenant identifier '{segment[:100]}' is neither a GUID nor the name of a domain."
            )
        tenant = self.directory.tenant(segment, cloud)
        if tenant is None:
            raise RefusedError(90002, f"The tenant '{segment[:100]}' was not found. Check the tenant id and the cloud.")
        return tenant

    def _token(self, request: Request, tenant: TenantSeed, cloud: Cloud, now: datetime) -> Dialogue:
        """Trade an assertion for an access token. The service's real order of checks is not documented.

        Here: tenant (done), fields (1), client (2), assertion's form (3), federated credential (4), signature (5),
        time (6), scope (7).
        """
        asked = form.parse(request)  # (1)
        identity = self.directory.client(tenant.id, asked.client_id, now)
        if not isinstance(identity, Identity):  # (2)
            raise RefusedError(
                700016, f"The application '{asked.client_id[:100]}' was not found in the directory '{tenant.id}'."
            )
        presented = assertion.read(asked.assertion)  # (3)
        federation.match(presented, self.directory.credentials_seen(identity, now), identity.client_id)  # (4)
        key = yield from self.issuers.key(presented.issuer, presented.kid, now)
        assertion.verify_signature(presented, key)  # (5)
        assertion.verify_time(presented, now)  # (6)
        audience = grants.resource_of(asked.scope, cloud)  # (7)
        lifetime = self.settings.access_token_lifetime_seconds or 86399
        claims = grants.claims(identity, cloud.issuer(tenant.id), audience, lifetime, now, self.sources)
        if asked.capabilities:
            claims["xms_cc"] = list(asked.capabilities)
        return self._grant(self.tokens.sign(claims, now), request)

    def _grant(self, token: str, request: Request) -> Response:
        lifetime = self.settings.access_token_lifetime_seconds or 86399
        content = {
            "token_type": "Bearer",
            "expires_in": lifetime,
            "ext_expires_in": lifetime,
            "access_token": token,
        }
        if lifetime >= 7200:
            content["refresh_in"] = lifetime // 2
        return answers.success(content, request, self.sources)
