"""keyferry.provision.manifests.classes"""

import pytest

from keyferry.model.errors import Where
from keyferry.model.secrets import ObjectKind
from keyferry.provision.manifests import classes
from keyferry.spec import azure_mount
from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.sites import ObjectType
from tests.fakes import estates, placements

ALL = (
    placements.as_file("db", alias="on"),
    placements.as_file("tls", type=ObjectType.CERTIFICATE, alias="tls/cert.pem"),
    placements.as_file("signing", type=ObjectType.KEY, alias="signing", version=placements.VERSION),
)


def test_the_provider_reads_what_the_estate_says() -> None:
    (found,) = classes.classes(placements.placement(estates.site(secrets=ALL)))
    mount = azure_mount.parse(found["spec"]["parameters"], where=Where(kind="SecretProviderClass", name="site-a"))
    assert [(each.name, each.kind, each.path, each.version) for each in mount.objects] == [
        ("db", ObjectKind.SECRET, "on", ""),
        ("tls", ObjectKind.CERTIFICATE, "tls/cert.pem", ""),
        ("signing", ObjectKind.KEY, "signing", placements.VERSION),
    ]


def test_reads_as_the_sites_identity() -> None:
    (found,) = classes.classes(placements.placement(estates.site()))
    parameters = found["spec"]["parameters"]
    assert {name: parameters[name] for name in ("clientID", "tenantID", "keyvaultName")} == {
        "clientID": placements.CLIENT,
        "tenantID": estates.TENANT,
        "keyvaultName": "shops-kv",
    }
    assert "cloudName" not in parameters


@pytest.mark.parametrize(
    ("cloud", "expected"),
    [
        pytest.param(Cloud.US_GOVERNMENT, "AzureUSGovernmentCloud", id="us-government"),
        pytest.param(Cloud.CHINA, "AzureChinaCloud", id="china"),
    ],
)
def test_names_another_cloud(cloud: Cloud, expected: str) -> None:
    (found,) = classes.classes(placements.placement(estates.site(), cloud=cloud))
    assert found["spec"]["parameters"]["cloudName"] == expected


def test_every_cloud_has_a_name() -> None:
    assert set(classes.CLOUD_NAMES) == set(Cloud)


def test_each_vault_has_a_class() -> None:
    wanted = (placements.as_file("a"), placements.as_file("b", vault="other-kv"), placements.in_env("c", vault="third"))
    found = classes.classes(placements.placement(estates.site(secrets=wanted)))
    assert [each["metadata"]["name"] for each in found] == ["site-a.other-kv", "site-a"]
