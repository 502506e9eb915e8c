"""Entra and Key Vault in miniature for unit tests: one HTTPS server on loopback, with state, counters and faults.

It knows what the product's clients touch and no more; the lab's Azure is the strict one (tests/contract/vault runs the
same suite on both).
"""

import asyncio
import base64
import itertools
import json
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from aiohttp import web

from keyferry.identity.federation import FederatedCredential, TokenFacts, token_facts
from keyferry.lab.serve.authority import Authority
from keyferry.runtime.clock import Clock

LOGIN_HOST = "login.microsoftonline.com"
PAGE = 25
TRACE = "Trace ID: 11111111-aaaa Correlation ID: 22222222-bbbb Timestamp: 2026-11-22 00:00:00Z"


@dataclass(slots=True)
class FakeSecret:
    """One version of a secret. Instants are seconds of the epoch."""

    version: str
    value: str
    attributes: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    content_type: str = ""


@dataclass(slots=True)
class FakeVault:
    """A vault: `secrets` by name, versions oldest first; `readers` and `listers` are client ids."""

    tenant: str
    readers: set[str] = field(default_factory=set)
    listers: set[str] = field(default_factory=set)
    secrets: dict[str, list[FakeSecret]] = field(default_factory=dict)
    empty_page_first: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer given in place of the real one. Status 0 closes the connection without a word."""

    status: int
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"


class FakeAzure:
    """The world; enter it to serve it. `faults` are used up in order, for the token endpoint and for vaults."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._authority = Authority(clock.now())
        self._serial = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.identities: dict[str, dict[str, list[FederatedCredential]]] = {}
        self.vaults: dict[str, FakeVault] = {}
        self.client_secrets: dict[str, str] = {}  # of a client
        self.ended_secrets: set[str] = set()
        self.certificates: dict[str, str] = {}  # of a client: the SHA-256 thumbprint as a token's header has it
        self.token_faults: deque[Fault] = deque()
        self.vault_faults: deque[Fault] = deque()
        self.refuse_tokens: set[str] = set()
        self.claims_challenge_next = ""
        self.token_lifetime = timedelta(hours=1)
        self.latency = 0.0
        self.clock_ahead = timedelta()  # of Entra, before everybody else's
        self.requests: Counter[str] = Counter()
        self.token_requests: list[dict[str, str]] = []
        self.connections: set[object] = set()
        self._tokens: dict[str, tuple[str, str]] = {}
        self.values_served = 0
        self.port = 0

    @property
    def hosts(self) -> dict[str, int]:
        """Host name to port, for a ConnectProxy."""
        return dict.fromkeys((LOGIN_HOST, *self.vaults), self.port)

    def trust(self, folder: Path) -> Path:
        """Write the CA's certificate into `folder` and return the file."""
        path = folder / "fake-ca.pem"
        path.write_bytes(self._authority.certificate_pem)
        return path

    def put(self, host: str, name: str, value: str, **attributes: Any) -> str:
        """Set a secret and return its new version."""
        now = int(self._clock.now().timestamp())
        version = f"{next(self._serial):032x}"
        secret = FakeSecret(version, value, {"enabled": True, "created": now, "updated": now, **attributes})
        self.vaults[host].secrets.setdefault(name, []).append(secret)
        return version

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        context = self._authority.server_context(LOGIN_HOST, *self.vaults)
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        host = (request.url.host or "").lower()
        await asyncio.sleep(self.latency)
        login = host == LOGIN_HOST
        faults = self.token_faults if login else self.vault_faults
        if faults:
            self.requests["fault"] += 1
            return _fault(request, faults.popleft())
        if login:
            return await self._token(request)
        vault = self.vaults.get(host)
        return _error(404, "NoSuchVault") if vault is None else self._vault(request, host, vault)

    async def _token(self, request: web.Request) -> web.Response:
        self.requests["token"] += 1
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.token_requests.append(form)
        tenant = request.path.split("/")[1]
        code, reason = self._refused(tenant, form)
        if code:
            description = f"AADSTS{code}: {reason} {TRACE}"
            body = {"error": "invalid_client", "error_description": description, "error_codes": [code]}
            return web.json_response(body, status=401)
        token = f"access-token-{next(self._serial)}"
        self._tokens[token] = (tenant, form["client_id"])
        lifetime = int(self.token_lifetime.total_seconds())
        return web.json_response({"token_type": "Bearer", "expires_in": lifetime, "access_token": token})

    def _refused(self, tenant: str, form: dict[str, str]) -> tuple[int, str]:
        facts = token_facts(form.get("client_assertion", ""))
        clients = self.identities.get(tenant)
        if clients is None:
            return 90002, f"Tenant '{tenant}' not found."
        client = form["client_id"]
        trusted = clients.get(client)
        if trusted is None:
            return 700016, "Application was not found in the directory."
        if "client_secret" in form or facts.issuer == client:
            return self._refused_credential(client, form)
        return self._refused_assertion(trusted, facts)

    def _refused_assertion(self, trusted: list[FederatedCredential], facts: TokenFacts) -> tuple[int, str]:
        if not trusted:
            return 70025, "The client has no configured federated identity credentials."
        issuers = [one for one in trusted if one.issuer == facts.issuer]
        if not issuers:
            return 700211, f"No matching federated identity record found for presented issuer '{facts.issuer}'."
        subjects = [one for one in issuers if one.subject == facts.subject]
        if not subjects:
            return 700213, f"No matching federated identity record found for presented subject '{facts.subject}'."
        if not any(set(one.audiences) & set(facts.audiences) for one in subjects):
            return 700212, "No matching federated identity record found for presented audience."
        if facts.expires is not None and facts.expires <= self._clock.now() + self.clock_ahead:
            return 700024, "The assertion is not within its valid time range."
        return 0, ""

    def _refused_credential(self, client: str, form: dict[str, str]) -> tuple[int, str]:
        secret = form.get("client_secret")
        if secret is None:
            known = self.certificates.get(client) == _thumbprint(form["client_assertion"])
            return (0, "") if known else (700027, "The certificate is not registered on the application.")
        if secret != self.client_secrets.get(client):
            return 7000215, "Invalid client secret provided."
        if secret in self.ended_secrets:
            return 7000222, "The provided client secret keys are expired."
        return 0, ""

    def _vault(self, request: web.Request, host: str, vault: FakeVault) -> web.Response:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not bearer:
            self.requests["challenge"] += 1
            return self._challenge(vault, "AKV10000: Request is missing a Bearer token.")
        tenant, client = self._tokens.get(bearer, ("", ""))
        if tenant != vault.tenant or bearer in self.refuse_tokens:
            self.requests["unauthorized"] += 1
            return self._challenge(vault, "AKV10032: Invalid issuer." if tenant != vault.tenant else "AKV10046: no.")
        if self.claims_challenge_next:
            claims, self.claims_challenge_next = self.claims_challenge_next, ""
            return self._challenge(vault, "", f', error="insufficient_claims", claims="{claims}"')
        if "api-version" not in request.query:
            return _error(400, "BadParameter")
        if request.path == "/secrets":
            return self._list(request, host, vault, client)
        versions = re.fullmatch(r"/secrets/([0-9a-zA-Z-]+)/versions", request.path)
        if versions:
            return self._list_versions(request, versions[1], vault, client)
        return self._get(request, host, vault, client)

    def _challenge(self, vault: FakeVault, message: str, more: str = "") -> web.Response:
        header = f'Bearer authorization="https://{LOGIN_HOST}/{vault.tenant}", resource="https://vault.azure.net"{more}'
        return _error(401, "Unauthorized", message, headers={"WWW-Authenticate": header})

    def _list(self, request: web.Request, host: str, vault: FakeVault, client: str) -> web.Response:
        self.requests["list"] += 1
        if client not in vault.listers:
            return _error(403, "Forbidden", "Action: 'readMetadata'", inner="ForbiddenByRbac")
        start = request.query.get("$skiptoken", "")
        names = sorted(vault.secrets)
        if vault.empty_page_first and not start:
            return web.json_response({"value": [], "nextLink": _next_link(host, "0")})
        at = int(start or 0)
        items = [
            {"id": f"https://{host}/secrets/{name}", "attributes": vault.secrets[name][-1].attributes, "tags": {}}
            for name in names[at : at + PAGE]
        ]
        more = _next_link(host, str(at + PAGE)) if at + PAGE < len(names) else None
        return web.json_response({"value": items, "nextLink": more})

    def _list_versions(self, request: web.Request, name: str, vault: FakeVault, client: str) -> web.Response:
        self.requests["versions"] += 1
        if client not in vault.listers:
            return _error(403, "Forbidden", "Action: 'readMetadata'", inner="ForbiddenByRbac")
        at, found = int(request.query.get("$skiptoken", 0)), vault.secrets.get(name, [])
        items = [
            {"id": f"https://{request.url.host}/secrets/{name}/{one.version}", "attributes": one.attributes}
            for one in found[at : at + PAGE]
        ]
        more = _next_link(request.url.host or "", str(at + PAGE), request.path) if at + PAGE < len(found) else None
        return web.json_response({"value": items, "nextLink": more})

    def _get(self, request: web.Request, host: str, vault: FakeVault, client: str) -> web.Response:
        self.requests["get"] += 1
        found = re.fullmatch(r"/secrets/([0-9a-zA-Z-]+)(?:/([0-9a-f]*))?", request.path)
        if client not in vault.readers:
            message = (
                f"Caller is not authorized. Caller: appid={client};oid=33333333-3333-3333-3333-333333333333 "
                "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action' Resource: "
                "'/subscriptions/s1/resourcegroups/rg1/providers/microsoft.keyvault/vaults/kv-prod/secrets/x' "
            )
            return _error(403, "Forbidden", message, inner="ForbiddenByRbac")
        versions = vault.secrets.get(found[1], []) if found else []
        wanted = found[2] if found else ""
        secret = next((one for one in reversed(versions) if wanted in {None, "", one.version}), None)
        if found is None or secret is None:
            return _error(404, "SecretNotFound", "A secret was not found in this key vault.")
        if not secret.attributes["enabled"]:
            return _error(403, "Forbidden", "get is not allowed on a disabled secret.", inner="SecretDisabled")
        self.values_served += 1
        body = {
            "value": secret.value,
            "id": f"https://{host}/secrets/{found[1]}/{secret.version}",
            "attributes": secret.attributes,
            "tags": secret.tags,
        }
        if secret.content_type:
            body["contentType"] = secret.content_type
        return web.json_response(body)


def _thumbprint(jwt: str) -> str:
    header = jwt.split(".", maxsplit=1)[0]
    named: str = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))).get("x5t#S256", "")
    return named.rstrip("=")


def _next_link(host: str, token: str, path: str = "/secrets") -> str:
    return f"https://{host}:443{path}?api-version=7.4&$skiptoken={quote(token)}&maxresults={PAGE}"


def _error(
    status: int,
    code: str,
    message: str = "",
    *,
    inner: str = "",
    headers: dict[str, str] | None = None,
) -> web.Response:
    error: dict[str, Any] = {"code": code, "message": message}
    if inner:
        error["innererror"] = {"code": inner}
    return web.json_response({"error": error}, status=status, headers=headers)


def _fault(request: web.Request, fault: Fault) -> web.Response:
    if fault.status == 0:
        assert request.transport is not None
        request.transport.close()
        return web.Response()
    return web.Response(
        status=fault.status,
        text=fault.body,
        headers=dict(fault.headers),
        content_type=fault.content_type,
    )
