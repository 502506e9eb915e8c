"""The names are those of the release that others' manifests and libraries know."""

from keyferry.admit.injection import names


def test_the_tokens_file_is_where_the_current_release_has_it() -> None:
    assert f"{names.MOUNT_PATH}/{names.TOKEN_PATH}" == "/var/run/secrets/azure/wi/token/azure-identity-token"
    assert f"{names.MOUNT_PATH}/{names.CA_PATH}" == "/var/run/secrets/azure/wi/ca-cert/ca.crt"


def test_the_binding_of_aks_is_one_of_the_bindings() -> None:
    assert names.AKS_BINDING == "azure.workload.identity/use-identity-binding"
