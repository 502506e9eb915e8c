"""keyferry.provision.manifests.secrets"""

from datetime import timedelta

import pytest

from keyferry.provision.manifests import secrets
from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.sites import ObjectType, SiteSecret
from tests.fakes import estates, placements


def test_a_store_asks_as_the_sites_account_and_stores_no_credential() -> None:
    site = estates.site(secrets=(placements.in_env("db"),), service_account="shop")
    (store,) = secrets.stores(placements.placement(site))
    assert store["spec"]["provider"]["azurekv"] == {
        "vaultUrl": "https://shops-kv.vault.azure.net",
        "tenantId": estates.TENANT,
        "authType": "WorkloadIdentity",
        "serviceAccountRef": {"name": "shop"},
    }


@pytest.mark.parametrize("cloud", [Cloud.US_GOVERNMENT, Cloud.CHINA])
def test_a_store_names_another_cloud(cloud: Cloud) -> None:
    (store,) = secrets.stores(placements.placement(estates.site(secrets=(placements.in_env("db"),)), cloud=cloud))
    assert store["spec"]["provider"]["azurekv"]["environmentType"] == cloud.value


def test_files_need_neither_store_nor_external_secret() -> None:
    placement = placements.placement(estates.site())
    assert (secrets.stores(placement), secrets.external_secret(placement)) == ([], None)


def test_one_external_secret_reads_from_several_vaults() -> None:
    wanted = (placements.in_env("a", vault="z-kv"), placements.in_env("b"), placements.by_name("c", vault="y-kv"))
    placement = placements.placement(estates.site(secrets=wanted))
    external = secrets.external_secret(placement)
    assert external is not None
    spec = external["spec"]
    assert spec["secretStoreRef"]["name"] == "site-a"
    sources = [entry.get("sourceRef", {}).get("storeRef", {}).get("name", "") for entry in spec["data"]]
    assert sources == ["site-a.z-kv", "", "site-a.y-kv"]
    assert [store["metadata"]["name"] for store in secrets.stores(placement)] == [
        "site-a",
        "site-a.y-kv",
        "site-a.z-kv",
    ]


def test_takes_the_first_vault_where_nothing_is_in_the_sites_own() -> None:
    external = secrets.external_secret(
        placements.placement(
            estates.site(secrets=(placements.in_env("a", vault="z-kv"), placements.in_env("b", vault="y-kv")))
        )
    )
    assert external is not None
    assert external["spec"]["secretStoreRef"]["name"] == "site-a.y-kv"


@pytest.mark.parametrize(
    ("object_type", "version", "expected"),
    [
        pytest.param(ObjectType.SECRET, "", {"key": "db"}, id="a-secret"),
        pytest.param(ObjectType.CERTIFICATE, "", {"key": "cert/db"}, id="a-certificate"),
        pytest.param(ObjectType.KEY, "", {"key": "key/db"}, id="a-key"),
        pytest.param(
            ObjectType.SECRET, placements.VERSION, {"key": "db", "version": placements.VERSION}, id="a-version"
        ),
    ],
)
def test_names_the_vaults_object(object_type: ObjectType, version: str, expected: dict[str, str]) -> None:
    wanted = placements.by_name("db", type=object_type, version=version, alias="X")
    external = secrets.external_secret(placements.placement(estates.site(secrets=(wanted,))))
    assert external is not None
    assert external["spec"]["data"] == [{"secretKey": "X", "remoteRef": expected}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("site-a-secrets", "Owner", id="keyferrys-own-goes-with-the-site"),
        pytest.param("db", "CreateOrMerge", id="the-applications-keeps-what-else-it-holds"),
    ],
)
def test_whose_the_secret_is(name: str, expected: str) -> None:
    assert secrets.creation_policy(estates.site(secret_name=name)) == expected


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        pytest.param(timedelta(hours=1), "1h", id="hours"),
        pytest.param(timedelta(minutes=30), "30m", id="minutes"),
        pytest.param(timedelta(minutes=90), "1h30m", id="both"),
        pytest.param(timedelta(seconds=90), "1m30s", id="with-seconds"),
        pytest.param(timedelta(seconds=3610), "1h0m10s", id="no-minutes"),
        pytest.param(timedelta(seconds=10), "10s", id="seconds"),
        pytest.param(timedelta(hours=10, minutes=10), "10h10m", id="tens"),
        pytest.param(timedelta(), "0s", id="never"),
    ],
)
def test_writes_durations_as_people_do(duration: timedelta, expected: str) -> None:
    assert secrets.interval(duration) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(
            placements.by_name("login", alias=".dockerconfigjson"),
            {"type": "kubernetes.io/dockerconfigjson"},
            id="a-login-for-images",
        ),
        pytest.param(placements.by_name("login"), None, id="another-key"),
        pytest.param(placements.in_env("login", alias=".dockerconfigjson"), None, id="for-the-application-itself"),
    ],
)
def test_a_secret_that_images_are_pulled_with_has_the_type_that_kubelet_looks_for(
    wanted: SiteSecret, expected: dict[str, str] | None
) -> None:
    external = secrets.external_secret(placements.placement(estates.site(secrets=(wanted,))))
    assert external is not None
    assert external["spec"]["target"].get("template") == expected
