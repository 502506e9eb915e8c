"""Why Entra refused a stored credential, and that there is a way without any. Pure; called by identity.exchange.

Source of the codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from collections.abc import Mapping
from typing import Final

from keyferry.identity.federation.explanation import Rejection, harmless
from keyferry.identity.federation.remedies import OTHERWISE, WORDS, Facts, Words
from keyferry.model.errors import AssertionRejected
from keyferry.model.identity import ServicePrincipal

_BETTER: Final = ". Workload identity needs none: authType WorkloadIdentity"
_RENEW: Final = "make a new one for application {client} in Entra and store it in {holder}" + _BETTER
_NOT_KNOWN: Final = Words(
    cause="the application does not have that certificate, or it has ended",
    remedy="upload the certificate to application {client}, or store the one that is there in {holder}" + _BETTER,
)
_NO_PROOF: Final = Words(
    cause="Entra does not take the proof that was made with the certificate of client {client}: {description}",
    remedy="see that the RSA key in {holder} is that of the certificate; if it is, report this to the keyferry project"
    + _BETTER,
)

STORED_WORDS: Final[Mapping[int, Words]] = {
    7000215: Words(
        cause="it is wrong",
        remedy="store the value of a secret of application {client} in {holder}, not its ID" + _BETTER,
    ),
    7000222: Words(cause="it has ended", remedy=_RENEW),
    700027: _NOT_KNOWN,
    50012: _NOT_KNOWN,
    700021: _NO_PROOF,
    700023: _NO_PROOF,
    50027: _NO_PROOF,
    5002727: _NO_PROOF,
    5002738: _NO_PROOF,
    900384: _NO_PROOF,
    7000232: Words(
        cause="client {client} is a managed identity, which has no secrets and no certificates",
        remedy="use authType WorkloadIdentity, or the client id of an application that has the credential",
    ),
    700024: Words(
        cause="the proof made with the certificate was outside its time of validity when Entra read it",
        remedy="compare the clock of this machine with the world's",
    ),
}


def explain_stored(rejection: Rejection, principal: ServicePrincipal, hint: str = "") -> AssertionRejected:
    """Return the error that says which stored credential Entra refused, why, and what to do.

    `hint` is what is odd about the credential, in words that hold nothing of it.
    """
    words = STORED_WORDS.get(rejection.code) or WORDS.get(rejection.code, OTHERWISE)
    form = "client secret" if principal.secret is not None else "certificate"
    facts = Facts(
        holder=str(principal.source),
        named_by=f"the client id in {principal.source}",
        tenant=principal.tenant_id,
        client=principal.client_id,
        issuer="(none)",
        subject="(none)",
        audience="(none)",
        authority_host=principal.authority_host,
        description=harmless(rejection.description),
    )
    cause = f"AADSTS{rejection.code}: {facts.fill(words.cause)}" if rejection.code else facts.fill(words.cause)
    return AssertionRejected(
        code=rejection.code,
        what=f"Entra refused the {form} of client {principal.client_id}",
        cause=f"{cause} ({hint})" if hint else cause,
        remedy=facts.fill(words.remedy),
        where=principal.where,
    )
