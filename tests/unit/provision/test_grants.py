from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.lab.azure import roles
from keyferry.model.secrets import ObjectKind
from keyferry.provision.grants import Grant, Role, grants
from keyferry.spec.estate.estate import Azure, Cloud, Estate, OidcCluster, ResourceGroup
from keyferry.spec.estate.sites import Consumption, Delivery, ObjectType, RoleScope, Site, SiteSecret

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"


def secret(name: str, vault: str = "kv", type_: ObjectType = ObjectType.SECRET) -> SiteSecret:
    return SiteSecret(
        vault=vault,
        name=name,
        alias=name,
        type=type_,
        version="",
        consume=Consumption.FILES,
        delivery=Delivery.FILES,
        reason="",
    )


def site(name: str, *secrets: SiteSecret, scope: RoleScope = RoleScope.SECRET, identity: str = "") -> Site:
    return Site(
        name=name,
        namespace=name,
        service_account=name,
        makes_namespace=True,
        identity=identity or f"id-{name}",
        vault="kv",
        role_scope=scope,
        secret_name=f"{name}-secrets",
        refresh_interval=timedelta(hours=1),
        mount_path="/mnt/secrets",
        workload=name,
        secrets=secrets,
    )


def estate(*sites: Site) -> Estate:
    azure = Azure(
        cloud=Cloud.PUBLIC,
        tenant_id="99999999-9999-4999-8999-999999999999",
        subscription_id=SUBSCRIPTION,
        location="westeurope",
        resource_group=ResourceGroup(name="rg", is_existing=False),
        tags={},
    )
    return Estate(
        name="shops",
        azure=azure,
        cluster=OidcCluster(name="c", issuer="https://oidc.example.com/"),
        vaults=(),
        identities=(),
        sites=sites,
        install=None,
        events=None,
        monitoring=None,
        backend=None,
    )


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
    assert list(grants(estate(given))) == expected


def test_sites_of_one_identity_need_a_role_once() -> None:
    both = [replace(site(name, secret("x"), secret(name)), identity="shared") for name in ("a", "b")]
    assert [(grant.site, grant.object) for grant in grants(estate(*both))] == [("a", "a"), ("a", "x"), ("b", "b")]


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
