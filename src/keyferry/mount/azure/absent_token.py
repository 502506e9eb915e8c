"""Why a pod's ServiceAccount token is not there, and who can mend it. Pure.

Called by mount.azure.identities and mount.azure.tokens.

Kubelet sends a token for each audience of CSIDriver.spec.tokenRequests, and new ones with each republish:
https://kubernetes-csi.github.io/docs/token-requests.html
"""

from collections.abc import Collection
from datetime import datetime

from keyferry.model.errors import NotFound, Unavailable, Where, foreign
from keyferry.model.identity import ServiceAccountRef

_TOLD = 5  # audiences that an error names


def never_came(account: ServiceAccountRef, audience: str, offered: Collection[str]) -> NotFound:
    """Return the error for a token of an audience that kubelet has not sent; `offered` are those that it has."""
    others = ", ".join(foreign(name) for name in sorted(offered)[:_TOLD])
    return NotFound(
        what=f"kubelet sent no token of ServiceAccount {account} for the audience {audience}",
        cause=f"it sent tokens for {others} only" if others else "it sent no token at all",
        remedy=f"name {audience} in spec.tokenRequests of the CSIDriver object, and set requiresRepublish: true there, "
        "so that kubelet sends it also after a restart of the node plugin; or start the plugin with --request-tokens "
        "and the right to create serviceaccounts/token",
        where=_where(account),
    )


def ended(account: ServiceAccountRef, audience: str, at: datetime) -> Unavailable:
    """Return the error for a token that has ended, or is about to, before kubelet brought the next."""
    return Unavailable(
        what=f"the token of ServiceAccount {account} for the audience {audience} is used up",
        cause=f"it ends at {at:%Y-%m-%dT%H:%M:%SZ}, and kubelet has not sent a newer one",
        remedy="set requiresRepublish: true in the CSIDriver object, so that kubelet brings new tokens in time; where "
        "it is set, compare this node's clock with the API server's",
        where=_where(account),
    )


def _where(account: ServiceAccountRef) -> Where:
    return Where(kind="ServiceAccount", namespace=account.namespace, name=account.name)
