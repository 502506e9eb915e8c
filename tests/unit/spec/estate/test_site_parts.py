"""keyferry.spec.estate.site_parts"""

from datetime import timedelta
from typing import Any

import pytest

from keyferry.spec.estate.sites import Consumption, Delivery, RoleScope
from tests.fakes.estate_documents import estate, problems, site

WITH_BOTH = {"name": "web", "identity": "id-a", "vault": "kv-a", "secrets": [{"name": "x", "vault": "kv-b"}]}
VAULTS = [{"name": "kv-a"}, {"name": "kv-b"}]


def test_a_site_with_defaults() -> None:
    found = site()
    assert (found.name, found.namespace, found.service_account, found.identity) == ("web", "web", "web", "shop-web")
    assert (found.vault, found.role_scope, found.makes_namespace) == ("kv-a", RoleScope.VAULT, True)
    assert (found.secret_name, found.workload, found.mount_path) == ("web-secrets", "web", "/mnt/secrets")
    assert found.refresh_interval == timedelta(hours=1)
    assert [secret.name for secret in found.secrets] == ["db"]


def test_a_site_with_everything() -> None:
    found = site(
        namespace="shop",
        serviceAccount="web-sa",
        createNamespace=False,
        vault="kv-a",
        roleScope="secret",
        secretName="app-config",
        refreshInterval="5m",
        mountPath="/run/x",
        workload="front",
    )
    assert (found.namespace, found.service_account, found.makes_namespace) == ("shop", "web-sa", False)
    assert (found.role_scope, found.secret_name, found.workload) == (RoleScope.SECRET, "app-config", "front")
    assert (found.refresh_interval, found.mount_path) == (timedelta(minutes=5), "/run/x")


DEFAULTS = {
    "vault": "kv-b",
    "consume": "env",
    "deliver": "secret",
    "refreshInterval": "2h",
    "roleScope": "secret",
    "mountPath": "/d",
    "createNamespace": False,
    "secrets": [{"name": "common", "as": "COMMON"}],
}


def test_defaults_hold_where_a_site_says_nothing() -> None:
    (found,) = estate(vaults=VAULTS, defaults=DEFAULTS, sites=[{"name": "web"}]).sites
    assert (found.vault, found.role_scope, found.mount_path) == ("kv-b", RoleScope.SECRET, "/d")
    assert (found.refresh_interval, found.makes_namespace) == (timedelta(hours=2), False)
    assert [(each.name, each.vault, each.consume) for each in found.secrets] == [("common", "kv-b", Consumption.ENV)]


def test_a_sites_own_words_come_before_defaults_and_a_secrets_before_both() -> None:
    own = {"name": "web", "vault": "kv-a", "consume": "files", "deliver": "auto", "createNamespace": True}
    secrets = [{"name": "x"}, {"name": "y", "as": "Y", "vault": "kv-b", "consume": "env"}]
    (found,) = estate(vaults=VAULTS, defaults=DEFAULTS, sites=[own | {"secrets": secrets}]).sites
    assert found.makes_namespace
    assert [(each.vault, each.delivery) for each in found.secrets] == [
        ("kv-a", Delivery.FILES),
        ("kv-b", Delivery.SECRET),
    ]


def test_a_site_may_have_no_secrets_at_all() -> None:
    sites = [{"name": "web", "secrets": []}]
    (found,) = estate(vaults=VAULTS, defaults={"secrets": [{"name": "x"}]}, sites=sites).sites
    assert (found.secrets, found.vault) == ((), "")


@pytest.mark.parametrize("namespace", ["default", "kube-system"])
def test_namespaces_of_every_cluster_are_not_made(namespace: str) -> None:
    assert not site(namespace=namespace).makes_namespace
    assert site(namespace=namespace, createNamespace=True).makes_namespace


def test_an_interval_of_nothing_reads_once() -> None:
    assert site(refreshInterval="0").refresh_interval == timedelta()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param(
            {"sites": [{"name": "web", "vault": "kv-b"}]},
            ['spec.sites[0].vault: "kv-b" is not among spec.vaults (did you mean "kv-a"?)'],
            id="vault-of-a-site",
        ),
        pytest.param(
            {"sites": [{"name": "web", "secrets": [{"name": "x", "vault": "other"}]}]},
            [
                (
                    'spec.sites[0].secrets[0].vault: "other" is not among spec.vaults '
                    "(add it to spec.vaults, with `existing` where it is there already)"
                ),
            ],
            id="vault-of-a-secret",
        ),
        pytest.param(
            {"defaults": {"vault": "KV-A"}, "sites": [{"name": "a"}, {"name": "b"}]},
            ['spec.defaults.vault: "KV-A" is not among spec.vaults (did you mean "kv-a"?)'],
            id="vault-of-the-defaults-told-once",
        ),
        pytest.param(
            {"vaults": [{"name": "k"}], "identities": [{"name": "i"}], "sites": [WITH_BOTH]},
            [
                (
                    "spec.vaults[0].name: is 1 character long, and the name of a vault has 3 to 24 (use 3 to 24 "
                    "letters, digits and -, a letter first, a letter or digit last, no two - in a row)"
                ),
                (
                    "spec.identities[0].name: is 1 character long, and the name of a managed identity has 3 to 128 "
                    "(use 3 to 128 letters, digits, _ and -, a letter or digit first)"
                ),
            ],
            id="a-wrong-name-is-told-once",
        ),
        pytest.param(
            {"vaults": VAULTS},
            [
                (
                    "spec.sites[0].vault: names no vault, and the estate has 2 "
                    "(name it here, or in spec.defaults for all sites)"
                ),
            ],
            id="which-vault",
        ),
        pytest.param(
            {"vaults": None},
            ["spec.sites[0].vault: cannot be, for the estate has none (add a vault to spec.vaults)"],
            id="no-vault",
        ),
        pytest.param(
            {"sites": [{"name": "web", "identity": "id-x"}]},
            [
                (
                    'spec.sites[0].identity: "id-x" is not among spec.identities '
                    "(add it to spec.identities, or remove it: each site gets its own)"
                ),
            ],
            id="no-identity",
        ),
        pytest.param(
            {"identities": [{"name": "id-ab"}], "sites": [{"name": "web", "identity": "ID-ab"}]},
            ['spec.sites[0].identity: "ID-ab" is not among spec.identities (did you mean "id-ab"?)'],
            id="identity-in-another-case",
        ),
        pytest.param(
            {"identities": [{"name": "shop-web"}]},
            [
                (
                    'spec.sites[0].name: gives it an identity of the name "shop-web", which stands in identities '
                    "(rename one, or name it in `identity`)"
                ),
            ],
            id="identity-of-its-own-name",
        ),
        pytest.param(
            {"defaults": {"refreshInterval": "-1h"}},
            ['spec.defaults.refreshInterval: is negative (write such as "1h")'],
            id="negative-interval",
        ),
        pytest.param(
            {"sites": [{"name": "web", "refreshInterval": "-1h"}]},
            ['spec.sites[0].refreshInterval: is negative (write such as "1h")'],
            id="negative-interval-of-a-site",
        ),
        pytest.param(
            {"sites": [{"name": "web", "mountPath": "/a/../b"}]},
            [
                (
                    "spec.sites[0].mountPath: is no folder that can be mounted (write an absolute path, such as "
                    '"/mnt/secrets")'
                ),
            ],
            id="mount-path",
        ),
        pytest.param(
            {"sites": [{"name": "Web"}, {}]},
            [
                "spec.sites[0].name: has capital letters, which the name of a site cannot (write it in lower case)",
                "spec.sites[1].name: is missing (add it)",
            ],
            id="names",
        ),
    ],
)
def test_problems(spec: dict[str, Any], expected: list[str]) -> None:
    assert problems(**spec) == expected
