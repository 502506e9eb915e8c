"""The grant of workload identity: a token that the cluster signed, traded at Entra. Nothing is stored.

Called by identity.credential; calls identity.assertions and identity.exchange.
"""

from typing import Final

from azure.core.credentials import AccessTokenInfo

from keyferry.identity.assertions import Assertions
from keyferry.identity.exchange import Entra
from keyferry.identity.grants import Scopes
from keyferry.identity.propagation import Propagation
from keyferry.model.errors import AssertionRejected
from keyferry.model.identity import BoundIdentity, ProjectedIdentity, WorkloadIdentity
from keyferry.runtime.clock import Clock

# AADSTS: the clocks of cluster, process and Entra differ, or a token was kept too long
OUTSIDE_ITS_TIME: Final = 700024


class Federated:
    """Trades assertions of one identity. While a federated credential may still be propagating, its refusals say so."""

    def __init__(
        self,
        identity: WorkloadIdentity | ProjectedIdentity | BoundIdentity,
        assertions: Assertions,
        entra: Entra,
        clock: Clock,
    ) -> None:
        self._identity = identity
        self._assertions = assertions
        self._entra = entra
        self._clock = clock
        self._propagation = Propagation()

    async def obtain(self, scopes: Scopes, *, claims: str | None, enable_cae: bool) -> AccessTokenInfo:
        """Trade the current assertion; where Entra's clock says that a kept one has ended, a new one, once."""
        was_kept = self._assertions.is_kept
        try:
            return await self._traded(scopes, claims, enable_cae=enable_cae)
        except AssertionRejected as refusal:
            self._assertions.discard()
            refused = refusal
        if refused.code == OUTSIDE_ITS_TIME and was_kept:
            return await self._traded(scopes, claims, enable_cae=enable_cae)
        raise self._propagation.told(refused, self._clock.now())

    def forget(self) -> None:
        """Take a new assertion next time, and wait anew for what was changed."""
        self._assertions.discard()
        self._propagation.forget()

    async def close(self) -> None:
        """End the request for an assertion that is under way."""
        await self._assertions.close()

    async def _traded(self, scopes: Scopes, claims: str | None, *, enable_cae: bool) -> AccessTokenInfo:
        assertion = await self._assertions.current()
        info = await self._entra.exchange(self._identity, assertion, scopes, claims=claims, enable_cae=enable_cae)
        self._propagation.forget()
        return info
