"""AAD Pod Identity is told wherever a manifest still asks for it."""

from typing import Any

import pytest

from keyferry.advice.rules.pod_identity import CHECK
from tests.fakes.advice import found
from tests.fakes.pod_documents import deployment, pod

FLAG = "spec.parameters.usePodIdentity"
LABEL = "metadata.labels[aadpodidbinding]"


def a_class(flag: Any, provider: str = "azure", version: str = "secrets-store.csi.x-k8s.io/v1") -> dict[str, Any]:
    spec = {"provider": provider, "parameters": {"usePodIdentity": flag}}
    return {"apiVersion": version, "kind": "SecretProviderClass", "metadata": {"name": "kv"}, "spec": spec}


def of_pod_identity(kind: str, group: str = "aadpodidentity.k8s.io") -> dict[str, Any]:
    return {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "a"}}


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(a_class("false"), [], id="false"),
        pytest.param(a_class("true"), [FLAG], id="true"),
        pytest.param(a_class(True), [FLAG], id="without-quotes"),
        pytest.param(a_class("true", "vault"), [], id="another-provider"),
        pytest.param(a_class("true", version="v1"), [], id="another-group"),
        pytest.param(of_pod_identity("AzureIdentity"), ["kind"], id="identity"),
        pytest.param(of_pod_identity("AzureIdentityBinding"), ["kind"], id="binding"),
        pytest.param(of_pod_identity("AzureIdentity", "other"), [], id="another-groups-identity"),
        pytest.param(pod(), [], id="pod"),
        pytest.param(pod(labels={"aadpodidbinding": "kv"}), [LABEL], id="label"),
        pytest.param(deployment(pod(labels={"aadpodidbinding": "kv"})), [f"spec.template.{LABEL}"], id="of-a-template"),
        pytest.param(deployment(labels={"aadpodidbinding": "kv"}), [], id="not-of-the-pods"),
        pytest.param({"kind": "Deployment"}, [], id="no-template"),
    ],
)
def test_what_asks_for_it(document: dict[str, Any], paths: list[str]) -> None:
    assert found([CHECK], document, "pod-identity") == paths
