from dataclasses import replace

import pytest

from keyferry.lab.azure import roles
from keyferry.lab.azure.assignments import Assignment, AssignmentExistsError, Assignments

VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
GET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
USER = next(role.id for role in roles.ROLES if role.name == "Key Vault Secrets User")
OWNER = next(role.id for role in roles.ROLES if role.name == "Owner")


def _at(scope: str, role_id: str = USER, assignment_id: str = "one") -> Assignment:
    return Assignment(id=assignment_id, scope=scope, role_id=role_id, principal_id="P")


def _with(*given: Assignment) -> Assignments:
    assignments = Assignments()
    for each in given:
        assert assignments.put(each)
    return assignments


@pytest.mark.parametrize(
    ("scope", "resource", "reaches"),
    [
        pytest.param("", VAULT, True, id="tenant-root"),
        pytest.param("/subscriptions/s", VAULT, True, id="subscription"),
        pytest.param("/subscriptions/s/resourceGroups/RG", VAULT, True, id="group-without-case"),
        pytest.param(VAULT, VAULT, True, id="vault"),
        pytest.param(VAULT, f"{VAULT}/secrets/a", True, id="a-secret-of-the-vault"),
        pytest.param(f"{VAULT}/secrets/a", f"{VAULT}/secrets/A", True, id="the-secret-itself"),
        pytest.param(f"{VAULT}/secrets/a", f"{VAULT}/secrets/ab", False, id="not-a-longer-name"),
        pytest.param(f"{VAULT}/secrets/a", VAULT, False, id="not-the-vault-above"),
        pytest.param(VAULT[:-1], VAULT, False, id="not-a-vault-with-a-shorter-name"),
    ],
)
def test_a_scope_reaches(scope: str, resource: str, reaches: bool) -> None:
    assert (_with(_at(scope)).allowing_data("p", GET, resource) is not None) is reaches


def test_another_principal_gets_nothing() -> None:
    assert _with(_at(VAULT)).allowing_data("q", GET, VAULT) is None


def test_planes_are_apart() -> None:
    assignments = _with(_at(VAULT, OWNER))
    assert assignments.allowing("p", "Microsoft.KeyVault/vaults/read", VAULT) is not None
    assert assignments.allowing_data("p", GET, VAULT) is None


def test_an_unknown_role_allows_nothing() -> None:
    assert _with(_at(VAULT, "no such role")).allowing_data("p", GET, VAULT) is None


def test_saying_it_again_is_not_new_and_saying_it_twice_is_refused() -> None:
    assignments = _with(_at(VAULT))
    assert not assignments.put(_at(VAULT))
    with pytest.raises(AssignmentExistsError) as refusal:
        assignments.put(_at(VAULT.upper(), assignment_id="two"))
    assert refusal.value.id == "one"


def test_reads_and_forgets_by_id() -> None:
    given = _at(VAULT)
    assignments = _with(given, _at("", assignment_id="two"))
    assert assignments.get("ONE") == given
    assert assignments.within(VAULT) == (given,)
    assert len(assignments.within("")) == 2
    assert assignments.delete("ONE") == given
    assert assignments.delete("one") is None
    assert replace(given, scope="").resource_id == "/providers/Microsoft.Authorization/roleAssignments/one"
