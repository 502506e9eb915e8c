"""The metadata service as a whole: requests from programs on the machine to answers.

https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
Clients that ask another address than 169.254.169.254 take it from AZURE_POD_IDENTITY_AUTHORITY_HOST.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from keyferry.lab.azure.access_tokens import AccessTokens, TokenRefusedError
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.directory import Directory, Identity
from keyferry.lab.azure.entra import grants
from keyferry.lab.azure.entra.grants import Grant
from keyferry.lab.azure.entra.lifetimes import Lifetimes
from keyferry.lab.azure.imds import answers, instance, lending
from keyferry.lab.azure.imds.answers import RefusedError, UnknownVersionError
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

VERSIONS: Final = (
    *("2017-08-01", "2017-12-01", "2018-02-01", "2018-04-02", "2018-10-01", "2019-02-01", "2019-03-11", "2019-04-30"),
    *("2019-06-01", "2019-06-04", "2019-08-01", "2019-08-15", "2019-11-01", "2020-06-01", "2020-07-15", "2020-09-01"),
    *("2020-10-01", "2020-12-01", "2021-01-01", "2021-02-01", "2021-03-01", "2021-05-01", "2021-10-01", "2021-11-01"),
    *("2021-11-15", "2021-12-13", "2023-07-01", "2023-11-15", "2025-04-07"),
)
FIRST_OF_TOKENS: Final = "2018-02-01"
REMEMBERED: Final = 1024  # tokens
_PORT: Final = re.compile(r":[0-9]{1,5}/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lent:
    token: str = field(repr=False)
    issued: int
    lifetime_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Imds:
    """Answers at one plain HTTP address, for one machine.

    It remembers tokens as the real one does: the same token comes again for half of its life, whatever changed.
    """

    directory: Directory
    tokens: AccessTokens
    lifetimes: Lifetimes
    sources: Sources
    _lent: dict[tuple[str, str], _Lent] = field(default_factory=dict)

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to any request."""
        try:
            return self._route(request, now)
        except RefusedError as error:
            return answers.refusal(error)
        except UnknownVersionError:
            return answers.unknown_version(VERSIONS)

    def refuse(self, status: int, retry_after: str | None = None) -> Response:
        """Return an injected failure: 404 and 410 while it is updating, 429, or 5xx."""
        return answers.injected(status, retry_after)

    def _route(self, request: Request, now: datetime) -> Response:
        _check_caller(request)
        match request.path.strip("/").lower().split("/"):
            case ["metadata", "identity", "oauth2", "token"]:
                return self._token(request, now)
            case ["metadata", "instance", *_]:
                return self._instance(request)
            case ["metadata", "versions"]:
                return answers.success({"apiVersions": list(VERSIONS)})
            case _:
                raise RefusedError(404, "not_found", f"There is nothing at {request.path[:200]}")

    def _token(self, request: Request, now: datetime) -> Response:
        if _version(request) < FIRST_OF_TOKENS:
            raise UnknownVersionError
        resource = request.parameter("resource")
        if not resource:
            raise RefusedError(400, "invalid_request", "Required query variable 'resource' is missing")
        identity = lending.identity_of(request, self.directory)
        lent = self._remembered(identity, resource, now) or self._lend(identity, resource, now)
        expires = lent.issued + lent.lifetime_seconds
        return answers.success(
            {
                "access_token": lent.token,
                "client_id": identity.client_id,
                "expires_in": str(expires - int(now.timestamp())),
                "expires_on": str(expires),
                "ext_expires_in": str(lent.lifetime_seconds),
                "not_before": str(lent.issued),
                "resource": resource,
                "token_type": "Bearer",
            }
        )

    def _lend(self, identity: Identity, resource: str, now: datetime) -> _Lent:
        cloud = self._cloud(identity.tenant_id)
        audience = cloud.resource(resource, _port_suffix(resource))
        if audience is None:
            problem = f"AADSTS500011: The resource principal named '{resource[:200]}' was not found in the tenant."
            raise RefusedError(400, "invalid_resource", problem)
        seconds = self.lifetimes.seconds(identity, (), self.sources)
        grant = Grant(
            client=identity,
            cloud=cloud,
            audience=audience,
            method=grants.BY_ASSERTION,
            lifetime_seconds=seconds,
        )
        token = self.tokens.sign(grants.claims(grant, now, self.sources), now)
        lent = _Lent(token=token, issued=int(now.timestamp()), lifetime_seconds=seconds)
        self._lent[identity.principal_id, resource] = lent
        if len(self._lent) > REMEMBERED:
            del self._lent[next(iter(self._lent))]
        return lent

    def _remembered(self, identity: Identity, resource: str, now: datetime) -> _Lent | None:
        lent = self._lent.get((identity.principal_id, resource))
        if lent is None or now.timestamp() >= lent.issued + lent.lifetime_seconds / 2:
            return None
        try:
            self.tokens.verify(lent.token, now)
        except TokenRefusedError:  # its key was retired since
            return None
        return lent

    def _instance(self, request: Request) -> Response:
        _version(request)
        path = tuple(request.path.strip("/").split("/")[2:])
        machine = self.directory.machine
        content = instance.part(instance.document(machine, self._cloud(machine.tenant_id)), path)
        if request.parameter("format") != "text":
            return answers.success(content)
        if not isinstance(content, str):
            raise RefusedError(400, "Bad request", "A format of text is for single values alone")
        return answers.text(content)

    def _cloud(self, tenant_id: str) -> Cloud:
        tenant = self.directory.tenant_by_id(tenant_id)
        assert tenant is not None, "identities and machines are of declared tenants"
        return tenant.cloud


def _check_caller(request: Request) -> None:
    """Refuse what a careless proxy or a forged request would send on: a guard against request forgery."""
    if request.headers.get("metadata", "").lower() != "true":
        raise RefusedError(400, "invalid_request", "Required metadata header not specified")
    if "x-forwarded-for" in request.headers:
        raise RefusedError(400, "invalid_request", "The request was forwarded, and is refused therefore")
    if request.method != "GET":
        raise RefusedError(405, "method_not_allowed", f"The method {request.method} is not supported here")


def _port_suffix(resource: str) -> str:
    """A machine's metadata service does not know at which port its cloud is reached, and believes what it is told."""
    port = _PORT.search(resource)
    return port[0].rstrip("/") if port is not None else ""


def _version(request: Request) -> str:
    version = request.parameter("api-version")
    if version not in VERSIONS:
        raise UnknownVersionError
    return version
