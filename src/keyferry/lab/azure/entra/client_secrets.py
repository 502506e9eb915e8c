"""Whether a client secret is one of an application's.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

import hmac
from datetime import datetime

from keyferry.lab.azure.directory import Application, Client
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.seed.declaration import ClientSecret


def verify(presented: str, client: Client, now: datetime) -> None:
    """Return if the secret is the client's and within its time. RefusedError otherwise."""
    if not isinstance(client, Application):
        raise RefusedError(7000232, "A managed identity proves itself by no secret: the platform asks for its tokens.")
    fitting = [secret for secret in client.secrets if _is(presented, secret)]
    if not fitting:
        raise RefusedError(
            7000215,
            "The client secret is wrong. Send its value, and not its id, "
            f"of a secret of the application '{client.client_id}'.",
        )
    if not any(_is_valid(secret, now) for secret in fitting):
        raise RefusedError(
            7000222, f"The client secret of the application '{client.client_id}' has expired. Make a new one."
        )


def _is(presented: str, secret: ClientSecret) -> bool:
    return hmac.compare_digest(presented.encode(), secret.value.encode())


def _is_valid(secret: ClientSecret, now: datetime) -> bool:
    begun = secret.not_before is None or secret.not_before <= now
    return begun and (secret.expires is None or now < secret.expires)
