import pytest

from keyferry.spec.fields.azure_key_vault import azure_key_vault
from keyferry.spec.schema import Table, Text

COMMON = {"vaultUrl", "tenantId", "authType", "environmentType", "serviceAccountRef", "authSecretRef", "identityId"}


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        pytest.param("v1", COMMON | {"useAzureSDK", "customCloudConfig"}, id="v1"),
        pytest.param("v1beta1", COMMON, id="v1beta1"),
    ],
)
def test_has_the_fields_of_the_version(version: str, expected: set[str]) -> None:
    provider = azure_key_vault(version)
    assert set(provider.fields) == expected
    assert provider.required == ("vaultUrl",)


def test_stored_credentials_have_four_parts() -> None:
    credentials = azure_key_vault("v1").fields["authSecretRef"]
    assert isinstance(credentials, Table)
    assert set(credentials.fields) == {"clientId", "tenantId", "clientSecret", "clientCertificate"}


def test_the_cloud_of_ones_own_is_of_v1_alone() -> None:
    clouds = [azure_key_vault(version).fields["environmentType"] for version in ("v1", "v1beta1")]
    assert ["AzureStackCloud" in cloud.enum for cloud in clouds if isinstance(cloud, Text)] == [True, False]
