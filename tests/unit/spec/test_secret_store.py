from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.spec import secret_store
from keyferry.spec.problems import InvalidDocument
from keyferry.spec.secret_store import AuthType, Environment, ServiceAccountSelector

EXAMPLES = Path(__file__).parents[3] / "examples"
AZURE = {
    "vaultUrl": "https://KV-Prod.vault.azure.net/",
    "authType": "WorkloadIdentity",
    "serviceAccountRef": {"name": "kv-reader"},
}
NOT_YET = "is not supported by this version of keyferry yet"


def document(azure: dict[str, Any] | None = None, version: str = "v1", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": f"external-secrets.io/{version}",
        "kind": "SecretStore",
        "metadata": {"name": "kv", "namespace": "app", "generation": 1},
        "spec": {"provider": {"azurekv": AZURE | (azure or {})}} | spec,
    }


def problems_of(given: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        secret_store.parse(given)
    assert all(problem.remedy for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_reads_a_vault_and_who_reads_it() -> None:
    parsed = secret_store.parse(document())
    assert (parsed.namespace, parsed.name, parsed.controller, parsed.refresh_interval) == ("app", "kv", "", None)
    vault = parsed.provider
    assert vault.vault_url == "https://kv-prod.vault.azure.net"
    assert (vault.tenant_id, vault.auth_type, vault.environment) == (
        None,
        AuthType.WORKLOAD_IDENTITY,
        Environment.PUBLIC_CLOUD,
    )
    assert vault.service_account == ServiceAccountSelector(name="kv-reader", namespace=None, audiences=())


@pytest.mark.parametrize(
    ("url", "normalised"),
    [
        pytest.param("https://kv-prod.vault.azure.net:443/", "https://kv-prod.vault.azure.net", id="the-usual-port"),
        pytest.param("https://kv.stack.local:8443", "https://kv.stack.local:8443", id="another-port"),
    ],
)
def test_an_address_has_one_form(url: str, normalised: str) -> None:
    assert secret_store.parse(document({"vaultUrl": url})).provider.vault_url == normalised


def test_takes_the_service_account_of_another_namespace() -> None:
    account = {"name": "kv-reader", "namespace": "external-secrets", "audiences": ["a"]}
    parsed = secret_store.parse(document({"serviceAccountRef": account}))
    assert parsed.provider.service_account == ServiceAccountSelector(
        name="kv-reader", namespace="external-secrets", audiences=("a",)
    )


@pytest.mark.parametrize("file", ["sync-find.yaml", "sync-per-key.yaml"])
def test_takes_the_manifests_that_users_have(file: str) -> None:
    documents = yaml.safe_load_all((EXAMPLES / file).read_text())
    assert [secret_store.parse(each) for each in documents if each["kind"] == "SecretStore"]


@pytest.mark.parametrize(
    ("interval", "version", "expected"),
    [
        pytest.param(300, "v1", timedelta(minutes=5), id="seconds"),
        pytest.param("300", "v1", timedelta(minutes=5), id="seconds-as-text"),
        pytest.param("10m", "v1", timedelta(minutes=10), id="duration"),
        pytest.param(0, "v1", None, id="zero-is-the-default"),
        pytest.param(60, "v1beta1", timedelta(minutes=1), id="v1beta1"),
    ],
)
def test_reads_the_interval(interval: object, version: str, expected: timedelta | None) -> None:
    assert secret_store.parse(document(version=version, refreshInterval=interval)).refresh_interval == expected


@pytest.mark.parametrize(
    ("azure", "expected"),
    [
        pytest.param({"authType": None}, "authType", id="the-default-is-a-stored-credential"),
        pytest.param({"authType": "ServicePrincipal"}, "authType", id="service-principal"),
        pytest.param({"authType": "ManagedIdentity", "serviceAccountRef": None}, "authType", id="managed-identity"),
        pytest.param(
            {"authSecretRef": {"clientId": {"name": "a", "key": "b"}}}, "authSecretRef", id="stored-credential"
        ),
        pytest.param({"identityId": "x"}, "identityId", id="identity"),
        pytest.param({"environmentType": "GermanCloud"}, "environmentType", id="closed-cloud"),
        pytest.param({"customCloudConfig": {"activeDirectoryEndpoint": "x"}}, "customCloudConfig", id="custom-cloud"),
        pytest.param({"serviceAccountRef": None}, "serviceAccountRef", id="the-operators-own-identity"),
    ],
)
def test_refuses_what_it_cannot_do_yet(azure: dict[str, Any], expected: str) -> None:
    (problem,) = problems_of(document(azure))
    assert problem.startswith(f"spec.provider.azurekv.{expected}")
    assert NOT_YET in problem


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            document({"vaultUrl": "kv-prod"}),
            'spec.provider.azurekv.vaultUrl: "kv-prod" does not begin with https://',
            id="url",
        ),
        pytest.param(document({"vaultUrl": None}), "spec.provider.azurekv.vaultUrl: is missing", id="no-url"),
        pytest.param(
            document({"tenantId": "contoso"}), 'spec.provider.azurekv.tenantId: "contoso" is not a GUID', id="tenant"
        ),
        pytest.param(
            document({"vaulturl": "x"}), "spec.provider.azurekv.vaulturl: is not a field of this API", id="case"
        ),
        pytest.param(
            document({"useAzureSDK": True}, "v1beta1"),
            "spec.provider.azurekv.useAzureSDK: is not a field of this API",
            id="v1-field",
        ),
        pytest.param(document(refreshInterval=-1), 'spec.refreshInterval: "-1" is negative', id="negative"),
        pytest.param(
            document(version="v1beta1", refreshInterval=-1), "spec.refreshInterval: is negative", id="negative-v1beta1"
        ),
        pytest.param(
            document(version="v1beta1", refreshInterval="5m"),
            "spec.refreshInterval: must be a whole number, and is text",
            id="text-v1beta1",
        ),
        pytest.param(document(provider={"aws": {"region": "x"}}), f"spec.provider.aws: {NOT_YET}", id="provider"),
        pytest.param(document(provider={"azureKV": AZURE}), f"spec.provider.azureKV: {NOT_YET}", id="provider-near"),
        pytest.param(document(provider=None), "spec.provider: is missing", id="no-provider"),
        pytest.param(document(provider={}), "spec.provider: must have one of azurekv", id="empty-provider"),
    ],
)
def test_says_what_is_wrong(given: dict[str, Any], expected: str) -> None:
    assert problems_of(given) == [expected]


def test_lists_several_problems_at_once() -> None:
    assert len(problems_of(document({"vaultUrl": "x", "tenantId": "y", "foo": 1}, refreshInterval="z"))) == 4
