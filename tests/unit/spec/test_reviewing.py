"""Every kind that keyferry serves is reviewed; what is none of ours is left alone."""

from typing import Any

import pytest

from keyferry.spec import reviewing
from keyferry.spec.problems import Review
from tests.fakes import external_secrets

ES = "external-secrets.io"


def document(kind: str, api_version: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "db", "namespace": "app"}, "spec": spec}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"apiVersion": 1, "kind": "Secret"}, id="no-version"),
        pytest.param(document("Secret", "v1", {}), id="another-kind"),
        pytest.param(document("ExternalSecret", "example.com/v1", {}), id="another-group"),
    ],
)
def test_what_is_none_of_ours(document: dict[str, Any]) -> None:
    assert reviewing.review(document) is None


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param(external_secrets.document(), [], id="a-good-one"),
        pytest.param(document("ExternalSecret", f"{ES}/v1", {}), ["spec"], id="ExternalSecret"),
        pytest.param(document("SecretStore", f"{ES}/v1", {}), ["spec.provider"], id="SecretStore"),
        pytest.param(document("ClusterSecretStore", f"{ES}/v1", {}), ["spec.provider"], id="ClusterSecretStore"),
        pytest.param(document("PushSecret", f"{ES}/v1alpha1", {}), ["spec"], id="PushSecret"),
        pytest.param(document("ClusterExternalSecret", f"{ES}/v1", {}), ["spec"], id="ClusterExternalSecret"),
        pytest.param(document("ClusterPushSecret", f"{ES}/v1alpha1", {}), ["spec"], id="ClusterPushSecret"),
        pytest.param(document("UUID", f"generators.{ES}/v1alpha1", {}), [], id="a-good-generator"),
        pytest.param(
            document("Password", f"generators.{ES}/v1alpha1", {"length": "x"}), ["spec.length"], id="generator"
        ),
        pytest.param(
            document("SecretProviderClass", "secrets-store.csi.x-k8s.io/v1", {}), ["spec.provider"], id="class"
        ),
        pytest.param(document("ExternalSecret", f"{ES}/v9", {}), ["document"], id="an-unknown-version"),
    ],
)
def test_problems_by_kind(document: dict[str, Any], paths: list[str]) -> None:
    review = reviewing.review(document)
    assert review is not None
    found = [problem.path for problem in review.problems]
    assert bool(found) == bool(paths)
    assert all(any(path.startswith(begin) for path in found) for begin in paths)
    assert all(problem.remedy for problem in review.problems)


def provider_class(parameters: dict[str, str], **spec: Any) -> dict[str, Any]:
    asked = {"provider": "azure", "parameters": parameters, **spec}
    return document("SecretProviderClass", "secrets-store.csi.x-k8s.io/v1", asked)


def test_a_class_is_looked_at_whole() -> None:
    good = {"keyvaultName": "kv", "tenantId": "99999999-9999-4999-8999-999999999999", "clientID": "x", "objects": ""}
    mounted = reviewing.review(provider_class(good | {"objects": "array: 1"}))
    assert mounted is not None
    assert mounted.problems
    other = reviewing.review(provider_class(good, provider="vault", secretObjects=[{"secretName": "a"}]))
    assert other is not None
    assert other.problems


def test_an_older_version_is_a_warning_with_the_new_form() -> None:
    asked = {"externalSecretSpec": external_secrets.document()["spec"], "namespaces": ["app"]}
    review = reviewing.review(document("ClusterExternalSecret", f"{ES}/v1beta1", asked))
    assert review is not None
    assert review == Review(warnings=review.warnings)
    assert f"{ES}/v1;" in review.warnings[0].remedy
