"""Trades a ServiceAccount's token for an access token at Entra, once for each call, and explains a refusal.

Called by identity.credentials; calls azure-identity. RFC 7523 §2.2 and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
from azure.core.credentials import AccessTokenInfo
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.identity.aio import ClientAssertionCredential

from keyferry.identity import federation
from keyferry.identity.answers import AnswerKeeper, network_cause
from keyferry.identity.http import SharedTransport
from keyferry.identity.retry import BoundedRetry
from keyferry.identity.tally import RequestKind, Tally
from keyferry.model.errors import KeyferryError, SpecError, Throttled, Unavailable, Where, foreign
from keyferry.model.identity import WorkloadIdentity
from keyferry.model.secrets import SecretValue

TRANSIENT_CODES: Final = frozenset({90033, 90055, 90024})  # "a transient error has occurred", by Entra's own words
SHAPELESS: Final = (ValueError, KeyError, TypeError, AttributeError)  # azure-identity trusts an answer's shape
_TENANT = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,252}")


class _Refusal(msgspec.Struct):
    """The body of Entra's error answer, as far as it is of use."""

    error: str = ""
    error_description: str = ""
    error_codes: list[int] = msgspec.field(default_factory=list)


class Entra:
    """Entra's token endpoint, of any tenant and cloud. Holds no token and no cache: every call is an exchange."""

    def __init__(self, transport: SharedTransport, tally: Tally) -> None:
        self._transport = transport
        self._tally = tally

    async def exchange(
        self,
        identity: WorkloadIdentity,
        assertion: SecretValue,
        scopes: Sequence[str],
        *,
        claims: str | None = None,
        enable_cae: bool = True,
    ) -> AccessTokenInfo:
        """Return a new access token for `scopes`. Raises AssertionRejected, Throttled, Unavailable or SpecError.

        `claims` is the text of a claims challenge (continuous access evaluation), passed on as it is.
        """
        _check(identity)
        keeper = AnswerKeeper(self._transport, self._tally, RequestKind.TOKEN)
        jwt = assertion.reveal().decode()
        try:
            return await _ask(identity, jwt, scopes, keeper, claims=claims, enable_cae=enable_cae)
        except (AzureError, OSError, *SHAPELESS) as refusal:
            error = _translated(refusal, keeper, identity, federation.token_facts(jwt).issuer)
        # Raised here, not in the handler: the vendor's error would come along as context, with the answer in its text.
        raise error


async def _ask(
    identity: WorkloadIdentity,
    jwt: str,
    scopes: Sequence[str],
    transport: AsyncHttpTransport[Any, Any],
    *,
    claims: str | None,
    enable_cae: bool,
) -> AccessTokenInfo:
    async with ClientAssertionCredential(
        identity.tenant_id,
        identity.client_id,
        lambda: jwt,
        authority=identity.authority_host,
        transport=transport,
        retry_policy_class=BoundedRetry,
    ) as credential:
        options: Any = {"enable_cae": enable_cae}
        if claims:
            options["claims"] = claims
        return await credential.get_token_info(*scopes, options=options)


def _check(identity: WorkloadIdentity) -> None:
    if not _TENANT.fullmatch(identity.tenant_id):
        raise SpecError(
            what=f'tenantId "{foreign(identity.tenant_id)}" is not a tenant id',
            remedy="use the tenant's GUID, shown as Directory (tenant) ID in the portal",
        )
    if not identity.authority_host.startswith("https://"):
        raise SpecError(
            what=f'the authority host "{foreign(identity.authority_host)}" is not an https address',
            remedy="use the address of the cloud's Entra, as https://login.microsoftonline.com",
        )


def _translated(
    refusal: Exception,
    keeper: AnswerKeeper,
    identity: WorkloadIdentity,
    issuer: str,
) -> KeyferryError:
    answer = keeper.answer
    where = Where(
        kind="ServiceAccount",
        name=identity.service_account.name,
        namespace=identity.service_account.namespace,
    )
    if answer is None:
        return Unavailable(
            what=f"{identity.authority_host} does not answer",
            cause=network_cause(refusal),
            remedy="check the network path, HTTPS_PROXY, NO_PROXY and the trusted certificates of this process",
            where=where,
        )
    told = _refusal(answer.body)
    code = told.error_codes[0] if told.error_codes else _leading_code(told.error_description)
    if answer.status == 429:
        return Throttled(
            retry_after=answer.retry_after,
            what=f"{identity.authority_host} asks for fewer token requests",
            where=where,
        )
    if answer.status >= 500 or answer.status == 408 or code in TRANSIENT_CODES or not (told.error or code):
        return _out_of_order(answer.status, answer.retry_after, code, identity, where)
    return federation.explain(federation.Rejection(code=code, description=told.error_description), identity, issuer)


def _out_of_order(
    status: int,
    retry_after: timedelta | None,
    code: int,
    identity: WorkloadIdentity,
    where: Where,
) -> KeyferryError:
    what = f"{identity.authority_host} does not answer as Entra does"
    cause = f"HTTP {status}" + (f", AADSTS{code}" if code else "")
    remedy = "wait; if it lasts, look for a proxy that answers in its place, and at status.azure.com"
    if retry_after is not None:
        return Throttled(retry_after=retry_after, what=what, cause=cause, remedy=remedy, where=where)
    return Unavailable(what=what, cause=cause, remedy=remedy, where=where)


def _refusal(body: bytes) -> _Refusal:
    try:
        return msgspec.json.decode(body, type=_Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Refusal()


def _leading_code(description: str) -> int:
    found = re.match(r"AADSTS(\d{1,9})\b", description)
    return int(found[1]) if found else 0
