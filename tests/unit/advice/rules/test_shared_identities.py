"""A store of the cluster that lets everybody read as one is told."""

from typing import Any

import pytest

from keyferry.advice.rules.shared_identities import CHECK
from tests.fakes.advice import found

HERE = "spec.provider.azurekv"


def store(azure: Any, version: str = "external-secrets.io/v1", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": version,
        "kind": "ClusterSecretStore",
        "metadata": {"name": "kv"},
        "spec": {"provider": {"azurekv": azure}} | spec,
    }


ONE = {"authType": "WorkloadIdentity", "serviceAccountRef": {"name": "reader", "namespace": "apps"}}


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(store(ONE), [f"{HERE}.serviceAccountRef.namespace"], id="one-account"),
        pytest.param(store(ONE, conditions=[{"namespaces": ["apps"]}]), [], id="for-some"),
        pytest.param(store(ONE, conditions=[]), [f"{HERE}.serviceAccountRef.namespace"], id="no-conditions"),
        pytest.param(store(ONE | {"serviceAccountRef": {"name": "reader"}}), [], id="own-accounts"),
        pytest.param(store({"authType": "WorkloadIdentity"}), [HERE], id="the-operators"),
        pytest.param(store({"authType": "WorkloadIdentity", "authSecretRef": {"a": 1}}), [], id="from-a-secret"),
        pytest.param(store({"authType": "ManagedIdentity"}), [], id="the-machines"),
        pytest.param(store({"authType": "ServicePrincipal"}), [], id="another-rule"),
        pytest.param(store(1), [], id="another-provider"),
        pytest.param(store(ONE, "other/v1"), [], id="another-group"),
    ],
)
def test_stores(document: dict[str, Any], paths: list[str]) -> None:
    assert found([CHECK], document, "shared-identity") == paths
