"""keyferry.spec.estate.azure_names"""

import pytest

from keyferry.spec.estate import azure_names as names
from keyferry.spec.estate.naming import Naming


@pytest.mark.parametrize(
    ("naming", "text"),
    [
        pytest.param(names.GUID, "0f8fad5b-d9cb-469f-a165-70867728950e", id="guid"),
        pytest.param(names.GUID, "0F8FAD5B-D9CB-469F-A165-70867728950E", id="guid-in-capitals"),
        pytest.param(names.RESOURCE_GROUP, "rg_(Prod).1", id="group"),
        pytest.param(names.RESOURCE_GROUP, "a", id="group-of-one"),
        pytest.param(names.AKS, "aks_Prod-1", id="aks"),
        pytest.param(names.AKS, "a", id="aks-of-one"),
        pytest.param(names.VAULT, "kv1", id="vault-short"),
        pytest.param(names.VAULT, "KV-Prod-0123456789-01234", id="vault-long"),
        pytest.param(names.IDENTITY, "id-a_B", id="identity"),
        pytest.param(names.OBJECT, "Db-Password-1", id="object"),
        pytest.param(names.VERSION, "0123456789abcdef0123456789abcdef", id="version"),
        pytest.param(names.MACHINE_SIZE, "Standard_D2s_v5", id="size"),
        pytest.param(names.KUBERNETES_VERSION, "1.33", id="kubernetes"),
        pytest.param(names.KUBERNETES_VERSION, "1.33.10", id="kubernetes-patch"),
    ],
)
def test_takes(naming: Naming, text: str) -> None:
    assert naming.complain(text) is None


@pytest.mark.parametrize(
    ("naming", "text"),
    [
        pytest.param(names.GUID, "0f8fad5bd9cb469fa16570867728950e0000", id="guid-without-hyphens"),
        pytest.param(names.RESOURCE_GROUP, "rg.", id="group-with-a-last-dot"),
        pytest.param(names.RESOURCE_GROUP, "a" * 91, id="group-too-long"),
        pytest.param(names.RESOURCE_GROUP, "rg/x", id="group-with-a-slash"),
        pytest.param(names.AKS, "aks-", id="aks-with-a-last-hyphen"),
        pytest.param(names.VAULT, "kv", id="vault-too-short"),
        pytest.param(names.VAULT, "k" * 25, id="vault-too-long"),
        pytest.param(names.VAULT, "1kv", id="vault-with-a-first-digit"),
        pytest.param(names.VAULT, "kv--a", id="vault-with-two-hyphens"),
        pytest.param(names.VAULT, "kv-a-", id="vault-with-a-last-hyphen"),
        pytest.param(names.VAULT, "kv_a", id="vault-with-an-underscore"),
        pytest.param(names.IDENTITY, "-id", id="identity-with-a-first-hyphen"),
        pytest.param(names.IDENTITY, "i" * 129, id="identity-too-long"),
        pytest.param(names.OBJECT, "db_password", id="object-with-an-underscore"),
        pytest.param(names.OBJECT, "o" * 128, id="object-too-long"),
        pytest.param(names.VERSION, "0123456789ABCDEF0123456789ABCDEF0", id="version-too-long"),
        pytest.param(names.MACHINE_SIZE, "D2s_v5xxx", id="size-without-its-tier"),
        pytest.param(names.KUBERNETES_VERSION, "1.3", id="kubernetes-as-a-number"),
        pytest.param(names.KUBERNETES_VERSION, "v1.33", id="kubernetes-with-a-v"),
    ],
)
def test_refuses(naming: Naming, text: str) -> None:
    assert naming.complain(text) is not None
