"""The pool of credentials: one for each identity, whatever its kind, and none for two.

Called by vault.client and by whoever asks Azure for something; calls the grants.
"""

from collections.abc import Mapping
from typing import Final, assert_never

import aiohttp

from keyferry.identity import lent
from keyferry.identity.assertions import KeptByKubelet, SignedByCluster
from keyferry.identity.credential import Credential
from keyferry.identity.exchange import Entra
from keyferry.identity.federated import Federated
from keyferry.identity.grants import Grant
from keyferry.identity.http import Proxies, SharedTransport
from keyferry.identity.lent import Lent
from keyferry.identity.pod_identity import LentToPod, Nmi
from keyferry.identity.recent import Recent
from keyferry.identity.stored import Stored
from keyferry.identity.tally import Outcome, RequestKind, Tally
from keyferry.identity.token_proxy import BoundEntra, TokenProxy
from keyferry.identity.tokens import TokenSource
from keyferry.model.identity import (
    BoundIdentity,
    Identity,
    ManagedIdentity,
    PodIdentity,
    ProjectedIdentity,
    ServicePrincipal,
    WorkloadIdentity,
)
from keyferry.runtime.clock import Clock

IDENTITIES: Final = 5_000  # beyond it, the one used least recently is let go


class Credentials:
    """`of` returns the same credential for equal identities, and never one for two that differ in anything.

    `proxy` is where identity bindings are traded, which only nodes of AKS have.
    """

    def __init__(
        self,
        tokens: TokenSource,
        session: aiohttp.ClientSession,
        clock: Clock,
        proxy: TokenProxy = TokenProxy(),  # noqa: B008  (frozen)
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self._tally = Tally()
        self._entra = Entra(SharedTransport(session, Proxies()), self._tally)
        self._bound = BoundEntra(session, proxy, self._tally)
        self._direct = lent.direct(session)
        self._nmi = Nmi(self._direct, self._tally)
        self._pool: Recent[Identity, Credential] = Recent(IDENTITIES)

    @property
    def requests(self) -> Mapping[tuple[RequestKind, Outcome], int]:
        """Requests to Entra and to the metadata endpoint by outcome, since the start."""
        return self._tally.snapshot()

    def of(self, identity: Identity) -> Credential:
        """Return the credential of `identity`, made when first asked for."""
        return self._pool.take(identity, lambda: Credential(identity, self._grant(identity), self._clock))

    def forget(self, identity: Identity) -> None:
        """Forget that `identity` was refused: its ServiceAccount, or what Entra trusts, has changed."""
        if identity in self._pool:
            self.of(identity).forget()

    async def aclose(self) -> None:
        """End all requests under way and let all tokens go. The session stays open: it is the caller's."""
        for credential in self._pool:
            await credential.close()
        self._pool.clear()

    def _grant(self, identity: Identity) -> Grant:
        match identity:
            case WorkloadIdentity():
                assertions = SignedByCluster(identity, self._tokens, self._clock)
                return Federated(identity, assertions, self._entra, self._clock)
            case ProjectedIdentity():
                return Federated(identity, KeptByKubelet(identity), self._entra, self._clock)
            case BoundIdentity():
                assertions = SignedByCluster(identity, self._tokens, self._clock)
                return Federated(identity, assertions, self._bound, self._clock)
            case PodIdentity():
                return LentToPod(identity, self._nmi)
            case ManagedIdentity():
                return Lent(identity, self._direct, self._tally)
            case ServicePrincipal():
                return Stored(identity, self._entra)
            case _:
                assert_never(identity)
