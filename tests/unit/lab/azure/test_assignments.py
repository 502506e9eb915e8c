from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure import roles
from keyferry.lab.azure.assignments import Assignment, AssignmentExistsError, Assignments
from tests.fakes.lab_azure import NOW, later

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


def test_vaults_see_a_change_after_the_delay_and_arm_at_once() -> None:
    assignments = Assignments(delay=timedelta(minutes=2))
    assignments.put(_at(VAULT), NOW)

    def seen(**after: float) -> bool:
        return assignments.allowing_data("p", GET, VAULT, later(**after)) is not None

    assert assignments.get("one") is not None
    assert [seen(seconds=119), seen(seconds=120)] == [False, True]
    assignments.put(_at(VAULT), later(hours=1))
    assert seen(hours=1)
    assignments.delete("one", later(hours=2))
    assert assignments.get("one") is None
    assert assignments.allowing_data("p", GET, VAULT) is None
    assert [seen(hours=2, seconds=119), seen(hours=2, seconds=120)] == [True, False]


def test_what_is_taken_away_and_given_again_has_a_gap_where_vaults_see_it_late() -> None:
    assignments = Assignments(delay=timedelta(minutes=1))
    assignments.put(_at(VAULT))
    assignments.delete("one", NOW)
    assignments.put(_at(VAULT, assignment_id="two"), later(minutes=2))
    assert [
        assignments.allowing_data("p", GET, VAULT, later(seconds=second)) is not None for second in (59, 60, 179, 180)
    ] == [True, False, False, True]
    assignments.delete("two", later(minutes=5))
    assert len(assignments.fading) == 1


def test_a_grant_that_is_taken_away_before_it_was_seen_never_counts() -> None:
    assignments = Assignments(delay=timedelta(minutes=1))
    assignments.put(_at(VAULT), NOW)
    assignments.delete("one", NOW)
    assert assignments.allowing_data("p", GET, VAULT, later(minutes=1)) is None


def test_what_was_granted_at_a_vault_goes_with_it() -> None:
    assignments = _with(_at(VAULT), _at(f"{VAULT}/secrets/a", assignment_id="two"), _at("", assignment_id="three"))
    assert [each.id for each in assignments.delete_within(VAULT, NOW)] == ["one", "two"]
    assert [each.id for each in assignments.within("")] == ["three"]


def test_an_access_administrator_assigns_roles_on_data_alone() -> None:
    administrator = next(role.id for role in roles.ROLES if role.name == "Key Vault Data Access Administrator")
    assignments = _with(_at(VAULT, administrator))
    write = "Microsoft.Authorization/roleAssignments/write"
    assert assignments.allowing("p", write, VAULT) is not None
    assert assignments.allowing("p", write, VAULT, USER) is not None
    assert assignments.allowing("p", write, VAULT, OWNER) is None


@given(
    delay=st.integers(0, 5),
    steps=st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30),
)
def test_vaults_see_each_grant_from_its_delay_to_the_delay_after_its_end(
    delay: int, steps: list[tuple[int, bool]]
) -> None:
    assignments, second = Assignments(delay=timedelta(seconds=delay)), 0
    granted: list[list[int]] = []  # from when and until when each grant is in force
    for gap, grant in steps:
        second += gap
        in_force = bool(granted) and len(granted[-1]) == 1
        if grant and not in_force:
            granted.append([second])
        if not grant and in_force:
            granted[-1].append(second)
        if grant:
            assignments.put(_at(VAULT), later(seconds=second))
        else:
            assignments.delete("one", later(seconds=second))
        expected = any(start + delay <= second and (not end or second < end[0] + delay) for start, *end in granted)
        assert (assignments.allowing_data("p", GET, VAULT, later(seconds=second)) is not None) is expected


def test_what_reaches_a_resource_is_at_it_or_above() -> None:
    assignments = _with(_at(VAULT), _at("/subscriptions/s", assignment_id="two"), _at(f"{VAULT}/secrets/a", OWNER, "3"))
    assert [each.id for each in assignments.reaching(VAULT)] == ["one", "two"]


def test_a_condition_narrows_what_is_done_with_data_and_nothing_else() -> None:
    narrow = replace(_at(VAULT), condition="@Resource[Microsoft.KeyVault/vaults:name] StringEquals 'kv'")
    assignments = _with(narrow, replace(_at(VAULT, OWNER, "two"), condition=narrow.condition))
    named = {"resource microsoft.keyvault/vaults:name": "kv"}
    assert assignments.allowing_data("p", GET, VAULT) is None
    assert assignments.allowing_data("p", GET, VAULT, attributes=named) == narrow
    assert assignments.allowing("p", "Microsoft.KeyVault/vaults/read", VAULT) is not None
