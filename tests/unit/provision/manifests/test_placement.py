"""keyferry.provision.manifests.placement"""

import pytest

from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.sites import Delivery
from tests.fakes import estates, placements


@pytest.mark.parametrize(
    ("cloud", "told", "expected"),
    [
        pytest.param(Cloud.PUBLIC, {}, "https://shops-kv.vault.azure.net", id="public"),
        pytest.param(Cloud.US_GOVERNMENT, {}, "https://shops-kv.vault.usgovcloudapi.net", id="us-government"),
        pytest.param(Cloud.CHINA, {}, "https://shops-kv.vault.azure.cn", id="china"),
        pytest.param(Cloud.PUBLIC, {"Shops-KV": "https://x.example"}, "https://x.example", id="as-azure-told"),
    ],
)
def test_a_vault_is_where_azure_says(cloud: Cloud, told: dict[str, str], expected: str) -> None:
    assert placements.placement(estates.site(), cloud=cloud, vault_urls=told).vault_url("Shops-KV") == expected


@pytest.mark.parametrize(
    ("vault", "expected"),
    [
        pytest.param("shops-kv", "site-a", id="its-own-vault"),
        pytest.param("Other-KV", "site-a.other-kv", id="another-vault"),
    ],
)
def test_names_stay_when_a_vault_is_added(vault: str, expected: str) -> None:
    assert placements.placement(estates.site()).name_for(vault) == expected


def test_metadata_says_where_an_object_belongs() -> None:
    assert placements.placement(estates.site(namespace="apps")).metadata("x") == {
        "name": "x",
        "namespace": "apps",
        "labels": {"app.kubernetes.io/part-of": "shops", "keyferry.io/site": "site-a"},
    }


def test_secrets_are_told_apart_by_vault_in_order() -> None:
    found = placements.placement(
        estates.site(
            secrets=(placements.as_file("b", vault="z"), placements.in_env("c"), placements.as_file("a", vault="a"))
        )
    ).by_vault(Delivery.FILES)
    assert [(vault, [secret.name for secret in secrets]) for vault, secrets in found.items()] == [
        ("a", ["a"]),
        ("z", ["b"]),
    ]
