from dataclasses import replace

import pytest

from keyferry.model.errors import (
    AssertionRejected,
    GrantError,
    KeyferryError,
    NotFound,
    SpecError,
    Throttled,
    Unavailable,
)
from keyferry.spec.conditions import SecretStoreStatus, find
from keyferry.sync.stores import plan as store_plan
from keyferry.sync.stores.plan import Checked, StorePlan
from tests.fakes.external_secrets import CLIENT, HOUR, NOW, store

VAULT = "https://kv-prod.vault.azure.net"
HEARD = Checked(vault_url=VAULT, who=f"client {CLIENT}")


def told(made: StorePlan) -> tuple[str, str, str, str]:
    """The capabilities, and status, reason and message of Ready."""
    assert made.status is not None
    condition = find(made.status.conditions, "Ready")
    assert condition is not None
    return made.status.capabilities, str(condition.status), condition.reason, condition.message


def plan(checked: Checked, status: SecretStoreStatus | None = None) -> StorePlan:
    return store_plan.plan(replace(store(), status=status or SecretStoreStatus()), checked, NOW)


@pytest.mark.parametrize(
    ("may_list", "may_read", "capabilities", "reason", "words"),
    [
        pytest.param(True, True, "ReadWrite", "Valid", "may list and read", id="lists-and-reads"),
        pytest.param(False, True, "ReadWrite", "Valid", "may read its secrets but not list them", id="reads-only"),
        pytest.param(False, False, "", "ValidationUnknown", "Key Vault Secrets User", id="roles-on-single-secrets"),
    ],
)
def test_a_vault_that_answers(may_list: bool, may_read: bool, capabilities: str, reason: str, words: str) -> None:
    made = plan(replace(HEARD, may_list=may_list, may_read=may_read))
    assert told(made)[:3] == (capabilities, "True", reason)
    assert f"{VAULT} answers client {CLIENT}" in told(made)[3]
    assert words in told(made)[3]
    assert made.failure is None


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        pytest.param(SpecError(what="the store is invalid"), "InvalidProviderConfig", id="invalid-spec"),
        pytest.param(NotFound(what="no ServiceAccount"), "InvalidProviderConfig", id="no-account"),
        pytest.param(GrantError(what="no consent"), "InvalidProviderConfig", id="no-consent"),
        pytest.param(AssertionRejected(what="refused", code=700213), "InvalidProviderConfig", id="entra-refused"),
        pytest.param(Unavailable(what="no answer"), "ValidationUnknown", id="no-answer"),
        pytest.param(Throttled(what="throttled", retry_after=None), "ValidationUnknown", id="throttled"),
    ],
)
def test_a_vault_that_could_not_be_asked(refusal: KeyferryError, reason: str) -> None:
    made = plan(Checked(refusal=refusal))
    assert told(made) == ("", "False", reason, str(refusal))
    assert made.failure is refusal
    assert made.event is not None
    assert (made.event.reason, made.event.warning) == (reason, True)


def test_a_valid_store_is_told_once() -> None:
    first = plan(HEARD)
    assert first.event is not None
    assert not first.event.warning
    again = plan(HEARD, first.status)
    assert (again.status, again.event) == (None, None)


def test_a_lasting_refusal_is_written_once_and_raised_each_time() -> None:
    refusal = Unavailable(what="no answer")
    first = plan(Checked(refusal=refusal))
    again = store_plan.plan(
        replace(store(), status=first.status or SecretStoreStatus()), Checked(refusal=refusal), NOW + HOUR
    )
    assert (again.status, again.event, again.failure) == (None, None, refusal)


def test_the_capabilities_of_a_store_that_was_valid_stay() -> None:
    valid = plan(HEARD).status
    assert told(plan(Checked(refusal=Unavailable(what="no answer")), valid))[0] == "ReadWrite"


def test_an_identity_that_others_share_is_flagged_once_with_the_way_out() -> None:
    shared = replace(HEARD, shared_by="the operator's machine")
    first = plan(shared)
    assert first.event is not None
    assert first.flag is not None
    assert (first.flag.reason, first.flag.warning) == ("SharedIdentity", True)
    assert first.flag.message.startswith("It speaks as the operator's machine")
    assert "--own-identity-usable-from" in first.flag.message
    assert "serviceAccountRef" in first.flag.message
    assert told(first)[1:3] == ("True", "Valid")
    assert told(first)[3].endswith(first.flag.message)
    assert plan(shared, first.status).flag is None


def test_a_stored_credential_is_flagged_once_with_the_way_out() -> None:
    stored = replace(HEARD, stored_in="Secret app/azure data.secret")
    first = plan(stored)
    assert first.event is not None
    assert not first.event.warning
    assert first.flag is not None
    assert (first.flag.reason, first.flag.warning) == ("StoredCredential", True)
    assert "Secret app/azure data.secret" in first.flag.message
    assert "authType WorkloadIdentity" in first.flag.message
    assert told(first)[1:3] == ("True", "Valid")
    assert told(first)[3].endswith(first.flag.message)
    assert plan(stored, first.status).flag is None
    assert plan(HEARD).flag is None


def test_a_store_with_an_identity_for_each_namespace_is_valid_and_says_where_to_look() -> None:
    referent = plan(Checked(vault_url="https://kv-prod.vault.azure.net", is_referent=True))
    assert told(referent)[:3] == ("ReadWrite", "True", "Valid")
    assert "Each namespace reads https://kv-prod.vault.azure.net as an identity of its own" in told(referent)[3]


def test_why_it_may_not_list_and_what_has_no_effect_are_part_of_the_message() -> None:
    given = replace(HEARD, may_list=False, not_listing="ForbiddenByRbac", notes=("spec.retrySettings: has no effect",))
    message = told(plan(given))[3]
    assert message.endswith("(dataFrom.find needs that): ForbiddenByRbac. spec.retrySettings: has no effect")
