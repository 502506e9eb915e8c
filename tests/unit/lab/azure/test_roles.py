import pytest

from keyferry.lab.azure import roles

VAULTS = "Microsoft.KeyVault/vaults"
GET, LIST, SET = (f"{VAULTS}/secrets/{name}/action" for name in ("getSecret", "readMetadata", "setSecret"))


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        pytest.param("Key Vault Secrets User", {GET, LIST}, id="reads"),
        pytest.param("Key Vault Secrets Officer", {GET, LIST, SET}, id="everything-about-secrets"),
        pytest.param("Key Vault Administrator", {GET, LIST, SET}, id="everything"),
        pytest.param("Key Vault Reader", {LIST}, id="metadata-alone"),
        pytest.param("Key Vault Certificate User", {GET, LIST}, id="reads-plain-secrets-too"),
        pytest.param("Key Vault Certificates Officer", set(), id="no-secrets"),
        pytest.param("Owner", set(), id="the-control-plane-gives-no-data"),
        pytest.param("Key Vault Contributor", set(), id="nor-does-the-vault's-own"),
    ],
)
def test_data_actions(name: str, allowed: set[str]) -> None:
    role = roles.find(name)
    assert role is not None
    assert {action for action in (GET, LIST, SET) if role.allows_data(action)} == allowed


@pytest.mark.parametrize(
    ("name", "action", "allowed"),
    [
        pytest.param("owner", "Microsoft.Authorization/roleAssignments/write", True, id="owner-grants"),
        pytest.param("Contributor", "Microsoft.Authorization/roleAssignments/write", False, id="contributor-does-not"),
        pytest.param("Contributor", "Microsoft.KeyVault/vaults/write", True, id="contributor-writes-the-rest"),
        pytest.param("Contributor", "microsoft.authorization/roleassignments/READ", True, id="case-does-not-matter"),
        pytest.param("Reader", "Microsoft.KeyVault/vaults/read", True, id="reader-reads"),
        pytest.param("Reader", "Microsoft.KeyVault/vaults/write", False, id="reader-does-not-write"),
        pytest.param(
            "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
            "Microsoft.Authorization/roleAssignments/delete",
            True,
            id="user-access-administrator-by-guid",
        ),
    ],
)
def test_actions(name: str, action: str, allowed: bool) -> None:
    role = roles.find(name)
    assert role is not None
    assert role.allows(action) is allowed


def test_all_roles_of_a_vault_are_there() -> None:
    assert sum(role.name.startswith("Key Vault ") for role in roles.ROLES) == 13


def test_a_role_that_is_made_is_found_until_it_is_deleted() -> None:
    known, made = roles.Roles(), roles.Role(id="AB", name="Rotator", data_actions=(SET,), custom=True)
    assert (known.put(made), known.put(made)) == (True, False)
    assert known.all() == (*roles.ROLES, made)
    assert known.find("rotator") == known.find("ab") == known.by_id("Ab") == made
    assert known.find("owner") == roles.find("Owner")
    assert (known.delete("aB"), known.delete("ab"), known.find("Rotator")) == (made, None, None)


@pytest.mark.parametrize("name", ["Owner", "ROTATOR"])
def test_a_name_belongs_to_one_role(name: str) -> None:
    known = roles.Roles()
    known.put(roles.Role(id="one", name="Rotator"))
    with pytest.raises(roles.RoleNameTakenError):
        known.put(roles.Role(id="two", name=name))


def test_unknown_roles_are_none() -> None:
    assert roles.find("Root") is None
    assert roles.by_id("00000000-0000-0000-0000-000000000000") is None


def test_ids_and_names_are_unique() -> None:
    assert len({role.id for role in roles.ROLES}) == len({role.name for role in roles.ROLES}) == len(roles.ROLES)
