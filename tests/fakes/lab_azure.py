"""A small Azure in the lab for tests: a seed, chance that repeats, and an issuer whose key the test holds."""

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from keyferry.lab.azure import private_keys, seed
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Dialogue, Fetch, Request, Response

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TENANT = "99999999-9999-4999-8999-999999999999"
OTHER_TENANT = "88888888-8888-4888-8888-888888888888"
READER = "22222222-2222-4222-8222-222222222222"
OFFICER = "55555555-5555-4555-8555-555555555555"
LONER = "66666666-6666-4666-8666-666666666666"  # has no federated credential
STRANGER = "77777777-7777-4777-8777-777777777777"  # of the other tenant
ISSUER_HOST = "issuer.cluster.example"
ISSUER = f"https://{ISSUER_HOST}/cluster-1/"
AUDIENCE = "api://AzureADTokenExchange"
READER_SUBJECT = "system:serviceaccount:apps:kv-reader"
OFFICER_SUBJECT = "system:serviceaccount:apps:officer"
VAULT_SCOPE = "https://vault.azure.net/.default"
ARM_SCOPE = "https://management.azure.com/.default"


@cache
def rsa_key(name: str = "entra") -> RSAKey:
    """One key for each name in a test run: making one takes 50 ms."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})


@cache
def private_key(spec: str) -> str:
    """One key for each spec in a test run: an RSA key of 4,096 bits takes a second."""
    return private_keys.generate(spec)


def sources() -> Sources:
    """Chance that gives the same in every run."""
    counter = itertools.count()

    def random_bytes(size: int) -> bytes:
        digest = hashlib.shake_256(f"chance {next(counter)}".encode())
        return digest.digest(size)

    return Sources(random_bytes=random_bytes, rsa_key=rsa_key, private_key=private_key)


def document(**changes: Any) -> dict[str, Any]:
    """The seed document; `changes` take the place of top-level entries."""
    credential = {"issuer": ISSUER, "audiences": [AUDIENCE]}
    return {
        "cluster": {"issuer": ISSUER},
        "tenants": [{"id": TENANT, "domain": "lab.example"}, {"id": OTHER_TENANT}],
        "vaults": [
            {
                "name": "kv-one",
                "tenantId": TENANT,
                "resourceGroup": "rg",
                "secrets": {
                    "db-password": {"value": "first", "tags": {"team": "a"}, "contentType": "text/plain"},
                    "json-thing": {"json": {"user": "u", "port": 1}},
                    "off": {"value": "hidden", "enabled": False},
                    "versioned": {"versions": [{"value": "v1"}, {"value": "v2"}]},
                },
            },
            {"name": "kv-two", "tenantId": TENANT, "resourceGroup": "rg", "secrets": {"alone": {"random": 20}}},
            {"name": "kv-far", "tenantId": OTHER_TENANT, "secrets": {}},
        ],
        "identities": [
            {
                "name": "reader",
                "clientId": READER,
                "tenantId": TENANT,
                "resourceGroup": "rg",
                "federatedCredentials": [{"name": "reader", "subject": READER_SUBJECT, **credential}],
            },
            {
                "name": "officer",
                "clientId": OFFICER,
                "tenantId": TENANT,
                "resourceGroup": "rg",
                "federatedCredentials": [{"name": "officer", "subject": OFFICER_SUBJECT, **credential}],
            },
            {"name": "loner", "clientId": LONER, "tenantId": TENANT},
            {
                "name": "stranger",
                "clientId": STRANGER,
                "tenantId": OTHER_TENANT,
                "federatedCredentials": [{"name": "stranger", "subject": READER_SUBJECT, **credential}],
            },
        ],
        "roleAssignments": [
            {"identity": "reader", "role": "Key Vault Secrets User", "scope": "vaults/kv-one"},
            {"identity": "officer", "role": "Key Vault Secrets Officer", "scope": "vaults/kv-one"},
            {"identity": "officer", "role": "Owner", "scope": "resourceGroups/rg"},
        ],
        "entra": {"accessTokenLifetimeSeconds": 3600},
        **changes,
    }


def declared(**changes: Any) -> seed.Seed:
    """The same, parsed."""
    return seed.parse(document(**changes))


def azure(**changes: Any) -> Azure:
    """An Azure as `document` declares it, alive since `NOW`."""
    return Azure(seed.parse(document(**changes)), NOW, sources())


def assertion(key: str = "issuer", header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    """A ServiceAccount token of the reader; a claim given as None is left out."""
    signing = rsa_key(key)
    issued = int(NOW.timestamp())
    content = {
        "iss": ISSUER,
        "sub": READER_SUBJECT,
        "aud": [AUDIENCE],
        "iat": issued,
        "nbf": issued,
        "exp": issued + 3600,
        **claims,
    }
    given = {name: value for name, value in content.items() if value is not None}
    return jwt.encode(
        {"alg": "RS256", "kid": signing.thumbprint(), **(header or {})}, given, signing, default_type=None
    )


def issuer_answers(issuer: str = ISSUER, *keys: str) -> dict[str, Response]:
    """What the issuer publishes: its discovery document and its keys, by URL."""
    base = issuer.rstrip("/")
    jwks_uri = f"{base}/openid/v1/jwks"
    public = [
        {**rsa_key(name).as_dict(private=False), "kid": rsa_key(name).thumbprint()} for name in keys or ("issuer",)
    ]
    return {
        f"{base}/.well-known/openid-configuration": _json({"issuer": issuer, "jwks_uri": jwks_uri}),
        jwks_uri: _json({"keys": public}),
    }


def drive(dialogue: Dialogue, answers: Mapping[str, Response] | None = None) -> Response:
    """The dialogue's answer; a URL that `answers` lacks is unreachable."""
    known = issuer_answers() if answers is None else answers
    try:
        fetch = next(dialogue)
        while True:
            assert isinstance(fetch, Fetch)
            fetch = dialogue.send(known.get(fetch.url))
    except StopIteration as end:
        response = end.value
        assert isinstance(response, Response)
        return response


def token_request(tenant: str = TENANT, host: str = "login.microsoftonline.com", **fields: str | None) -> Request:
    """What azure-identity posts for the reader; a field given as None is left out."""
    form = {
        "grant_type": "client_credentials",
        "client_id": READER,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": VAULT_SCOPE,
        **fields,
    }
    if "client_assertion" not in form:
        form["client_assertion"] = assertion()
    return Request(
        method="POST",
        host=host,
        path=f"/{tenant}/oauth2/v2.0/token",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode({name: value for name, value in form.items() if value is not None}).encode(),
    )


def access_token(world: Azure, client_id: str = READER, scope: str = VAULT_SCOPE, now: datetime = NOW) -> str:
    """A token that the world's Entra granted at `now`."""
    issued = int(now.timestamp())
    subject = {OFFICER: OFFICER_SUBJECT}.get(client_id, READER_SUBJECT)
    presented = assertion(sub=subject, iat=issued, nbf=issued, exp=issued + 3600)
    tenant = OTHER_TENANT if client_id == STRANGER else TENANT
    request = token_request(tenant, client_id=client_id, scope=scope, client_assertion=presented)
    answer = drive(world.handle(request, now))
    assert answer.status == 200, answer.body
    return str(json.loads(answer.body)["access_token"])


Call = Callable[..., Response]


def caller(
    world: Azure, client_id: str = READER, host: str = "kv-one.vault.azure.net", scope: str = VAULT_SCOPE
) -> Call:
    """A function (method, path, **query and body) → Response that calls with a token of `client_id`."""
    token = access_token(world, client_id, scope)

    def call(
        method: str, path: str, *, body: object = None, now: datetime = NOW, host: str = host, **query: str
    ) -> Response:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        request = Request(
            method=method,
            host=host,
            path=path,
            query=tuple({"api-version": "7.6", **query}.items()),
            headers={
                "authorization": f"Bearer {token}",
                "x-ms-client-request-id": "client-id-1",
                **({"content-type": "application/json"} if raw else {}),
            },
            body=raw,
        )
        return drive(world.handle(request, now))

    return call


def content(response: Response) -> Any:
    """The JSON of an answer."""
    return json.loads(response.body)


def header(response: Response, name: str) -> str | None:
    """One header of an answer."""
    return next((value for key, value in response.headers if key.lower() == name.lower()), None)


def later(**duration: float) -> datetime:
    """An instant after `NOW`."""
    return NOW + timedelta(**duration)


def _json(document: object) -> Response:
    return Response(status=200, body=json.dumps(document).encode())
