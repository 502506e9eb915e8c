"""Credentials of service principals in environments."""

from typing import Any

import pytest

from keyferry.advice.rules.environments import CHECK
from tests.fakes.advice import findings, found
from tests.fakes.pod_documents import LABELLED, container, cron_job, deployment, pod

VALUE = "Zq8~not-to-be-repeated"
FIRST = "spec.containers[0].env[0]"


def literal(name: str, value: Any = VALUE) -> dict[str, Any]:
    return {"name": name, "value": value}


def referred(name: str, secret: str = "db", key: str = "password") -> dict[str, Any]:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def paths(*variables: Any, **fields: Any) -> list[str]:
    return found([CHECK], pod(container(env=list(variables), **fields)), "credential-in-env")


@pytest.mark.parametrize(
    ("variable", "is_credential"),
    [
        *(
            pytest.param(literal(name), True, id=name)
            for name in (
                "AZURE_CLIENT_SECRET",
                "AZURE_CLIENT_CERTIFICATE_PATH",
                "AZURE_PASSWORD",
                "AZURE_AUTH_LOCATION",
                "ARM_CLIENT_SECRET",
                "ARM_CLIENT_CERTIFICATE",
                "SPRING_CLOUD_AZURE_CREDENTIAL_CLIENT_SECRET",
            )
        ),
        pytest.param(referred("AZURE_CLIENT_SECRET"), True, id="from-a-secret"),
        pytest.param(literal("AZURE_CLIENT_SECRET", "$(OTHER)"), True, id="from-another-variable"),
        pytest.param(literal("AZURE_CLIENT_SECRET", ""), False, id="emptied"),
        pytest.param({"name": "AZURE_CLIENT_SECRET"}, False, id="never-set"),
        pytest.param({"name": "AZURE_CLIENT_SECRET", "valueFrom": None}, False, id="null"),
        pytest.param(referred("PASSWORD", key="AZURE_CLIENT_SECRET"), True, id="by-the-key-of-the-secret"),
        pytest.param(referred("PASSWORD", "azure-service-principal", "client-secret"), True, id="by-the-secrets-name"),
        pytest.param(referred("PASSWORD", "my-azure-sp", "clientSecret"), True, id="by-an-abbreviation"),
        pytest.param(referred("TENANT", "azure-sp", "tenant-id"), False, id="nothing-secret-of-it"),
        pytest.param(referred("OIDC_SECRET", "keycloak", "client-secret"), False, id="of-another-issuer"),
        pytest.param(referred("DB_PASSWORD"), False, id="of-a-database"),
        pytest.param(literal("AZURE_CLIENT_ID"), False, id="a-client-id"),
        pytest.param(literal("AZURE_TENANT_ID"), False, id="a-tenant-id"),
        pytest.param(literal("AZURE_USERNAME"), False, id="a-name-alone"),
        pytest.param({"name": 1, "value": VALUE}, False, id="no-name"),
        pytest.param({"name": "A", "valueFrom": {"secretKeyRef": {"key": 1, "name": []}}}, False, id="other-shapes"),
    ],
)
def test_what_is_a_credential(variable: dict[str, Any], is_credential: bool) -> None:
    assert paths(variable) == [FIRST] * is_credential


@pytest.mark.parametrize(
    ("secret", "is_principal"),
    [
        pytest.param("azure-sp", True, id="abbreviated"),
        pytest.param("prod.service-principal", True, id="in-full"),
        pytest.param("serviceprincipal-prod", True, id="in-one-word"),
        pytest.param("azure-credentials", True, id="credentials"),
        pytest.param("aad-client-secret", True, id="by-its-old-name"),
        pytest.param("sp-credentials", True, id="sp"),
        pytest.param("azure-secret-sp", True, id="as-external-secrets-documents-it"),
        pytest.param("azure-speech", False, id="a-service"),
        pytest.param("azure-storage", False, id="a-storage-account"),
        pytest.param("db-credentials", False, id="of-a-database"),
        pytest.param("warm-credentials", False, id="within-a-word"),
    ],
)
def test_a_whole_secret_is_told_by_its_name(secret: str, is_principal: bool) -> None:
    bundle = [{"configMapRef": {"name": secret}}, {"secretRef": {"name": secret}}]
    assert paths(envFrom=bundle) == ["spec.containers[0].envFrom[1]"] * is_principal


def test_it_is_said_once_for_each_container() -> None:
    both = [literal("AZURE_CLIENT_SECRET"), literal("ARM_CLIENT_SECRET")]
    first, second = {"name": "init", "env": both}, {"name": "app", "env": [literal("A"), *both]}
    document = cron_job(pod({"initContainers": [first], "containers": [second]}))
    told = findings([CHECK], document, "credential-in-env")
    place = "spec.jobTemplate.spec.template.spec"
    assert [each.path for each in told] == [f"{place}.initContainers[0].env[0]", f"{place}.containers[0].env[1]"]
    assert '"AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET"' in told[0].message


@pytest.mark.parametrize(
    ("variable", "labels", "expected"),
    [
        pytest.param(literal("AZURE_CLIENT_SECRET"), {}, "from the manifest itself", id="literal"),
        pytest.param(referred("AZURE_CLIENT_SECRET"), {}, 'from Secret "db"', id="secret"),
        pytest.param(
            {"name": "AZURE_CLIENT_SECRET", "valueFrom": {"configMapKeyRef": {}}}, {}, "elsewhere", id="config-map"
        ),
        pytest.param(
            referred("AZURE_CLIENT_SECRET"), LABELLED, "which the Azure SDKs try first", id="beats-workload-identity"
        ),
    ],
)
def test_it_says_where_it_is_from_and_never_what_it_is(
    variable: dict[str, Any], labels: dict[str, str], expected: str
) -> None:
    (told,) = findings([CHECK], deployment(pod(container(env=[variable]), labels=labels)), "credential-in-env")
    assert expected in told.message
    assert VALUE not in str(told)


def test_credentials_of_terraform_do_not_come_before_the_identity() -> None:
    document = pod(container(env=[literal("ARM_CLIENT_SECRET")]), labels=LABELLED)
    (told,) = findings([CHECK], document, "credential-in-env")
    assert "first" not in told.message


def test_a_document_without_pods_has_none() -> None:
    assert found([CHECK], {"kind": "Deployment"}, "credential-in-env") == []
