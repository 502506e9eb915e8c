"""The names are those of the release that others' manifests and libraries know."""

import pytest

from keyferry.admit.injection import names


def test_the_tokens_file_is_where_the_current_release_has_it() -> None:
    assert f"{names.MOUNT_PATH}/{names.TOKEN_PATH}" == "/var/run/secrets/azure/wi/token/azure-identity-token"
    assert f"{names.MOUNT_PATH}/{names.CA_PATH}" == "/var/run/secrets/azure/wi/ca-cert/ca.crt"


def test_the_binding_of_aks_is_one_of_the_bindings() -> None:
    assert names.AKS_BINDING == "azure.workload.identity/use-identity-binding"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("22222222-2222-4222-8222-222222222222", True, id="guid"),
        pytest.param("contoso.onmicrosoft.com", True, id="domain"),
        pytest.param("", False, id="empty"),
        pytest.param("${AZURE_TENANT_ID}", False, id="left-to-be-filled-in"),
        pytest.param("22222222-2222-4222-8222-222222222222\n", False, id="with-a-line-end"),
    ],
)
def test_tenants(text: str, *, expected: bool) -> None:
    assert names.can_be_tenant(text) is expected
