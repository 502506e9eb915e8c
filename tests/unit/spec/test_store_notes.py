"""What a store says in vain is noted and refused by nobody."""

from typing import Any

import pytest

from keyferry.spec import store_notes

SELECTED = {"clientId": {"name": "azure", "key": "id"}}
ACCOUNT = {"serviceAccountRef": {"name": "reader"}}


def paths(azure: dict[str, Any], *, of_the_cluster: bool = False, **spec: Any) -> list[str]:
    found = store_notes.notes({"provider": {"azurekv": azure}} | spec, of_the_cluster=of_the_cluster)
    assert all(note.remedy and note.message.startswith("has no effect ") for note in found)
    return [note.path.removeprefix("spec.").removeprefix("provider.azurekv.") for note in found]


@pytest.mark.parametrize(
    ("azure", "expected"),
    [
        pytest.param({"authType": "WorkloadIdentity", **ACCOUNT}, [], id="workload-identity"),
        pytest.param({"identityId": "x", **ACCOUNT}, [], id="one-whose-type-is-told-to-be-wrong"),
        pytest.param({"authType": "ServicePrincipal", "authSecretRef": SELECTED}, [], id="service-principal"),
        pytest.param({"authType": "ManagedIdentity", "identityId": "x"}, [], id="managed-identity"),
        pytest.param(
            {"authType": "ManagedIdentity", "authSecretRef": SELECTED, **ACCOUNT},
            ["serviceAccountRef", "authSecretRef"],
            id="beside-a-managed-identity",
        ),
        pytest.param(
            {"authType": "WorkloadIdentity", "identityId": "x", "authSecretRef": SELECTED},
            ["identityId", "authSecretRef"],
            id="beside-the-operators-own",
        ),
        pytest.param(
            {"authType": "WorkloadIdentity", "authSecretRef": SELECTED, **ACCOUNT}, [], id="a-client-id-that-counts"
        ),
        pytest.param(
            {"authType": "WorkloadIdentity", "authSecretRef": SELECTED, "useAzureSDK": True, **ACCOUNT},
            ["authSecretRef"],
            id="one-that-does-not",
        ),
        pytest.param(
            {
                "authType": "WorkloadIdentity",
                "customCloudConfig": {"activeDirectoryEndpoint": "https://x", "keyVaultEndpoint": "https://y"},
            },
            ["customCloudConfig.keyVaultEndpoint"],
            id="endpoint",
        ),
    ],
)
def test_notes_of_the_provider(azure: dict[str, Any], expected: list[str]) -> None:
    assert paths(azure) == expected


def test_notes_of_the_store() -> None:
    azure = {"authType": "WorkloadIdentity"}
    spec: dict[str, Any] = {"retrySettings": {"maxRetries": 3}, "conditions": [{"namespaces": ["app"]}]}
    assert paths(azure, **spec) == ["retrySettings", "conditions"]
    assert paths(azure, of_the_cluster=True, **spec) == ["retrySettings"]
    assert paths(azure, conditions=[]) == []
