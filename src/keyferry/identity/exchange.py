"""Asks Entra for an access token, once for each call, by an assertion or by a stored credential; explains a refusal.

Called by identity.federated and identity.stored. Calls azure-identity for stored credentials, and loads it then.
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from azure.core.credentials import AccessTokenInfo
from azure.core.exceptions import AzureError

from keyferry.identity import client_assertion, federation, refusals
from keyferry.identity.answers import Answer, AnswerKeeper
from keyferry.identity.grants import Scopes
from keyferry.identity.http import SharedTransport
from keyferry.identity.refusals import Explain
from keyferry.identity.retry import BoundedRetry
from keyferry.identity.tally import RequestKind, Tally
from keyferry.model.errors import AssertionRejected, KeyferryError, SpecError, foreign
from keyferry.model.identity import BoundIdentity, ProjectedIdentity, ServicePrincipal, WorkloadIdentity
from keyferry.model.secrets import SecretValue

SHAPELESS: Final = (ValueError, KeyError, TypeError, AttributeError)  # azure-identity trusts an answer's shape
_TENANT: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,252}")

Applicant = WorkloadIdentity | ProjectedIdentity | BoundIdentity | ServicePrincipal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proves a principal: its client secret, or a certificate with its key as PEM.

    `hint` is what is odd about it, for the explanation of a refusal; it holds nothing of the credential.
    """

    secret: SecretValue | None = None
    certificate: SecretValue | None = None
    hint: str = ""


class Entra:
    """Entra's token endpoint, of any tenant and cloud. Holds no token and no cache: every call is an exchange."""

    def __init__(self, transport: SharedTransport, tally: Tally) -> None:
        self._transport = transport
        self._tally = tally

    async def exchange(
        self,
        identity: WorkloadIdentity | ProjectedIdentity | BoundIdentity,
        assertion: SecretValue,
        scopes: Scopes,
        *,
        claims: str | None = None,
        enable_cae: bool = True,
    ) -> AccessTokenInfo:
        """Return a new access token for `scopes`. Raises AssertionRejected, Throttled, Unavailable or SpecError.

        `claims` is the text of a claims challenge (continuous access evaluation), passed on as it is.
        """
        jwt = assertion.reveal().decode()

        async def ask(keeper: AnswerKeeper) -> AccessTokenInfo:
            return await client_assertion.obtain(keeper, identity, jwt, scopes, claims=claims, enable_cae=enable_cae)

        def explain(rejection: federation.Rejection) -> AssertionRejected:
            if isinstance(identity, BoundIdentity):
                return federation.explain_binding(rejection, identity)
            return federation.explain(rejection, identity, federation.token_facts(jwt))

        return await self._asked(identity, ask, explain)

    async def identify(
        self,
        principal: ServicePrincipal,
        proof: Proof,
        scopes: Scopes,
        *,
        claims: str | None = None,
        enable_cae: bool = True,
    ) -> AccessTokenInfo:
        """As `exchange`, for a principal with a stored credential, whose `proof` is ready to be used."""

        async def ask(keeper: AnswerKeeper) -> AccessTokenInfo:
            async with _vendors(principal, proof, keeper) as credential:
                info: AccessTokenInfo = await credential.get_token_info(
                    *scopes, options=_options(claims, enable_cae=enable_cae)
                )
                return info

        def explain(rejection: federation.Rejection) -> AssertionRejected:
            return federation.explain_stored(_without_secret(rejection, proof), principal, proof.hint)

        return await self._asked(principal, ask, explain)

    async def _asked(
        self, applicant: Applicant, ask: Callable[[AnswerKeeper], Awaitable[AccessTokenInfo]], explain: Explain
    ) -> AccessTokenInfo:
        _check(applicant)
        keeper = AnswerKeeper(self._transport, self._tally, RequestKind.TOKEN)
        try:
            return await ask(keeper)
        except (AzureError, OSError, *SHAPELESS) as refusal:
            error = self.translated(refusal, keeper.answer, applicant, explain)
        # Raised here, not in the handler: the vendor's error would come along as context, with the answer in its text.
        raise error

    def translated(
        self, failure: Exception, answer: Answer | None, applicant: Applicant, explain: Explain
    ) -> KeyferryError:
        """Return our error for a request that brought no token."""
        return refusals.translated(failure, answer, applicant.authority_host, applicant.where, explain)


def _vendors(principal: ServicePrincipal, proof: Proof, keeper: AnswerKeeper) -> Any:
    from azure.identity.aio import CertificateCredential, ClientSecretCredential  # noqa: PLC0415  (15 MiB, seldom used)

    tenant, client = principal.tenant_id, principal.client_id
    settings: dict[str, Any] = {
        "authority": principal.authority_host,
        "transport": keeper,
        "retry_policy_class": BoundedRetry,
    }
    if proof.certificate is not None:
        return CertificateCredential(tenant, client, certificate_data=proof.certificate.reveal(), **settings)
    return ClientSecretCredential(tenant, client, _text(proof.secret), **settings)


def _options(claims: str | None, *, enable_cae: bool) -> Any:
    options: dict[str, Any] = {"enable_cae": enable_cae}
    if claims:
        options["claims"] = claims
    return options


def _check(applicant: Applicant) -> None:
    if not _TENANT.fullmatch(applicant.tenant_id):
        raise SpecError(
            what=f'tenantId "{foreign(applicant.tenant_id)}" is not a tenant id',
            remedy="use the tenant's GUID, shown as Directory (tenant) ID in the portal",
            where=applicant.where,
        )
    if not applicant.authority_host.startswith("https://"):
        raise SpecError(
            what=f'the authority host "{foreign(applicant.authority_host)}" is not an https address',
            remedy="use the address of the cloud's Entra, as https://login.microsoftonline.com",
            where=applicant.where,
        )


def _text(secret: SecretValue | None) -> str:
    return secret.reveal().decode() if secret is not None else ""


def _without_secret(rejection: federation.Rejection, proof: Proof) -> federation.Rejection:
    """Entra does not repeat a client secret; whoever answers in its place might."""
    secret = _text(proof.secret)
    if not secret or secret not in rejection.description:
        return rejection
    return federation.Rejection(code=rejection.code, description=rejection.description.replace(secret, "•••"))
