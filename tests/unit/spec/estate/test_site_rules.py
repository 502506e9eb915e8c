"""keyferry.spec.estate.site_rules"""

from typing import Any

import pytest

from keyferry.spec.estate import site_rules
from keyferry.spec.estate.origins import Origin, SiteSource
from keyferry.spec.estate.sites import RoleScope
from tests.fakes.estate_documents import document, estate, problems, problems_of

SHARED = [{"name": "id-a"}]
FILES = {"secrets": [{"name": "db"}]}
SECRET = {"secrets": [{"name": "db", "consume": "secretRef"}]}


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        pytest.param(
            [{"name": "a"}, {"name": "b"}, {"name": "a"}],
            ["spec.sites[2].name: is the name of another site, spec.sites[0] (rename one of the sites)"],
            id="names",
        ),
        pytest.param(
            [{"name": "a", "namespace": "shop", "serviceAccount": "web"}, {"name": "web", "namespace": "shop"}],
            [
                (
                    "spec.sites[1].serviceAccount: shop/web is the ServiceAccount of another site, spec.sites[0] "
                    "(give each site a ServiceAccount of its own, or make one site of both: one ServiceAccount is one "
                    "identity)"
                )
            ],
            id="subjects",
        ),
        pytest.param(
            [{"name": "a", "namespace": "x", "serviceAccount": "w"}, {"name": "b", "serviceAccount": "w"}],
            [],
            id="one-account-name-in-two-namespaces",
        ),
        pytest.param(
            [
                SECRET | {"name": "a", "namespace": "shop", "secretName": "config"},
                SECRET | {"name": "b", "namespace": "shop", "secretName": "config"},
            ],
            [
                (
                    "spec.sites[1].secretName: shop/config is the Secret of another site, spec.sites[0] "
                    "(give one of them another secretName: two sites would overwrite each other's keys)"
                )
            ],
            id="secrets",
        ),
        pytest.param(
            [
                FILES | {"name": "a", "namespace": "shop", "secretName": "config"},
                FILES | {"name": "b", "namespace": "shop", "secretName": "config"},
            ],
            [],
            id="what-comes-as-files-makes-no-secret",
        ),
        pytest.param(
            [{"name": "A"}, {"name": "B"}],
            [
                "spec.sites[0].name: has capital letters, which the name of a site cannot (write it in lower case)",
                "spec.sites[1].name: has capital letters, which the name of a site cannot (write it in lower case)",
            ],
            id="what-has-no-name-is-no-second",
        ),
    ],
)
def test_two_sites_are_two(sites: list[dict[str, Any]], expected: list[str]) -> None:
    assert problems(sites=sites) == expected


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("", '"a" in sites/a.yaml', id="a-document"),
        pytest.param("[3]", "[3] in sites/a.yaml", id="in-a-list"),
    ],
)
def test_a_site_of_another_file_is_named_with_it(path: str, told: str) -> None:
    sources = [
        SiteSource(content={"name": "a"}, origin=Origin(file=file), path=path)
        for file in ("sites/a.yaml", "sites/b.yaml")
    ]
    expected = f"name: is the name of another site, {told} (rename one of the sites)"
    (line,) = problems_of(document(), sources)
    assert line.endswith(expected)


def test_a_site_of_the_estates_own_file_is_named_with_it() -> None:
    (line,) = problems_of(document(), [SiteSource(content={"name": "web"}, origin=Origin(file="b.yaml"))])
    assert (
        line == "b.yaml:name: is the name of another site, spec.sites[0] in the estate's file (rename one of the sites)"
    )


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(20, [], id="as-many-as-entra-takes"),
        pytest.param(
            22,
            [
                (
                    "spec.sites[20].identity: is that of 22 sites, and an identity has at most 20 federated "
                    "credentials (remove `identity`, so that the site gets one of its own, or share a second identity "
                    "among some)"
                )
            ],
            id="more",
        ),
    ],
)
def test_subjects_of_an_identity_are_counted(count: int, expected: list[str]) -> None:
    sites = [{"name": f"s{number}", "identity": "id-a"} for number in range(count)]
    assert problems(identities=SHARED, sites=sites) == expected


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        pytest.param([FILES | {"name": "a"}], [RoleScope.VAULT], id="alone"),
        pytest.param([FILES | {"name": "a"}, FILES | {"name": "b"}], [RoleScope.SECRET] * 2, id="shared"),
        pytest.param([FILES | {"name": "a"}, {"name": "b"}], [RoleScope.VAULT] * 2, id="beside-one-that-reads-nothing"),
        pytest.param(
            [FILES | {"name": "a", "identity": "id-a"}, FILES | {"name": "b", "identity": "id-a"}],
            [RoleScope.VAULT] * 2,
            id="by-one-identity",
        ),
        pytest.param(
            [FILES | {"name": "a", "roleScope": "vault"}, FILES | {"name": "b"}],
            [RoleScope.VAULT, RoleScope.SECRET],
            id="as-written",
        ),
    ],
)
def test_roles_are_for_single_secrets_where_a_vault_is_shared(
    sites: list[dict[str, Any]], expected: list[RoleScope]
) -> None:
    assert [site.role_scope for site in estate(identities=SHARED, sites=sites).sites] == expected


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        pytest.param([FILES | {"name": "a", "vault": "kv-old"}], [RoleScope.SECRET], id="alone"),
        pytest.param([FILES | {"name": "a", "vault": "KV-new"}], [RoleScope.VAULT], id="not-in-a-vault-that-is-made"),
        pytest.param(
            [{"name": "a", "vault": "KV-new", "secrets": [{"name": "db"}, {"name": "api", "vault": "kv-old"}]}],
            [RoleScope.SECRET],
            id="beside-a-vault-that-is-made",
        ),
        pytest.param([{"name": "a", "vault": "kv-old"}], [RoleScope.VAULT], id="nothing-is-read"),
        pytest.param(
            [FILES | {"name": "a", "vault": "kv-old", "roleScope": "vault"}], [RoleScope.VAULT], id="as-written"
        ),
    ],
)
def test_roles_are_for_single_secrets_in_a_vault_that_others_made(
    sites: list[dict[str, Any]], expected: list[RoleScope]
) -> None:
    vaults = [{"name": "kv-old", "existing": {"resourceGroup": "g"}}, {"name": "KV-new"}]
    assert [site.role_scope for site in estate(vaults=vaults, sites=sites).sites] == expected


def test_a_scope_of_the_defaults_holds() -> None:
    sites = [FILES | {"name": "a"}, FILES | {"name": "b"}]
    found = estate(defaults={"roleScope": "vault"}, sites=sites).sites
    assert [site.role_scope for site in found] == [RoleScope.VAULT] * 2


def test_readers_are_identities() -> None:
    sites = [FILES | {"name": "a"}, FILES | {"name": "b"}, {"name": "c"}]
    assert site_rules.readers_of(estate(sites=sites).sites) == {"kv-a": {"shop-a", "shop-b"}}
