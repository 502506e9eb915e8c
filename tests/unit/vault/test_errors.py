"""The vault's answers, and the want of one, in keyferry's words."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import msgspec
import pytest
from aiohttp.client_reqrep import ConnectionKey
from azure.core.exceptions import HttpResponseError, ServiceRequestError
from multidict import CIMultiDict

from keyferry.identity.answers import Answer
from keyferry.model.errors import (
    AssertionRejected,
    GrantError,
    KeyferryError,
    NotFound,
    RoleMissing,
    SecretAbsent,
    SpecError,
    Throttled,
    Unavailable,
)
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.vault.errors import Asked, of_answer, retold, translated

VAULT: Final = VaultUrl("https://kv-prod.vault.azure.net")
IDENTITY: Final = WorkloadIdentity(
    tenant_id=TenantId("11111111-1111-1111-1111-111111111111"),
    client_id=ClientId("22222222-2222-2222-2222-222222222222"),
    service_account=ServiceAccountRef(namespace="payments", name="api"),
    authority_host="https://login.microsoftonline.com",
    audiences=("api://AzureADTokenExchange",),
)
READ: Final = Asked(
    identity=IDENTITY,
    vault_url=VAULT,
    ref=SecretRef(vault_url=VAULT, name=SecretName("db"), version=SecretVersion("0" * 32)),
)
LIST: Final = Asked(identity=IDENTITY, vault_url=VAULT)
CERTIFICATE: Final = Asked(
    identity=IDENTITY,
    vault_url=VAULT,
    ref=SecretRef(vault_url=VAULT, name=SecretName("web"), kind=ObjectKind.CERTIFICATE),
)
KEYS: Final = Asked(identity=IDENTITY, vault_url=VAULT, kind=ObjectKind.KEY)
KEY: Final = ConnectionKey(
    "kv-prod.vault.azure.net", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None
)


def answer(status: int, code: str = "", *, inner: str = "", retry_after: int | None = None) -> Answer:
    error: dict[str, Any] = {"code": code, "message": "canary-9b"}
    if inner:
        error["innererror"] = {"code": inner}
    return Answer(
        status=status,
        body=msgspec.json.encode({"error": error}),
        retry_after=None if retry_after is None else timedelta(seconds=retry_after),
        challenge="",
    )


@pytest.mark.parametrize(
    ("given", "asked", "kind", "words"),
    [
        pytest.param(answer(404, "SecretNotFound"), READ, SecretAbsent, ("db", "version 000", "kv-prod"), id="absent"),
        pytest.param(
            answer(404, "CertificateNotFound"),
            CERTIFICATE,
            SecretAbsent,
            ("certificate web does not",),
            id="no-certificate",
        ),
        pytest.param(
            answer(404, "SecretNotFound"), CERTIFICATE, NotFound, ("vaultUrl",), id="the-word-of-another-kind"
        ),
        pytest.param(
            answer(403, "Forbidden", inner="ForbiddenByRbac"),
            CERTIFICATE,
            RoleMissing,
            ("reading certificate web", "Key Vault Certificate User"),
            id="no-role-for-certificates",
        ),
        pytest.param(
            answer(403, "Forbidden", inner="AccessDenied"),
            KEYS,
            RoleMissing,
            ("listing keys", "the key permissions"),
            id="no-policy-for-keys",
        ),
        pytest.param(answer(404, "SecretNotFound"), LIST, NotFound, ("vaultUrl",), id="a-list-is-not-there"),
        pytest.param(answer(404, "Gone"), READ, NotFound, ("vaultUrl", "Gone"), id="another-service's-404"),
        pytest.param(answer(400, "BadParameter"), READ, SpecError, ("BadParameter", "name and version"), id="bad"),
        pytest.param(answer(400), READ, SpecError, ("without a code",), id="bad-without-a-code"),
        pytest.param(answer(401, "Unauthorized"), READ, GrantError, ("does not accept the token",), id="unauthorised"),
        pytest.param(answer(403, "Forbidden", inner="ForbiddenByRbac"), LIST, RoleMissing, ("listing",), id="no-role"),
        pytest.param(answer(429, "Throttled", retry_after=3), READ, Throttled, ("fewer requests",), id="throttled"),
        pytest.param(answer(503, "Busy", retry_after=3), READ, Unavailable, ("HTTP 503 Busy",), id="busy-says-when"),
        pytest.param(answer(503, "Busy"), READ, Unavailable, ("HTTP 503 Busy",), id="busy"),
        pytest.param(answer(302), READ, Unavailable, ("not understood",), id="a-redirect-is-not-followed"),
        pytest.param(answer(500, "<script>"), READ, Unavailable, ("HTTP 500",), id="a-code-that-is-none"),
    ],
)
def test_an_answer_has_its_error(
    given: Answer, asked: Asked, kind: type[KeyferryError], words: tuple[str, ...]
) -> None:
    error = of_answer(given, asked)

    assert type(error) is kind
    assert all(word in str(error) for word in words), str(error)
    assert "canary" not in str(error)
    assert "<script>" not in str(error)
    assert VAULT in str(error.where)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 3}', bytes([0xFF, 0xFE])])
def test_a_body_that_is_no_error_of_key_vaults_says_nothing(body: bytes) -> None:
    error = of_answer(Answer(status=403, body=body, retry_after=None, challenge=""), READ)

    assert "403 without a code" in error.cause


def test_keeps_the_vaults_own_wait() -> None:
    error = of_answer(answer(429, "Throttled", retry_after=7), READ)

    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("refusal", "kind", "words"),
    [
        pytest.param(
            ServiceRequestError("x", error=aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "x"))),
            Unavailable,
            ("does not resolve", "no such vault", "private endpoint", VAULT),
            id="no-such-name",
        ),
        pytest.param(
            ServiceRequestError("x", error=aiohttp.ClientConnectorError(KEY, OSError(111, "Connection refused"))),
            Unavailable,
            ("Connection refused", "HTTPS_PROXY"),
            id="refused",
        ),
        pytest.param(TimeoutError(), Unavailable, ("no answer in time",), id="timeout"),
        pytest.param(
            ValueError("The challenge resource 'x' does not match the requested domain."),
            SpecError,
            ("parent domain", "vaultUrl"),
            id="a-challenge-of-another-domain",
        ),
        pytest.param(KeyError("canary-9b"), Unavailable, ("not understood",), id="an-answer-of-another-shape"),
        pytest.param(ValueError("canary-9b"), Unavailable, ("not understood",), id="a-value-of-another-shape"),
    ],
)
def test_the_want_of_an_answer_has_its_error(
    refusal: Exception, kind: type[KeyferryError], words: tuple[str, ...]
) -> None:
    error = translated(refusal, READ)

    assert type(error) is kind
    assert all(word in str(error) for word in words), str(error)
    assert "canary" not in str(error)


def test_an_answer_within_the_vendors_error_is_read() -> None:
    content = msgspec.json.encode({"error": {"code": "SecretNotFound", "message": "x"}})
    response: Any = SimpleNamespace(
        status_code=404, reason="x", headers=CIMultiDict(), content=content, text=content.decode
    )

    assert isinstance(translated(HttpResponseError(response=response), READ), SecretAbsent)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        pytest.param(of_answer(answer(503), LIST), Unavailable, id="out-of-order"),
        pytest.param(of_answer(answer(429, retry_after=7), LIST), Throttled, id="throttled"),
        pytest.param(of_answer(answer(403, "Forbidden", inner="ForbiddenByFirewall"), LIST), GrantError, id="firewall"),
        pytest.param(of_answer(answer(404), LIST), NotFound, id="no-vault"),
    ],
)
def test_a_failure_that_was_met_by_another_question_is_told_as_ones_own(failure: KeyferryError, kind: type) -> None:
    told = retold(failure, LIST, READ)

    assert type(told) is kind
    assert told.what == failure.what.replace("listing secrets", "reading secret db")
    assert (told.cause, told.remedy) == (failure.cause, failure.remedy)
    assert told.where == READ.where
    assert getattr(told, "retry_after", None) == getattr(failure, "retry_after", None)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Throttled(what=f"{VAULT} asks for fewer requests"), id="of-the-whole-vault"),
        pytest.param(AssertionRejected(code=70021, what="Entra refused payments/api"), id="of-a-token"),
    ],
)
def test_a_failure_of_no_question_is_told_as_it_is(failure: KeyferryError) -> None:
    assert retold(failure, LIST, READ) is failure
