"""Which federated credential an assertion fits: issuer, subject and audience, each to the letter.

https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
The answers name what was presented and never what is configured: the service does not tell either.
"""

from collections.abc import Collection

from keyferry.lab.azure import clouds
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.azure.entra.assertion import Assertion
from keyferry.lab.azure.seed.declaration import FederatedCredential


def not_yet_noticed(client_id: str) -> RefusedError:
    """Return the refusal while the first federated credential of a client is not known everywhere yet."""
    return RefusedError(70021, f"No federated identity credential of the application '{client_id}' fits the assertion.")


def match(assertion: Assertion, credentials: Collection[FederatedCredential], client_id: str) -> FederatedCredential:
    """Return the credential that fits. RefusedError for the first of issuer, subject, audience that fits none."""
    if not credentials:
        raise RefusedError(
            70025, f"The application '{client_id}' has no federated identity credential, so it takes no assertion."
        )
    of_issuer = [each for each in credentials if each.issuer == assertion.issuer]
    if not of_issuer:
        raise RefusedError(
            700211,
            "No federated identity credential fits the assertion: none has the presented issuer "
            f"'{assertion.issuer[:600]}'. Issuers are compared to the letter, a trailing slash included.",
        )
    of_subject = [each for each in of_issuer if each.subject == assertion.subject]
    if not of_subject:
        raise RefusedError(
            700213,
            "No federated identity credential fits the assertion: none has the presented subject "
            f"'{assertion.subject[:600]}'. Subjects are compared to the letter, upper and lower case too.",
        )
    fitting = next((each for each in of_subject if _is_for(each.audience, assertion)), None)
    if fitting is None:
        presented = ", ".join(assertion.audiences)[:600]
        raise RefusedError(
            700212,
            f"No federated identity credential fits the assertion: none has the presented audience '{presented}'.",
        )
    return fitting


def _is_for(audience: str, assertion: Assertion) -> bool:
    """Tell whether the assertion has the audience, which the tokens of Entra itself have by application id."""
    if audience in clouds.EXCHANGE_AUDIENCES and clouds.EXCHANGE_APPLICATION in assertion.audiences:
        return True
    return audience in assertion.audiences
