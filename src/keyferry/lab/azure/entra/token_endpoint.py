"""The token endpoint, v1.0 and v2.0: its checks have one order, so that one fault has one code.

The service's real order is not documented. Here, after the tenant:
    1 the form's fields   2 the client   3 the form of its assertion   4 its federated credential   5 the signature
    6 the time   7 the scope or resource. A secret is judged in place of 3 to 6.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.directory import Application, Client, Directory
from keyferry.lab.azure.entra import (
    answers,
    assertion,
    client_certificates,
    client_secrets,
    federation,
    form,
    grants,
    own_tokens,
)
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.assertion import Assertion
from keyferry.lab.azure.entra.form import Form
from keyferry.lab.azure.entra.grants import Grant
from keyferry.lab.azure.entra.issuers import Fetching, Issuers
from keyferry.lab.azure.entra.lifetimes import Lifetimes
from keyferry.lab.azure.entra.negative_answers import NegativeAnswers
from keyferry.lab.azure.seed.declaration import TenantSeed
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Dialogue, Request


class Format(StrEnum):
    """The two endpoints. The value is the form's field that names what the token is for."""

    V1 = "resource"
    V2 = "scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEndpoint:
    """Trades a client's proof for an access token."""

    directory: Directory
    tokens: AccessTokens
    lifetimes: Lifetimes
    sources: Sources
    issuers: Issuers
    refusals: NegativeAnswers

    def answer(self, request: Request, tenant: TenantSeed, endpoint: Format, now: datetime) -> Dialogue:
        """Return the token that was asked for. RefusedError says why not."""
        asked = form.parse(request, endpoint.value)  # (1)
        client = self.directory.client(tenant.id, asked.client_id, now)
        if client is None:  # (2)
            raise RefusedError(
                700016, f"The application '{asked.client_id[:100]}' was not found in the directory '{tenant.id}'."
            )
        method = yield from self._prove(asked, client, tenant, request.port_suffix, now)  # (3) to (6)
        find = grants.resource_of if endpoint is Format.V2 else grants.known_resource
        grant = Grant(
            client=client,
            cloud=tenant.cloud,
            audience=find(asked.target, tenant.cloud, request.port_suffix),  # (7)
            method=method,
            lifetime_seconds=self.lifetimes.seconds(client, asked.capabilities, self.sources),
            capabilities=asked.capabilities,
        )
        token = self.tokens.sign(grants.claims(grant, now, self.sources), now)
        if endpoint is Format.V2:
            return answers.success(grants.answer(token, grant.lifetime_seconds), request, self.sources)
        older = grants.answer_v1(token, grant.lifetime_seconds, grant.audience, now)
        return answers.success(older, request, self.sources)

    def _prove(self, asked: Form, client: Client, tenant: TenantSeed, port_suffix: str, now: datetime) -> Fetching[str]:
        """Return how the client proved itself."""
        if not asked.assertion:
            client_secrets.verify(asked.secret, client, now)
            return grants.BY_SECRET
        presented = assertion.read(asked.assertion)  # (3)
        if isinstance(client, Application) and presented.issuer.lower() == client.client_id:
            client_certificates.verify(presented, client, tenant, now, port_suffix)
        else:
            yield from self._federate(presented, client, tenant, now)
        return grants.BY_ASSERTION

    def _federate(self, presented: Assertion, client: Client, tenant: TenantSeed, now: datetime) -> Fetching[None]:
        assertion.check_header(presented, assertion.FEDERATED)
        kept = self.directory.delays.negative_answer_seconds
        known = self.refusals.recall(client.client_id, presented, kept, now)
        if known is not None:
            raise known
        try:
            self._match(presented, client, now)  # (4)
        except RefusedError as refusal:
            self.refusals.remember(client.client_id, presented, refusal, now)
            raise
        if own_tokens.is_own(presented):
            own_tokens.check(presented, client, tenant, self.directory)
            key = own_tokens.key_of(presented, self.tokens.keys, now)
        else:
            key = yield from self.issuers.key(presented.issuer, presented.kid, now)
        assertion.verify_signature(presented, key.public_key)  # (5)
        assertion.verify_time(presented, now)  # (6)

    def _match(self, presented: Assertion, client: Client, now: datetime) -> None:
        credentials = self.directory.credentials_seen(client, now)
        if not credentials and self.directory.is_propagating(client, now):
            raise federation.not_yet_noticed(client.client_id)
        federation.match(presented, credentials, client.client_id)
