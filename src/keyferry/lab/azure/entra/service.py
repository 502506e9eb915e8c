"""Entra as a whole: paths to answers."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from keyferry.lab.azure import clouds
from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.directory import Directory
from keyferry.lab.azure.entra import answers, discovery
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.discovery import SHARED_TENANTS
from keyferry.lab.azure.entra.issuers import Issuers
from keyferry.lab.azure.entra.lifetimes import Lifetimes
from keyferry.lab.azure.entra.negative_answers import NegativeAnswers
from keyferry.lab.azure.entra.token_endpoint import Format, TokenEndpoint
from keyferry.lab.azure.seed.declaration import EntraSeed, TenantSeed
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Dialogue, Request, Response

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN: Final = re.compile(r"(?=.{3,253}$)[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")
_INSTANCE: Final = "discovery/instance"
_KEYS: Final = "discovery/v2.0/keys"
_DOCUMENTS: Final = (
    _INSTANCE,
    "v2.0/.well-known/openid-configuration",
    ".well-known/openid-configuration",
    _KEYS,
    "discovery/keys",
)
_FORMATS: Final = {"oauth2/token": Format.V1, "oauth2/v2.0/token": Format.V2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entra:
    """Answers for every login host of every cloud."""

    token_endpoint: TokenEndpoint

    @classmethod
    def of(cls, seed: EntraSeed, directory: Directory, tokens: AccessTokens, sources: Sources) -> Self:
        """Return an Entra that behaves as the seed says."""
        return cls(
            token_endpoint=TokenEndpoint(
                directory=directory,
                tokens=tokens,
                lifetimes=Lifetimes(fixed_seconds=seed.access_token_lifetime_seconds),
                sources=sources,
                issuers=Issuers(timedelta(seconds=seed.issuer_keys_seconds)),
                refusals=NegativeAnswers(),
            )
        )

    @property
    def lifetimes(self) -> Lifetimes:
        """How long tokens last, which may be set at any time."""
        return self.token_endpoint.lifetimes

    @property
    def issuers(self) -> Issuers:
        """What Entra remembers of the issuers' keys, and for how long, which may be set at any time."""
        return self.token_endpoint.issuers

    def handle(self, request: Request, now: datetime) -> Dialogue:
        """Return the answer to any request at a login host."""
        cloud = clouds.of_authority(request.host)
        assert cloud is not None, "requests come here by a login host alone"
        try:
            response = yield from self._route(request, cloud, now)
        except RefusedError as error:
            return answers.refusal(error, request, self.token_endpoint.sources, now)
        return response

    def _route(self, request: Request, cloud: Cloud, now: datetime) -> Dialogue:
        segment, _, path = request.path.lstrip("/").partition("/")
        endpoint = _FORMATS.get(path)
        if endpoint is None:
            return self._discovery(request, cloud, now)
        if request.method != "POST":
            raise RefusedError(900561, f"The endpoint takes POST requests alone, and this is a {request.method}.")
        if segment.lower() in SHARED_TENANTS:
            raise RefusedError(50059, f"'{segment.lower()}' does not say which tenant the client means: name it.")
        tenant = self._tenant(segment, cloud)
        return (yield from self.token_endpoint.answer(request, tenant, endpoint, now))

    def _discovery(self, request: Request, cloud: Cloud, now: datetime) -> Response:
        segment, _, path = request.path.lstrip("/").partition("/")
        if request.method != "GET" or path not in _DOCUMENTS:
            return answers.not_found(request, self.token_endpoint.sources)
        if path == _INSTANCE:
            document = discovery.instance(request.parameter("authorization_endpoint"))
        else:
            document = self._document(path, request.authority, self._published(segment, cloud), cloud, now)
        return answers.success(document, request, self.token_endpoint.sources)

    def _document(self, path: str, host: str, tenant: str, cloud: Cloud, now: datetime) -> dict[str, Any]:
        match path:
            case "v2.0/.well-known/openid-configuration":
                return discovery.openid_configuration(host, tenant, cloud)
            case ".well-known/openid-configuration":
                return discovery.openid_configuration_v1(host, tenant, cloud)
        published = self.token_endpoint.tokens.keys.jwks(now)
        return discovery.keys(published, tenant, cloud) if path == _KEYS else published

    def _published(self, segment: str, cloud: Cloud) -> str:
        """Return the tenant's id or shared name. Readers of documents know a kind of error of their own."""
        if segment.lower() in SHARED_TENANTS:
            return segment.lower()
        try:
            return self._tenant(segment, cloud).id
        except RefusedError as refusal:
            raise RefusedError(refusal.code, refusal.message, "invalid_tenant") from refusal

    def _tenant(self, segment: str, cloud: Cloud) -> TenantSeed:
        if not _GUID.fullmatch(segment) and not _DOMAIN.fullmatch(segment):
            raise RefusedError(
                900023, f"The tenant identifier '{segment[:100]}' is neither a GUID nor the name of a domain."
            )
        tenant = self.token_endpoint.directory.tenant(segment, cloud)
        if tenant is None:
            raise RefusedError(90002, f"The tenant '{segment[:100]}' was not found. Check the tenant id and the cloud.")
        return tenant
