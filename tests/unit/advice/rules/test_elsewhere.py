"""A name that is known in another namespace alone is told; one that nobody knows is not."""

from typing import Any

import pytest

from keyferry.advice.documents import Documents
from keyferry.advice.rules.elsewhere import CHECK
from tests.fakes import external_secrets
from tests.fakes.advice import findings, found
from tests.fakes.pod_documents import container, pod

RULE = "other-namespace"


def there(kind: str, name: str, namespace: str = "shop") -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}}


def with_class(name: str, driver: str = "secrets-store.csi.k8s.io") -> dict[str, Any]:
    csi = {"driver": driver, "readOnly": True, "volumeAttributes": {"secretProviderClass": name}}
    return pod(container() | {"volumes": [{"name": "secrets", "csi": csi}]})


def with_secret(**secret: Any) -> dict[str, Any]:
    return pod(container() | {"volumes": [{"name": "secrets", "secret": secret}]})


def with_variable(**reference: Any) -> dict[str, Any]:
    return pod(container(env=[{"name": "A", "valueFrom": {"secretKeyRef": reference}}]))


CLASS = "spec.volumes[0].csi.volumeAttributes.secretProviderClass"
VOLUME = "spec.volumes[0].secret.secretName"
VARIABLE = "spec.containers[0].env[0].valueFrom.secretKeyRef.name"
STORE = "spec.secretStoreRef.name"


@pytest.mark.parametrize(
    ("document", "known", "paths"),
    [
        pytest.param(with_class("kv"), [there("SecretProviderClass", "kv")], [CLASS], id="class"),
        pytest.param(with_class("kv"), [there("SecretProviderClass", "kv", "apps")], [], id="here"),
        pytest.param(with_class("kv"), [], [], id="unknown"),
        pytest.param(with_class(""), [there("SecretProviderClass", "")], [], id="unnamed"),
        pytest.param(with_class("kv", "other"), [there("SecretProviderClass", "kv")], [], id="another-driver"),
        pytest.param(with_secret(secretName="db"), [there("Secret", "db")], [VOLUME], id="secret"),
        pytest.param(with_secret(secretName="db", optional=True), [there("Secret", "db")], [], id="optional"),
        pytest.param(with_variable(name="db"), [external_secrets.document()], [VARIABLE], id="target"),
        pytest.param(with_variable(name="db", optional=True), [there("Secret", "db")], [], id="optional-variable"),
        pytest.param(external_secrets.document(), [there("SecretStore", "kv")], [STORE], id="store"),
        pytest.param(
            external_secrets.document({"secretStoreRef": {"name": "kv", "kind": "ClusterSecretStore"}}),
            [there("SecretStore", "kv")],
            [],
            id="a-store-of-the-cluster",
        ),
        pytest.param(external_secrets.document(namespace=""), [there("SecretStore", "kv")], [], id="namespace-open"),
        pytest.param(
            external_secrets.document() | {"apiVersion": "x/v1"}, [there("SecretStore", "kv")], [], id="another-group"
        ),
    ],
)
def test_other_namespaces(document: dict[str, Any], known: list[dict[str, Any]], paths: list[str]) -> None:
    assert found([CHECK], document, RULE, Documents(known).around()) == paths


def test_both_namespaces_are_told() -> None:
    (finding,) = findings([CHECK], with_class("kv"), RULE, Documents([there("SecretProviderClass", "kv")]).around())
    assert 'is known in "shop" and not in "apps"' in finding.message
