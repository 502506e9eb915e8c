"""AKS identity bindings as knowledge: the proxy's name in TLS, and why a binding was refused. Pure.

https://learn.microsoft.com/azure/aks/identity-bindings-concepts; the name's computation is not documented there and was
read from what Azure's own provider for mounted secrets does.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final

from keyferry.identity.federation.explanation import Rejection, harmless
from keyferry.model.errors import AssertionRejected
from keyferry.model.identity import BoundIdentity

BIND: Final = (
    "create the binding (az aks identity-binding create) for the managed identity, and let a ClusterRole with the verb "
    "use-managed-identity on the resource {client} of cid.wi.aks.azure.com be bound to {account}"
)
_CONTROL_PLANE: Final = re.compile(r"hcp-kubernetes\.([0-9a-z]([0-9a-z-]*[0-9a-z])?)\.svc\.cluster\.local")


def proxy_name(names: Iterable[str]) -> str:
    """Return the token proxy's server name, from the names in the API server's certificate; "" outside AKS."""
    for name in names:
        found = _CONTROL_PLANE.fullmatch(name)
        if found is not None:
            digest = hashlib.sha256(b"identity-binding" + found[1].encode()).digest()
            return f"a{base64.b32hexencode(digest).decode().rstrip('=').lower()}.ests.aks"
    return ""


def explain_binding(rejection: Rejection, identity: BoundIdentity) -> AssertionRejected:
    """Return the error that says what the token proxy was asked, why it refused, and what to change."""
    told = harmless(rejection.description)
    return AssertionRejected(
        code=rejection.code,
        what=f"the cluster's token proxy refused {identity.who}",
        cause=f"AADSTS{rejection.code}: {told}" if rejection.code else told,
        remedy=bind(identity.client_id, str(identity.where)),
        where=identity.where,
    )


def bind(client: str, account: str) -> str:
    """Return the remedy for an account (`ServiceAccount app/api`) that no binding ties to the client."""
    return BIND.format(client=client, account=account)
