"""Where the token comes from that Entra trades: the cluster signs one, or kubelet has put one into a file.

Called by identity.federated; calls, through the port TokenSource, Kubernetes.
"""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from keyferry.identity.flight import Flights
from keyferry.identity.tokens import ServiceAccountToken, TokenSource
from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.model.identity import BoundIdentity, ProjectedIdentity, WorkloadIdentity
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock

MARGIN: Final = timedelta(minutes=5)  # Entra allows for skewed clocks in about the same measure
LIMIT_BYTES: Final = 64 * 1024
_JWT: Final = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]+")
_INJECTED: Final = (
    'give the pod the label azure.workload.identity/use: "true" and see that the webhook ran when it was created, or '
    "mount a projected ServiceAccount token there"
)


class Assertions(Protocol):
    """One identity's tokens for Entra."""

    @property
    def is_kept(self) -> bool:
        """Tell whether the next token may be one that was handed out before."""
        ...

    async def current(self) -> SecretValue:
        """Return a token that is good now. Raises NotFound, GrantError, SpecError or Unavailable."""
        ...

    def discard(self) -> None:
        """Let a kept token go."""
        ...

    async def close(self) -> None:
        """End the requests under way."""
        ...


class SignedByCluster:
    """Tokens from Kubernetes' TokenRequest, each used until shortly before its end.

    Nearer to it the source is asked each time. One that hands on what kubelet sent may return the same token again.
    """

    def __init__(self, identity: WorkloadIdentity | BoundIdentity, tokens: TokenSource, clock: Clock) -> None:
        self._identity = identity
        self._tokens = tokens
        self._clock = clock
        self._held: ServiceAccountToken | None = None
        self._requests: Flights[str, ServiceAccountToken] = Flights()

    @property
    def is_kept(self) -> bool:
        """Tell whether a token is held."""
        return self._held is not None

    async def current(self) -> SecretValue:
        """Return the token held, or a new one that the cluster signs; crowds cause one request."""
        return (await self._requests.join("assertion", self._current)).token

    def discard(self) -> None:
        """Let the token go."""
        self._held = None

    async def close(self) -> None:
        """End the request under way, and let the token go."""
        await self._requests.aclose()
        self._held = None

    async def _current(self) -> ServiceAccountToken:
        held = self._held
        if held is None or held.expires - self._clock.now() < MARGIN:
            held = await self._tokens.create_token(self._identity.service_account, self._identity.audiences)
            self._held = held
        return held


class KeptByKubelet:
    """The token in the pod's own file, read anew for each exchange: kubelet replaces it well before its end.

    A final newline is not sent. https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
    """

    is_kept: Final = False

    def __init__(self, identity: ProjectedIdentity) -> None:
        self._identity = identity

    async def current(self) -> SecretValue:
        """Return what the file holds now; NotFound or SpecError when that is no token."""
        try:
            content = await asyncio.to_thread(_beginning_of, Path(self._identity.token_file))
        except OSError as failure:
            error = self._unreadable(failure)
        else:
            token = content.strip()
            if _JWT.fullmatch(token) and len(content) <= LIMIT_BYTES:
                return SecretValue(token)
            error = self._no_token(is_empty=not token)
        raise error

    def discard(self) -> None:
        """Do nothing: none is kept."""

    async def close(self) -> None:
        """Do nothing: a read ends by itself."""

    def _unreadable(self, failure: OSError) -> KeyferryError:
        path, where = self._identity.token_file, self._identity.where
        if isinstance(failure, FileNotFoundError):
            return NotFound(
                what=f"the token file {path} does not exist",
                cause="AZURE_FEDERATED_TOKEN_FILE names it, and nothing is mounted there",
                remedy=_INJECTED,
                where=where,
            )
        return SpecError(
            what=f"the token file {path} cannot be read",
            cause=failure.strerror or type(failure).__name__,
            remedy="let the process's user read it: set securityContext.fsGroup of the pod",
            where=where,
        )

    def _no_token(self, *, is_empty: bool) -> KeyferryError:
        return SpecError(
            what=f"the token file {self._identity.token_file} holds no token",
            cause="it is empty" if is_empty else "its content is not a JSON Web Token",
            remedy=_INJECTED,
            where=self._identity.where,
        )


def _beginning_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LIMIT_BYTES + 1)
