import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.model.errors import SpecError
from keyferry.model.wellknown import FALLBACK_VAULTS_ANNOTATION
from keyferry.spec import secret_store
from keyferry.spec.problems import InvalidDocument
from keyferry.spec.secret_store import AuthSecretRef, AuthType, Environment, SecretKey, ServiceAccountSelector

EXAMPLES = Path(__file__).parents[3] / "examples"
AZURE = {
    "vaultUrl": "https://KV-Prod.vault.azure.net/",
    "authType": "WorkloadIdentity",
    "serviceAccountRef": {"name": "kv-reader"},
}
NOT_OURS = "is not a provider that keyferry has"


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


def test_takes_what_the_how_to_shows_for_each_auth_type() -> None:
    text = (EXAMPLES.parent / "docs" / "how-to" / "choose-how-a-store-authenticates.md").read_text()
    documents = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]
    stores = [secret_store.parse(each) for each in documents if each.get("kind") == "SecretStore"]
    assert {store.provider.auth_type for store in stores} == set(AuthType)
    clouds = [each for each in documents if "environmentType" in each]
    assert [provider_of(each).environment for each in clouds] == [Environment.AZURE_STACK_CLOUD]


def test_takes_the_store_that_the_how_to_shares() -> None:
    text = (EXAMPLES.parent / "docs" / "how-to" / "share-a-store-among-namespaces.md").read_text()
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    parsed = secret_store.parse(yaml.safe_load(block), "ClusterSecretStore")
    assert (parsed.is_referent, len(parsed.conditions), parsed.notes) == (True, 3, ())


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


CLIENT = "44444444-4444-4444-8444-444444444444"
TENANT = "99999999-9999-4999-8999-999999999999"
SELECTED = {"clientId": {"name": "azure", "key": "id"}, "clientSecret": {"name": "azure", "key": "secret"}}
PRINCIPAL: dict[str, Any] = {
    "authType": "ServicePrincipal",
    "tenantId": TENANT,
    "serviceAccountRef": None,
    "authSecretRef": SELECTED,
}


def provider_of(azure: dict[str, Any]) -> secret_store.AzureKeyVault:
    return secret_store.parse(document(azure)).provider


@pytest.mark.parametrize("auth_type", [pytest.param("ServicePrincipal", id="named"), pytest.param(None, id="default")])
def test_reads_a_service_principal(auth_type: str | None) -> None:
    read = provider_of(PRINCIPAL | {"authType": auth_type})
    assert read.auth_type is AuthType.SERVICE_PRINCIPAL
    assert read.auth_secret == AuthSecretRef(
        client_id=SecretKey(name="azure", key="id"), client_secret=SecretKey(name="azure", key="secret")
    )


def test_reads_a_service_principal_with_a_certificate() -> None:
    selected = {
        "clientId": SELECTED["clientId"],
        "clientCertificate": {"name": "tls", "key": "p12", "namespace": "app"},
    }
    read = provider_of(PRINCIPAL | {"authSecretRef": selected}).auth_secret
    assert read is not None
    assert (read.client_secret, read.client_certificate) == (None, SecretKey(name="tls", key="p12"))


RESOURCE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kv"


@pytest.mark.parametrize(
    ("identity_id", "expected"),
    [
        pytest.param(None, "", id="the-machines-own"),
        pytest.param(CLIENT.upper(), CLIENT, id="client-id"),
        pytest.param(RESOURCE, RESOURCE.lower(), id="resource-id"),
    ],
)
def test_reads_a_managed_identity(identity_id: str | None, expected: str) -> None:
    read = provider_of({"authType": "ManagedIdentity", "identityId": identity_id})
    assert (read.auth_type, read.identity_id, read.service_account) == (AuthType.MANAGED_IDENTITY, expected, None)


def test_takes_workload_identity_without_a_service_account() -> None:
    read = provider_of({"serviceAccountRef": None, "authSecretRef": SELECTED})
    assert (read.service_account, read.auth_secret, read.stored_keys) == (None, None, frozenset())


@pytest.mark.parametrize(
    ("uses_sdk", "expected"),
    [pytest.param(False, "azure", id="counts-as-upstream-has-it"), pytest.param(True, None, id="means-nothing")],
)
def test_reads_the_client_id_of_a_service_account_from_a_secret(uses_sdk: bool, expected: str | None) -> None:
    selected = {"clientId": SELECTED["clientId"], "tenantId": {"name": "azure", "key": "tenant"}}
    provider = provider_of({"authSecretRef": selected, "useAzureSDK": uses_sdk})
    assert (provider.auth_secret.client_id.name if provider.auth_secret else None) == expected
    assert {key.key for key in provider.stored_keys} == (set() if uses_sdk else {"id", "tenant"})


@pytest.mark.parametrize(
    ("azure", "environment", "authority"),
    [
        pytest.param({"environmentType": "GermanCloud"}, Environment.GERMAN_CLOUD, "", id="closed-cloud"),
        pytest.param(
            {
                "environmentType": "AzureStackCloud",
                "useAzureSDK": True,
                "customCloudConfig": {"activeDirectoryEndpoint": "https://adfs.stack.local/adfs/"},
            },
            Environment.AZURE_STACK_CLOUD,
            "https://adfs.stack.local/adfs",
            id="own-cloud",
        ),
    ],
)
def test_reads_the_cloud(azure: dict[str, Any], environment: Environment, authority: str) -> None:
    read = provider_of(azure)
    assert (read.environment, read.authority_host) == (environment, authority)


def test_reads_fallback_vaults_in_their_order() -> None:
    given = document()
    given["metadata"]["annotations"] = {FALLBACK_VAULTS_ANNOTATION: "https://KV-b.vault.azure.net/, https://kv-a.net"}
    assert secret_store.parse(given).fallback_vaults == ("https://kv-b.vault.azure.net", "https://kv-a.net")
    assert secret_store.parse(document()).fallback_vaults == ()


def test_a_wrong_fallback_vault_is_a_problem_of_the_store() -> None:
    given = document()
    given["metadata"]["annotations"] = {FALLBACK_VAULTS_ANNOTATION: "kv-b"}
    (problem,) = problems_of(given)
    assert problem == f'metadata.annotations[{FALLBACK_VAULTS_ANNOTATION}]: "kv-b" does not begin with https://'


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
            document({"identityId": "my-identity"}),
            'spec.provider.azurekv.identityId: "my-identity" is not the client id of an identity',
            id="identity",
        ),
        pytest.param(
            document({"useAzureSDK": True, "customCloudConfig": {"activeDirectoryEndpoint": "http://x"}}),
            'spec.provider.azurekv.customCloudConfig.activeDirectoryEndpoint: "http://x" does not begin with https://',
            id="authority",
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
        pytest.param(document(provider={"aws": {"region": "x"}}), f"spec.provider.aws: {NOT_OURS}", id="provider"),
        pytest.param(document(provider={"azureKV": AZURE}), f"spec.provider.azureKV: {NOT_OURS}", id="provider-near"),
        pytest.param(document(provider=None), "spec.provider: is missing", id="no-provider"),
        pytest.param(document(provider={}), "spec.provider: must have one of azurekv", id="empty-provider"),
    ],
)
def test_says_what_is_wrong(given: dict[str, Any], expected: str) -> None:
    assert problems_of(given) == [expected]


def test_lists_several_problems_at_once() -> None:
    assert len(problems_of(document({"vaultUrl": "x", "tenantId": "y", "foo": 1}, refreshInterval="z"))) == 4


def cluster(azure: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    return document(azure, **spec) | {"kind": "ClusterSecretStore", "metadata": {"name": "kv"}}


def test_reads_a_cluster_store_and_whom_it_serves() -> None:
    conditions = [{"namespaces": ["app"]}, {"namespaceRegexes": ["^shop-"]}]
    parsed = secret_store.parse(cluster(conditions=conditions), "ClusterSecretStore")
    assert (parsed.full_name, parsed.namespace, parsed.is_of_the_cluster) == ("ClusterSecretStore kv", "", True)
    assert [condition.fits("shop-a", {}) for condition in parsed.conditions] == [False, True]
    alone = secret_store.parse(document(conditions=conditions))
    assert (alone.full_name, alone.is_of_the_cluster, alone.conditions) == ("SecretStore app/kv", False, ())
    assert [str(note) for note in alone.notes] == [
        "spec.conditions: has no effect on a SecretStore, which serves its own namespace alone"
    ]


@pytest.mark.parametrize(
    ("azure", "expected"),
    [
        pytest.param({}, True, id="account-of-each-namespace"),
        pytest.param({"serviceAccountRef": {"name": "a", "namespace": "platform"}}, False, id="account-of-one"),
        pytest.param(PRINCIPAL, True, id="credential-of-each-namespace"),
        pytest.param(
            PRINCIPAL | {"authSecretRef": {name: {**ref, "namespace": "platform"} for name, ref in SELECTED.items()}},
            False,
            id="credential-of-one",
        ),
        pytest.param(
            PRINCIPAL | {"authSecretRef": SELECTED | {"clientId": SELECTED["clientId"] | {"namespace": "platform"}}},
            True,
            id="a-secret-of-each-namespace",
        ),
        pytest.param({"authType": "ManagedIdentity"}, False, id="the-machines"),
        pytest.param({"serviceAccountRef": None}, False, id="the-operators"),
    ],
)
def test_tells_whether_each_namespace_has_an_identity_of_its_own(azure: dict[str, Any], expected: bool) -> None:
    assert secret_store.parse(cluster(azure), "ClusterSecretStore").is_referent is expected
    own = {key: {"name": "a"} if key == "serviceAccountRef" and value else value for key, value in azure.items()}
    if "platform" not in str(own):
        assert not secret_store.parse(document(own)).is_referent


def test_a_key_of_the_stores_own_namespace_needs_no_name_of_it() -> None:
    selected = {name: {**ref, "namespace": "app"} for name, ref in SELECTED.items()}
    keys = provider_of(PRINCIPAL | {"authSecretRef": selected}).stored_keys
    assert keys == {SecretKey(name="azure", key="id"), SecretKey(name="azure", key="secret")}
    there = secret_store.parse(cluster(PRINCIPAL | {"authSecretRef": selected}), "ClusterSecretStore")
    assert {key.namespace for key in there.provider.stored_keys} == {"app"}


def test_the_kind_must_be_the_one_asked_for() -> None:
    with pytest.raises(SpecError, match="not of the kind SecretStore"):
        secret_store.parse(cluster())


def test_a_selector_of_a_cluster_store_is_checked_and_one_without_effect_is_not() -> None:
    wrong = [{"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}}]
    with pytest.raises(InvalidDocument, match=r"conditions\[0\].namespaceSelector.matchExpressions\[0\].operator"):
        secret_store.parse(cluster(conditions=wrong), "ClusterSecretStore")
    assert secret_store.parse(document(conditions=wrong)).conditions == ()
    with pytest.raises(InvalidDocument, match=r"conditions\[0\].namespaceRegexes\[0\]"):
        secret_store.parse(document(conditions=[{"namespaceRegexes": ["("]}]))


ANYWHERE = {"name": "azure", "key": "x", "namespace": "web"}


@pytest.mark.parametrize(
    ("given", "problems", "warnings"),
    [
        pytest.param(document(), [], [], id="nothing"),
        pytest.param(document({"vaultUrl": "kv"}), [], ["vaultUrl"], id="an-address-that-upstream-admits"),
        pytest.param(document({"authType": "Token"}), ["authType"], [], id="what-no-api-server-admits"),
        pytest.param(document(refreshInterval="often"), ["spec.refreshInterval"], [], id="interval"),
        pytest.param(document(refreshInterval="-5m"), ["spec.refreshInterval"], [], id="negative-interval"),
        pytest.param(
            document(conditions=[{"namespaceRegexes": ["("]}]),
            ["spec.conditions[0].namespaceRegexes[0]"],
            ["spec.conditions"],
            id="pattern",
        ),
        pytest.param(document(provider={"aws": {}}), [], ["spec.provider.aws"], id="another-provider"),
        pytest.param(document(provider={"azureKV": AZURE}), ["spec.provider.azureKV"], [], id="no-provider-at-all"),
        pytest.param(
            document(PRINCIPAL | {"authSecretRef": SELECTED | {"clientId": ANYWHERE}}),
            ["authSecretRef.clientId.namespace"],
            ["authType"],
            id="a-secret-of-another-namespace",
        ),
        pytest.param(
            document(
                PRINCIPAL | {"authSecretRef": {"clientId": SELECTED["clientId"], "clientCertificate": ANYWHERE}},
            ),
            [],
            ["authSecretRef.clientCertificate.namespace", "authType"],
            id="one-that-upstream-does-not-look-at",
        ),
        pytest.param(
            document({"serviceAccountRef": {"name": "a", "namespace": "web"}}),
            [],
            ["serviceAccountRef.namespace"],
            id="an-account-of-another-namespace",
        ),
        pytest.param(
            document({"customCloudConfig": {"activeDirectoryEndpoint": "https://x"}}),
            ["customCloudConfig"],
            [],
            id="own-cloud-without-the-sdk",
        ),
        pytest.param(
            document({"environmentType": "AzureStackCloud"}),
            ["customCloudConfig"],
            [],
            id="own-cloud-without-addresses",
        ),
        pytest.param(
            document(retrySettings={"maxRetries": 1}, version="v1beta1"),
            [],
            ["apiVersion", "spec.retrySettings"],
            id="older-version",
        ),
    ],
)
def test_an_admission_refuses_what_upstreams_does_and_warns_of_the_rest(
    given: dict[str, Any], problems: list[str], warnings: list[str]
) -> None:
    found = secret_store.review(given)
    prefix = "spec.provider.azurekv."
    assert [problem.path.removeprefix(prefix) for problem in found.problems] == problems
    assert [warning.path.removeprefix(prefix) for warning in found.warnings] == warnings
    assert all(each.remedy for each in (*found.problems, *found.warnings))


def test_an_admission_takes_a_cluster_store_that_reaches_into_namespaces() -> None:
    there = dict.fromkeys(("clientId", "clientSecret"), ANYWHERE)
    found = secret_store.review(cluster(PRINCIPAL | {"authSecretRef": there}), "ClusterSecretStore")
    assert [warning.path for warning in found.warnings] == ["spec.provider.azurekv.authType"]
    selector = [{"namespaceSelector": {"matchLabels": {"a b": "c"}}}]
    (warning,) = secret_store.review(cluster(conditions=selector), "ClusterSecretStore").warnings
    assert warning.path == "spec.conditions[0].namespaceSelector.matchLabels[a b]"
    annotated = document()
    annotated["metadata"]["annotations"] = {FALLBACK_VAULTS_ANNOTATION: "kv-b"}
    (warning,) = secret_store.review(annotated).warnings
    assert warning.path == f"metadata.annotations[{FALLBACK_VAULTS_ANNOTATION}]"
