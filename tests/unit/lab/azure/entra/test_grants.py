import pytest

from keyferry.lab.azure.clouds import CLOUDS, PUBLIC, Cloud
from keyferry.lab.azure.entra import grants
from keyferry.lab.azure.entra.answers import RefusedError
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW


@pytest.mark.parametrize("cloud", [pytest.param(cloud, id=cloud.name) for cloud in CLOUDS])
def test_every_cloud_grants_its_vault_and_its_arm(cloud: Cloud) -> None:
    for resource in (cloud.vault_resource, *cloud.arm_resources):
        assert grants.resource_of(f"{resource}/.default", cloud) == resource


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        pytest.param("https://vault.azure.net", 1002012, id="no-default"),
        pytest.param("https://graph.example/.default", 500011, id="unknown-resource"),
        pytest.param("https://vault.azure.cn/.default", 500011, id="another-cloud's-vault"),
        pytest.param("https://vault.azure.net/.default https://management.azure.com/.default", 70011, id="two"),
        pytest.param(" ", 70011, id="none"),
    ],
)
def test_refuses(scope: str, code: int) -> None:
    with pytest.raises(RefusedError) as refusal:
        grants.resource_of(scope, PUBLIC)
    assert refusal.value.code == code


def test_claims_are_those_of_a_managed_identity() -> None:
    identity = lab_azure.azure().directory.identities[0]
    claims = grants.claims(identity, "https://sts/", "aud", 60, NOW, lab_azure.sources())
    assert claims["exp"] - claims["iat"] == 60
    assert claims["oid"] == claims["sub"] == identity.principal_id
    assert (claims["appid"], claims["appidacr"], claims["ver"]) == (lab_azure.READER, "2", "1.0")
    assert claims["xms_mirid"] == identity.resource_id
