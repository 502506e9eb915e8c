"""Who asks as the machine is told what else may."""

from typing import Any

import pytest

from keyferry.advice.rules.machine_identities import CHECK
from tests.fakes.advice import found

FLAG, AUTH = "spec.parameters.useVMManagedIdentity", "spec.provider.azurekv.authType"


def a_class(**parameters: Any) -> dict[str, Any]:
    version = "secrets-store.csi.x-k8s.io/v1"
    spec = {"provider": "azure", "parameters": parameters}
    return {"apiVersion": version, "kind": "SecretProviderClass", "metadata": {"name": "kv"}, "spec": spec}


def store(auth_type: Any, kind: str = "SecretStore", version: str = "external-secrets.io/v1") -> dict[str, Any]:
    spec = {"provider": {"azurekv": {"authType": auth_type}}}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "kv"}, "spec": spec}


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(a_class(clientID="x"), [], id="workload-identity"),
        pytest.param(a_class(useVMManagedIdentity="false"), [], id="false"),
        pytest.param(a_class(useVMManagedIdentity="true"), [FLAG], id="class"),
        pytest.param(store("WorkloadIdentity"), [], id="store-with-workload-identity"),
        pytest.param(store("ManagedIdentity"), [AUTH], id="store"),
        pytest.param(store("ManagedIdentity", "ClusterSecretStore"), [AUTH], id="store-of-the-cluster"),
        pytest.param(store(["ManagedIdentity"]), [], id="no-text"),
        pytest.param(store("ManagedIdentity", version="other/v1"), [], id="another-group"),
    ],
)
def test_machines(document: dict[str, Any], paths: list[str]) -> None:
    assert found([CHECK], document, "machine-identity") == paths
