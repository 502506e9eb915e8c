from dataclasses import replace

import pytest

from keyferry.lab.azure import roles
from keyferry.model.secrets import ObjectKind
from keyferry.provision.grants import Grant, Role, grants
from keyferry.spec.estate.sites import ObjectType, RoleScope, Site, SiteSecret
from tests.fakes import estates


def secret(name: str, vault: str = "kv", type_: ObjectType = ObjectType.SECRET) -> SiteSecret:
    return estates.secret(name, vault, type=type_)


def site(name: str, *secrets: SiteSecret, scope: RoleScope = RoleScope.SECRET) -> Site:
    return estates.site(name, "kv", identity=f"id-{name}", secrets=secrets, role_scope=scope)


def granted(*sites: Site) -> list[Grant]:
    return list(grants(estates.small(*sites)))


def the(vault: str, role: Role, kind: ObjectKind | None = None, name: str = "") -> Grant:
    return Grant(site="a", identity="id-a", vault=vault, role=role, kind=kind, object=name)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(site("a"), [], id="nothing-for-a-site-without-secrets"),
        pytest.param(
            site("a", secret("x")),
            [the("kv", Role.SECRETS_USER, ObjectKind.SECRET, "x")],
            id="a-secret-by-itself",
        ),
        pytest.param(
            site("a", secret("x"), secret("y"), scope=RoleScope.VAULT),
            [the("kv", Role.SECRETS_USER)],
            id="one-role-on-the-vault-for-all-its-secrets",
        ),
        pytest.param(
            site("a", secret("x", type_=ObjectType.CERTIFICATE), secret("x", type_=ObjectType.KEY), secret("x")),
            [
                the("kv", Role.READER, ObjectKind.CERTIFICATE, "x"),
                the("kv", Role.READER, ObjectKind.KEY, "x"),
                the("kv", Role.SECRETS_USER, ObjectKind.SECRET, "x"),
            ],
            id="public-halves-need-no-role-that-reads-values",
        ),
        pytest.param(
            site("a", secret("x"), secret("c", type_=ObjectType.CERTIFICATE), scope=RoleScope.VAULT),
            [the("kv", Role.READER), the("kv", Role.SECRETS_USER)],
            id="each-role-on-the-vault-once",
        ),
        pytest.param(
            site("a", secret("x"), secret("x", vault="b-kv")),
            [
                the("b-kv", Role.SECRETS_USER, ObjectKind.SECRET, "x"),
                the("kv", Role.SECRETS_USER, ObjectKind.SECRET, "x"),
            ],
            id="each-vault-for-itself",
        ),
        pytest.param(
            site("a", secret("X"), secret("x")),
            [the("kv", Role.SECRETS_USER, ObjectKind.SECRET, "X")],
            id="names-differ-in-more-than-case",
        ),
    ],
)
def test_a_site_gets_the_least_that_it_needs(given: Site, expected: list[Grant]) -> None:
    assert granted(given) == expected


def test_sites_of_one_identity_need_a_role_once() -> None:
    both = [replace(site(name, secret("x"), secret(name)), identity="shared") for name in ("a", "b")]
    assert [(grant.site, grant.object) for grant in granted(*both)] == [("a", "a"), ("a", "x"), ("b", "b")]


def test_keys_and_scopes_tell_grants_apart() -> None:
    grant = the("kv", Role.READER, ObjectKind.KEY, "x")
    assert (grant.key, grant.scope) == ("kv/reader/keys/x", "/keys/x")
    whole = the("kv", Role.READER)
    assert (whole.key, whole.scope) == ("kv/reader", "")


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        pytest.param(Role.SECRETS_USER, ("secrets/getSecret/action", "secrets/readMetadata/action"), id="values"),
        pytest.param(Role.READER, ("certificates/read", "keys/read", "secrets/readMetadata/action"), id="public"),
    ],
)
def test_the_roles_allow_what_is_asked(role: Role, actions: tuple[str, ...]) -> None:
    """As the lab knows Azure's roles."""
    known = roles.find(role.azure_name)
    assert known is not None
    assert known.id == role.definition_id
    assert all(known.allows_data(f"Microsoft.KeyVault/vaults/{action}") for action in actions)
    assert known.allows_data("Microsoft.KeyVault/vaults/secrets/getSecret/action") == (role is Role.SECRETS_USER)
