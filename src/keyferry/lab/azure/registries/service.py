"""The endpoints of every registry: two that trade tokens, and enough of the distribution protocol to try the tokens.

https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md; the status of a refusal is from memory where it says none.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from keyferry.lab.azure import clouds
from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.registries import access, answers, scopes
from keyferry.lab.azure.registries.tokens import ACCESS, REFRESH, Bearer, RegistryTokens
from keyferry.lab.azure.seed.declaration import RegistrySeed
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

USERNAME: Final = "00000000-0000-0000-0000-000000000000"
_FORM: Final = "application/x-www-form-urlencoded"
_TAGS: Final = re.compile(r"/v2/(.+)/tags/list")


class Registries:
    """All container registries of the lab."""

    def __init__(
        self, seeds: Iterable[tuple[RegistrySeed, Cloud]], tokens: AccessTokens, assignments: Assignments, made: Sources
    ) -> None:
        """`tokens` are Entra's. Every registry signs its own with one key."""
        self._registries = {clouds.registry_host(seed.name, cloud): (seed, cloud) for seed, cloud in seeds}
        self._entra = tokens
        self._assignments = assignments
        self._tokens = RegistryTokens(made.rsa_key, made.guid)

    def hosts(self) -> tuple[str, ...]:
        """Return the host names that answer."""
        return tuple(self._registries)

    def has(self, host: str) -> bool:
        """Tell whether a registry answers at `host`."""
        return host in self._registries

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to any request at a registry's host."""
        registry, cloud = self._registries[request.host]
        match request.method, request.path:
            case "POST", "/oauth2/exchange":
                return self._exchange(request, registry, cloud, now)
            case "POST", "/oauth2/token":
                return self._token(request, registry, now)
            case "GET", "/oauth2/token":
                return self._token_by_login(request, registry, now)
            case "GET", "/v2/":
                return self._base(request, now)
            case "GET", _:
                return self._tags(request, registry, now)
            case _:
                return answers.refusal(404, "NOT_FOUND", "the lab's registries have no such endpoint")

    def _exchange(self, request: Request, registry: RegistrySeed, cloud: Cloud, now: datetime) -> Response:
        form = _form(request)
        if form.get("grant_type") != "access_token" or form.get("service", "").lower() != request.host:
            return answers.refusal(400, "BAD_REQUEST", "grant_type must be access_token, and service the registry")
        if form.get("tenant", registry.tenant_id).lower() != registry.tenant_id:
            return answers.unauthorized()
        caller = access.caller_of(form.get("access_token", ""), registry, cloud, self._entra, now)
        if caller is None or not access.allowed(caller.object_id, registry, self._assignments):
            return answers.unauthorized()
        bearer = Bearer(principal_id=caller.object_id, client_id=caller.client_id)
        return answers.success({"refresh_token": self._tokens.sign(REFRESH, request.host, bearer, now)})

    def _token(self, request: Request, registry: RegistrySeed, now: datetime) -> Response:
        form = _form(request)
        if form.get("grant_type") != "refresh_token" or form.get("service", "").lower() != request.host:
            return answers.refusal(400, "BAD_REQUEST", "grant_type must be refresh_token, and service the registry")
        return self._granted(request, registry, form.get("refresh_token", ""), form.get("scope", ""), now)

    def _token_by_login(self, request: Request, registry: RegistrySeed, now: datetime) -> Response:
        """As container runtimes ask: with the login of a Secret of type kubernetes.io/dockerconfigjson."""
        name, refresh = _login(request)
        if name != USERNAME:
            return answers.challenge(request)
        return self._granted(request, registry, refresh, request.parameter("scope"), now)

    def _granted(self, request: Request, registry: RegistrySeed, refresh: str, text: str, now: datetime) -> Response:
        bearer = self._tokens.read(REFRESH, request.host, refresh, now)
        if bearer is None:
            return answers.unauthorized()
        asked = scopes.parse(text)
        if asked is None:
            return answers.refusal(400, "BAD_REQUEST", "scope must be repository:NAME:ACTIONS")
        allowed = access.allowed(bearer.principal_id, registry, self._assignments)
        granted = Bearer(
            principal_id=bearer.principal_id,
            client_id=bearer.client_id,
            access=tuple(scopes.granted(asked, allowed)),
        )
        return answers.success({"access_token": self._tokens.sign(ACCESS, request.host, granted, now)})

    def _base(self, request: Request, now: datetime) -> Response:
        name, refresh = _login(request)
        by_login = name == USERNAME and self._tokens.read(REFRESH, request.host, refresh, now) is not None
        return answers.success({}) if by_login or self._bearer(request, now) else answers.challenge(request)

    def _tags(self, request: Request, registry: RegistrySeed, now: datetime) -> Response:
        found = _TAGS.fullmatch(request.path)
        if found is None:
            return answers.refusal(404, "NOT_FOUND", "the lab's registries have no such endpoint")
        name = found[1]
        bearer = self._bearer(request, now)
        opened = () if bearer is None else bearer.access
        if not any(each["name"] == name and "pull" in each["actions"] for each in opened):
            return answers.challenge(request, f"repository:{name}:pull")
        if name not in registry.repositories:
            return answers.refusal(404, "NAME_UNKNOWN", f"repository {name[:100]} is not found")
        return answers.success({"name": name, "tags": ["latest"]})

    def _bearer(self, request: Request, now: datetime) -> Bearer | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._tokens.read(ACCESS, request.host, token.strip(), now)


def _form(request: Request) -> dict[str, str]:
    """Return the form; an empty one for what is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return {}
    try:
        return dict(parse_qsl(request.body.decode("ascii"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def _login(request: Request) -> tuple[str, str]:
    """Return name and password of a Basic login, empty ones where there is none."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password
