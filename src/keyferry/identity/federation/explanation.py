"""Why Entra refused an assertion, in words that name what was presented and what must change. Pure.

Source of the codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes and the matching rules of
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations. Policy goes by the number:
the HTTP status and `error` of the same code have changed over the years.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from keyferry.identity.federation.assertion import TokenFacts
from keyferry.identity.federation.difference import DifferenceKind, difference
from keyferry.identity.federation.remedies import OTHERWISE, WORDS, Facts, Field, Words
from keyferry.model.errors import AssertionRejected, foreign
from keyferry.model.identity import ProjectedIdentity, WorkloadIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Entra's refusal: `code` is the AADSTS number (0 where none was given), `description` its own text."""

    code: int
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """What an identity in Entra trusts: tokens of `issuer` for `subject` with one of `audiences`, to the letter."""

    name: str
    issuer: str
    subject: str
    audiences: tuple[str, ...]


def explain(
    rejection: Rejection,
    identity: WorkloadIdentity | ProjectedIdentity,
    presented: TokenFacts,
    configured: Sequence[FederatedCredential] = (),
) -> AssertionRejected:
    """Return the error that says what Entra was shown, why it refused, and what to change.

    `presented` is what the assertion says of itself, as far as it could be read. With `configured`, the identity's
    federated credentials, the cause also names the nearest of them and the character in which it differs.
    """
    words = WORDS.get(rejection.code, OTHERWISE)
    facts = _facts(rejection, identity, presented)
    cause = facts.fill(words.cause)
    if rejection.code:
        cause = f"AADSTS{rejection.code}: {cause}"
    compared = _compared(words, facts, configured)
    return AssertionRejected(
        code=rejection.code,
        what=f"Entra refused the token of {facts.holder}",
        cause=". ".join(part for part in (cause, compared) if part),
        remedy=facts.fill(words.remedy),
        where=identity.where,
    )


def harmless(description: str) -> str:
    """Return Entra's text without its code, its trace ids, and whatever looks like a token; at most 256 characters."""
    told = _CODE.sub("", description.split("Trace ID:", maxsplit=1)[0])
    return foreign(_TOKEN.sub("•••", told)).rstrip(".") or "no description was given"


_TOKEN: Final = re.compile(r"eyJ[\w-]{8,}[\w.-]*")
_CODE: Final = re.compile(r"^AADSTS\d+:\s*")
_ORDER: Final = (Field.ISSUER, Field.SUBJECT, Field.AUDIENCE)


def _facts(rejection: Rejection, identity: WorkloadIdentity | ProjectedIdentity, presented: TokenFacts) -> Facts:
    match identity:
        case WorkloadIdentity():
            holder = f"ServiceAccount {identity.service_account}"
            named_by = f"the annotation azure.workload.identity/client-id of {holder}, or clientID of the pod's class"
            subject, audiences = identity.subject, identity.audiences
        case ProjectedIdentity():
            holder = f"the file {identity.token_file}"
            named_by = "AZURE_CLIENT_ID of this process"
            subject, audiences = foreign(presented.subject), presented.audiences
        case _:
            assert_never(identity)
    return Facts(
        holder=holder,
        named_by=named_by,
        tenant=identity.tenant_id,
        client=identity.client_id,
        issuer=foreign(presented.issuer) or "(not readable)",
        subject=subject or "(not readable)",
        audience=foreign(audiences[0]) if audiences else "(none)",
        authority_host=identity.authority_host,
        description=harmless(rejection.description),
    )


def _compared(words: Words, facts: Facts, configured: Sequence[FederatedCredential]) -> str:
    """Name the credential that comes nearest, in the field that Entra complained of or else the first that differs."""
    if not configured or not words.compares:
        return ""
    nearest = max(configured, key=lambda credential: _nearness(credential, facts))
    field = words.field or next((one for one in _ORDER if _of(nearest, one) != facts.presented(one)), None)
    if field is None:
        return f'The federated credential "{nearest.name}" matches now: its change may need some minutes to be known'
    found = difference(facts.presented(field), _of(nearest, field))
    if found.kind is DifferenceKind.EQUAL:
        return f'The {field} of the federated credential "{nearest.name}" matches now: a change may need some minutes'
    return (
        f'The nearest federated credential, "{nearest.name}", has {field} "{found.configured}", '
        f'and "{found.presented}" was presented: {found.sentence}'
    )


def _nearness(credential: FederatedCredential, facts: Facts) -> tuple[int, int]:
    """Rank by fields that are equal, then by how far the others agree."""
    found = [difference(facts.presented(field), _of(credential, field)) for field in _ORDER]
    equal = sum(1 for one in found if one.kind is DifferenceKind.EQUAL)
    return equal, sum(one.position for one in found)


def _of(credential: FederatedCredential, field: Field) -> str:
    match field:
        case Field.ISSUER:
            return credential.issuer
        case Field.SUBJECT:
            return credential.subject
        case Field.AUDIENCE:
            return credential.audiences[0] if credential.audiences else ""
        case _:
            assert_never(field)
