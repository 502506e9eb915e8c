"""Reads values from Key Vault. Only observers may import this: the `values` contract names them."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

import aiohttp
from azure.keyvault.secrets import KeyVaultSecret

from keyferry.identity.credentials import Credentials
from keyferry.identity.flight import Flights
from keyferry.identity.recent import Recent
from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.errors import GrantError, NotFound, Unavailable
from keyferry.model.identity import WorkloadIdentity
from keyferry.model.secrets import SecretBundle, SecretProperties, SecretRef, SecretValue, VaultUrl
from keyferry.runtime.clock import Clock
from keyferry.vault.client import Clients
from keyferry.vault.properties import properties_of
from keyferry.vault.throttle import Budget, Priority

REMEMBERED_QUESTIONS: Final = 50_000
LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_Read = tuple[WorkloadIdentity, SecretRef]
_List = tuple[WorkloadIdentity, VaultUrl]


class Reader:
    """Values and properties, for the identity that asks and no other.

    Identical reads of one identity at the same time are one request. Two identities never share an answer, not even an
    error. `session` is the one that identity.http opened; it stays open.
    """

    def __init__(
        self,
        credentials: Credentials,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        budget: Budget | None = None,
    ) -> None:
        self._credentials = credentials
        self._clients = Clients(credentials, session, clock, budget)
        self._reads: Flights[_Read, SecretBundle] = Flights()
        self._lists: Flights[_List, tuple[SecretProperties, ...]] = Flights()
        self._asked_before: Recent[_Read | _List, bool] = Recent(REMEMBERED_QUESTIONS)

    @property
    def counters(self) -> Mapping[tuple[RequestKind, Outcome], int]:
        """Requests by kind and outcome since the start, retries and challenges included; those to Entra are TOKEN."""
        return Counter(self._clients.tally.snapshot()) + Counter(self._credentials.requests)

    @property
    def clients(self) -> Clients:
        """The clients, for vault.probe to ask through the same lanes."""
        return self._clients

    async def read(self, identity: WorkloadIdentity, ref: SecretRef) -> SecretBundle:
        """Return the secret as `identity` sees it now.

        Raises NotFound, GrantError, SpecError, Throttled or Unavailable. Needs the role Key Vault Secrets User.
        """
        return await self._reads.join((identity, ref), lambda: self._read(identity, ref))

    async def list_properties(self, identity: WorkloadIdentity, vault_url: VaultUrl) -> tuple[SecretProperties, ...]:
        """Return the properties of all secrets of a vault, in the order of the service. Raises as `read` does."""
        return await self._lists.join((identity, vault_url), lambda: self._list(identity, vault_url))

    def forget(self, identity: WorkloadIdentity) -> None:
        """Forget that Entra refused `identity`: what it was refused for may be mended."""
        self._credentials.forget(identity)

    async def aclose(self) -> None:
        """End the reads under way. The session and the credentials are the caller's to close."""
        await self._reads.aclose()
        await self._lists.aclose()
        self._clients.close()

    async def _read(self, identity: WorkloadIdentity, ref: SecretRef) -> SecretBundle:
        question = identity, ref
        try:
            secret = await self._clients.of(ref.vault_url, identity).get(ref, self._priority(question))
        except (NotFound, GrantError):
            self._asked_before.take(question, bool)
            raise
        self._asked_before.take(question, bool)
        return _bundle(secret, ref)

    async def _list(self, identity: WorkloadIdentity, vault_url: VaultUrl) -> tuple[SecretProperties, ...]:
        question = identity, vault_url
        found = await self._clients.of(vault_url, identity).list_all(self._priority(question))
        self._asked_before.take(question, bool)
        return tuple(properties_of(entry) for entry in found)

    def _priority(self, question: _Read | _List) -> Priority:
        """What had an answer before is a refresh from now on, and gives way to first reads."""
        return Priority.REFRESH if question in self._asked_before else Priority.FIRST_READ


def _bundle(secret: KeyVaultSecret, ref: SecretRef) -> SecretBundle:
    if secret.value is None:
        raise Unavailable(
            what=f"reading secret {ref.name} failed: {ref.vault_url} answered without a value",
            remedy="report this to the keyferry project with the secret's content type",
        )
    text = LONE_SURROGATE.sub("\ufffd", secret.value)  # as Go's JSON reader does; no bytes stand for half a character
    return SecretBundle(properties=properties_of(secret.properties), value=SecretValue(text.encode()))
