from typing import Any

import pytest

from keyferry.spec.generators import acr
from keyferry.spec.generators.acr import Federated, LentByMachine, StoredCredential
from keyferry.spec.problems import Problems
from keyferry.spec.secret_store import Environment, SecretKey, ServiceAccountSelector

TENANT = "99999999-9999-4999-8999-99999999999A"
SECRET = {"clientId": {"name": "app", "key": "id"}, "clientSecret": {"name": "app", "key": "secret"}}
FEDERATED = {"workloadIdentity": {"serviceAccountRef": {"name": "puller", "namespace": "other", "audiences": ["x"]}}}
STORED = {"servicePrincipal": {"secretRef": SECRET}}
LENT = {"managedIdentity": {"identityId": "44444444-4444-4444-8444-44444444444A"}}


def read(**spec: Any) -> tuple[acr.AcrAccessToken | None, list[str]]:
    problems = Problems()
    found = acr.read({"registry": "Example.azurecr.io", "auth": FEDERATED} | spec, "spec", problems)
    return found, [problem.path for problem in problems.found]


def test_a_login_as_a_service_account_of_the_asking_namespace() -> None:
    found, problems = read(scope="repository:app:pull")
    assert problems == []
    assert found == acr.AcrAccessToken(
        registry="example.azurecr.io",
        scope="repository:app:pull",
        tenant_id=None,
        environment=Environment.PUBLIC_CLOUD,
        auth=Federated(account=ServiceAccountSelector(name="puller", namespace=None, audiences=("x",))),
    )


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        pytest.param(
            STORED | LENT | FEDERATED,
            StoredCredential(
                client_id=SecretKey(name="app", key="id"), client_secret=SecretKey(name="app", key="secret")
            ),
            id="a-service-principal-wins",
        ),
        pytest.param(
            LENT | FEDERATED,
            LentByMachine(identity_id="44444444-4444-4444-8444-44444444444a"),
            id="then-a-managed-identity",
        ),
        pytest.param({"managedIdentity": {}}, LentByMachine(identity_id=""), id="the-machines-own"),
        pytest.param({"workloadIdentity": {}}, Federated(account=None), id="the-operators-own"),
        pytest.param({"workloadIdentity": {"serviceAccountRef": {}}}, Federated(account=None), id="nameless"),
    ],
)
def test_precedence(auth: dict[str, Any], expected: acr.Auth) -> None:
    found, _ = read(auth=auth, tenantId=TENANT)
    assert found is not None
    assert (found.auth, found.tenant_id) == (expected, TENANT.lower())


@pytest.mark.parametrize(
    ("spec", "paths"),
    [
        pytest.param({"auth": {}}, ["spec.auth"], id="nobody"),
        pytest.param({"auth": STORED}, ["spec.tenantId"], id="principal-without-tenant"),
        pytest.param({"environmentType": "AzureStackCloud"}, ["spec.environmentType"], id="azure-stack"),
        pytest.param(
            {"auth": {"servicePrincipal": {"secretRef": {"clientId": {"name": "app"}}}}, "tenantId": TENANT},
            [
                "spec.auth.servicePrincipal.secretRef.clientId.key",
                "spec.auth.servicePrincipal.secretRef.clientSecret.name",
                "spec.auth.servicePrincipal.secretRef.clientSecret.key",
            ],
            id="half-a-credential",
        ),
        pytest.param(
            {"auth": {"servicePrincipal": {}}, "tenantId": TENANT},
            [
                f"spec.auth.servicePrincipal.secretRef.{field}.{part}"
                for field in ("clientId", "clientSecret")
                for part in ("name", "key")
            ],
            id="no-credential",
        ),
    ],
)
def test_tells_what_lacks(spec: dict[str, Any], paths: list[str]) -> None:
    assert read(**spec) == (None, paths)


def test_without_a_registry_there_is_nothing_and_that_was_told_before() -> None:
    assert acr.read({"auth": FEDERATED}, "spec", Problems()) is None
