"""What the fields of a store ask of each other, each with its place and how to mend it."""

from typing import Any

import pytest

from keyferry.model.wellknown import FALLBACK_VAULTS_ANNOTATION
from keyferry.spec import store_rules
from keyferry.spec.problems import Problems

OWN = "https://kv-prod.vault.azure.net"
ID = {"name": "azure", "key": "id"}
SECRET = {"name": "azure", "key": "secret"}
TENANT = "99999999-9999-4999-8999-999999999999"


def principal(**azure: Any) -> dict[str, Any]:
    return {
        "authType": "ServicePrincipal",
        "tenantId": TENANT,
        "authSecretRef": {"clientId": ID, "clientSecret": SECRET},
        **azure,
    }


def workload(**azure: Any) -> dict[str, Any]:
    return {"authType": "WorkloadIdentity", "serviceAccountRef": {"name": "reader"}, **azure}


@pytest.mark.parametrize(
    "azure",
    [
        pytest.param(principal(), id="secret"),
        pytest.param(principal(authSecretRef={"clientId": ID, "clientCertificate": SECRET}), id="certificate"),
        pytest.param(
            principal(authSecretRef={"clientId": ID | {"namespace": "app"}, "clientSecret": SECRET}), id="own"
        ),
        pytest.param(workload(), id="workload-identity"),
        pytest.param(workload(authSecretRef={"clientId": ID}), id="client-id-from-a-secret"),
        pytest.param(workload(authSecretRef={}, useAzureSDK=True), id="nothing-from-a-secret"),
        pytest.param({"authType": "WorkloadIdentity"}, id="the-operators-own"),
        pytest.param({"authType": "ManagedIdentity"}, id="managed-identity"),
        pytest.param(
            workload(useAzureSDK=True, customCloudConfig={"activeDirectoryEndpoint": "https://x"}), id="cloud"
        ),
        pytest.param({}, id="nothing-that-could-be-read"),
    ],
)
def test_takes(azure: dict[str, Any]) -> None:
    problems = Problems()
    store_rules.check(azure, "app", problems)
    assert problems.found == ()


@pytest.mark.parametrize(
    ("azure", "path", "message", "remedy"),
    [
        pytest.param(principal() | {"tenantId": None}, "tenantId", "is missing", "add it", id="no-tenant"),
        pytest.param(
            {"authType": "ServicePrincipal", "tenantId": TENANT},
            "authSecretRef",
            "is missing, and authType ServicePrincipal, the default",
            "or use authType WorkloadIdentity",
            id="no-credential",
        ),
        pytest.param(
            {"authType": "ServicePrincipal", "tenantId": TENANT, "serviceAccountRef": {"name": "reader"}},
            "authSecretRef",
            "is missing",
            "write authType: WorkloadIdentity",
            id="another-type-was-meant",
        ),
        pytest.param(
            principal(authSecretRef={"clientSecret": SECRET}),
            "authSecretRef.clientId",
            "is missing",
            "",
            id="no-client",
        ),
        pytest.param(
            principal(authSecretRef={"clientId": ID, "clientSecret": SECRET, "clientCertificate": SECRET}),
            "authSecretRef",
            "has both",
            "remove one",
            id="both",
        ),
        pytest.param(
            principal(authSecretRef={"clientId": ID}), "authSecretRef", "has neither", "add one of them", id="neither"
        ),
        pytest.param(
            principal(authSecretRef={"clientId": ID, "clientSecret": {"name": "azure"}}),
            "authSecretRef.clientSecret.key",
            "is missing",
            "add it",
            id="no-key",
        ),
        pytest.param(
            principal(authSecretRef={"clientId": ID, "clientCertificate": SECRET | {"namespace": "web"}}),
            "authSecretRef.clientCertificate.namespace",
            'is "web", and a SecretStore reads Secrets of its own namespace app alone',
            "store the Secret in app",
            id="another-namespace",
        ),
        pytest.param(
            workload(authSecretRef={"tenantId": ID}),
            "authSecretRef.clientId",
            "overrides the ServiceAccount's annotation",
            "remove authSecretRef",
            id="workload-identity-without-client-id",
        ),
        pytest.param(
            workload(customCloudConfig={"activeDirectoryEndpoint": "https://x"}),
            "customCloudConfig",
            "needs useAzureSDK: true",
            "add useAzureSDK: true",
            id="custom-cloud-by-upstreams-rule",
        ),
        pytest.param(
            workload(environmentType="AzureStackCloud", useAzureSDK=True),
            "customCloudConfig",
            "is missing",
            "activeDirectoryEndpoint",
            id="own-cloud-without-addresses",
        ),
    ],
)
def test_refuses(azure: dict[str, Any], path: str, message: str, remedy: str) -> None:
    problems = Problems()
    store_rules.check({name: value for name, value in azure.items() if value is not None}, "app", problems)

    (problem,) = problems.found
    assert problem.path == f"spec.provider.azurekv.{path}"
    assert message in problem.message
    assert remedy in problem.remedy
    assert problem.remedy


def listed(text: str) -> tuple[tuple[str, ...], list[str]]:
    problems = Problems()
    found = store_rules.fallback_vaults({FALLBACK_VAULTS_ANNOTATION: text}, OWN, problems)
    assert all(problem.remedy for problem in problems.found)
    return found, [problem.message for problem in problems.found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", (), id="empty"),
        pytest.param(" \n", (), id="blank"),
        pytest.param("https://b.net", ("https://b.net",), id="one"),
        pytest.param("https://b.net,https://a.net/", ("https://b.net", "https://a.net"), id="commas"),
        pytest.param("https://B.net\n  https://a.net:443,", ("https://b.net", "https://a.net"), id="lines"),
    ],
)
def test_reads_fallback_vaults(text: str, expected: tuple[str, ...]) -> None:
    assert listed(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        pytest.param("http://b.net", ['"http://b.net" does not begin with https://'], id="not-https"),
        pytest.param("https://b.net/secrets", ['"https://b.net/secrets" has more than a host name'], id="path"),
        pytest.param(f"{OWN}/", [f'"{OWN}" is the vault that they stand in for'], id="the-primary"),
        pytest.param("https://b.net https://B.net", ['"https://b.net" occurs twice'], id="twice"),
        pytest.param(" ".join(f"https://{name}.net" for name in "abcde"), ["names 5 vaults"], id="too-many"),
    ],
)
def test_refuses_fallback_vaults(text: str, messages: list[str]) -> None:
    assert listed(text)[1] == messages


@pytest.mark.parametrize(
    ("azure", "expected"),
    [
        pytest.param(workload(authSecretRef={"clientId": ID}), True, id="both"),
        pytest.param(workload(authSecretRef={"clientId": ID}, useAzureSDK=True), False, id="upstreams-newer-path"),
        pytest.param(workload(), False, id="no-secret"),
        pytest.param({"authSecretRef": {"clientId": ID}}, False, id="no-service-account"),
    ],
)
def test_tells_where_the_client_id_comes_from(azure: dict[str, Any], expected: bool) -> None:
    assert store_rules.reads_client_id(azure) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://KV.net/", "https://kv.net", id="case-and-slash"),
        pytest.param("https://kv.net:443", "https://kv.net", id="usual-port"),
        pytest.param("https://kv.net:8443", "https://kv.net:8443", id="another-port"),
    ],
)
def test_an_address_has_one_form(url: str, expected: str) -> None:
    assert store_rules.normalised(url) == expected
