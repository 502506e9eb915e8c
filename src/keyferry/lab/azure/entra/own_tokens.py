"""A token of Entra itself as the assertion of an application: that of a managed identity may be one, and no other.

https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
"""

from datetime import datetime

from joserfc.jwk import RSAKey

from keyferry.lab.azure import clouds
from keyferry.lab.azure.directory import Application, Client, Directory, Identity
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.assertion import Assertion
from keyferry.lab.azure.seed.declaration import TenantSeed
from keyferry.lab.azure.signing_keys import SigningKeys


def is_own(presented: Assertion) -> bool:
    """Tell whether the assertion says that Entra issued it, of whichever tenant and cloud."""
    return clouds.is_issuer_of_entra(presented.issuer)


def check(presented: Assertion, client: Client, tenant: TenantSeed, directory: Directory) -> None:
    """Return if such a token may speak for the client. RefusedError otherwise."""
    if not isinstance(client, Application) or presented.issuer == tenant.cloud.issuer(tenant.id):
        raise RefusedError(700222, "A token that Entra issued cannot be traded for another by this client.")
    if presented.issuer != tenant.cloud.issuer_v2(tenant.id):
        raise RefusedError(
            700236, f"Tokens of Entra's issuer '{presented.issuer[:600]}' cannot be traded by a client of this tenant."
        )
    lent_to = (each for each in directory.clients() if isinstance(each, Identity) and each.tenant_id == tenant.id)
    if not any(each.principal_id == presented.subject for each in lent_to):
        raise RefusedError(700226, "Of the tokens of Entra itself only those of managed identities can be traded.")


def key_of(presented: Assertion, keys: SigningKeys, now: datetime) -> RSAKey:
    """Return the key that the token names. RefusedError where Entra does not publish it."""
    key = keys.find(presented.kid, now)
    if key is None:
        raise RefusedError(700027, f"Entra does not publish the key '{presented.kid[:100]}'.")
    return key
