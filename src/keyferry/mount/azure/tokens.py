"""The ServiceAccounts' tokens that kubelet sends with its calls, for identity.credentials to trade.

Called by mount.publisher, which offers and drops; read by identity.assertions through the port TokenSource.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from keyferry.identity.federation import token_facts
from keyferry.identity.tokens import ServiceAccountToken, TokenSource
from keyferry.model.identity import ServiceAccountRef
from keyferry.mount.azure import absent_token
from keyferry.mount.state import PodToken
from keyferry.runtime.clock import Clock

# Kubelet renews a token when a fifth of its time is left, two minutes of the shortest (600 s), and republishes every 60
# to 90 s. So what is kept has half a minute to go when the next arrives, and the margin must be less.
MARGIN: Final = timedelta(seconds=10)
FORGET_AFTER: Final = timedelta(
    days=1
)  # its end: of pods that another driver mounts for nobody says that they are gone

log = structlog.get_logger(__name__)


class KubeletTokens:
    """Keeps the newest token of each (ServiceAccount, audience) until it ends, and hands out no other account's.

    `fallback` asks the API server for what kubelet did not send, where whoever runs the plugin wants that.
    """

    def __init__(self, clock: Clock, fallback: TokenSource | None = None) -> None:
        self._clock = clock
        self._fallback = fallback
        self._kept: dict[ServiceAccountRef, dict[str, PodToken]] = {}

    def __len__(self) -> int:
        """Return the number of accounts that tokens are kept of."""
        return len(self._kept)

    def offer(self, account: ServiceAccountRef, tokens: Mapping[str, PodToken]) -> None:
        """Keep what kubelet sent for a pod of `account`, where it is newer. A token of another account is refused."""
        if not tokens:
            return
        if account not in self._kept:
            self._forget_ended()
        kept = self._kept.setdefault(account, {})
        for audience, token in tokens.items():
            if _is_of_another(account, token):
                log.warning("token.of_another_account", account=str(account), audience=audience)
            elif audience not in kept or kept[audience].expires < token.expires:
                kept[audience] = token

    def drop(self, account: ServiceAccountRef) -> None:
        """Forget the tokens of an account that has no volume left on this node."""
        self._kept.pop(account, None)

    async def create_token(
        self, account: ServiceAccountRef, audiences: tuple[str, ...], expiration: timedelta | None = None
    ) -> ServiceAccountToken:
        """Return the kept token for the first of `audiences` while it is good; else what `fallback` makes.

        Raises NotFound when kubelet never sent one, Unavailable when it has ended, and what `fallback` raises.
        """
        kept, audience = self._kept.get(account, {}), audiences[0]
        token = kept.get(audience)
        if token is not None and token.expires - self._clock.now() > MARGIN:
            return token
        if self._fallback is not None:
            return await self._fallback.create_token(account, audiences, expiration)
        if token is not None:
            raise absent_token.ended(account, audience, token.expires)
        raise absent_token.never_came(account, audience, kept)

    def _forget_ended(self) -> None:
        then = self._clock.now() - FORGET_AFTER
        gone = [account for account, kept in self._kept.items() if all(each.expires < then for each in kept.values())]
        for account in gone:
            del self._kept[account]


def _is_of_another(account: ServiceAccountRef, token: PodToken) -> bool:
    """Read the claim `sub`: Entra would judge by it, and its access token would then serve the wrong account here.

    Nothing is granted on the word of a claim that nobody verified; a token without one is Entra's to refuse.
    """
    subject = token_facts(token.token.reveal().decode(errors="replace")).subject
    return subject not in {"", f"system:serviceaccount:{account.namespace}:{account.name}"}
