from typing import Any

import pytest

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Where
from keyferry.model.identity import (
    ClientId,
    Identity,
    ManagedIdentity,
    ProjectedIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    TenantId,
    WorkloadIdentity,
)
from keyferry.model.secrets import SecretValue
from keyferry.spec.generators import acr
from keyferry.spec.generators.acr import AcrAccessToken
from keyferry.spec.problems import Problems
from keyferry.spec.secret_store import SecretKey
from keyferry.sync.generators import identities
from keyferry.sync.generators.identities import Asking
from keyferry.sync.stores.material import Account, Material, OwnIdentity

TENANT = "99999999-9999-4999-8999-999999999999"
OTHER_TENANT = "88888888-8888-4888-8888-888888888888"
CLIENT = "44444444-4444-4444-8444-444444444444"
FEDERATED = {"workloadIdentity": {"serviceAccountRef": {"name": "puller", "audiences": ["extra"]}}}
OWN_FEDERATED: dict[str, Any] = {"workloadIdentity": {}}
SECRETS = {"clientId": {"name": "app", "key": "id"}, "clientSecret": {"name": "app", "key": "secret"}}
STORED = {"servicePrincipal": {"secretRef": SECRETS}}
ACCOUNT = ServiceAccountRef(namespace="app", name="puller")
OWN = OwnIdentity(tenant_id=TENANT, client_id=CLIENT, token_file="/var/token", usable_from=None)
CLUSTER = Where(kind="ClusterGenerator", name="x")
ID, SECRET = SecretKey(name="app", key="id"), SecretKey(name="app", key="secret")


def asking(auth: dict[str, Any], generator: Where | None = None, **spec: Any) -> Asking:
    wanted = acr.read({"registry": "example.azurecr.io", "auth": auth} | spec, "spec", Problems())
    assert isinstance(wanted, AcrAccessToken)
    where = generator or Where(kind="ACRAccessToken", namespace="app", name="x")
    return Asking(wanted=wanted, namespace="app", generator=where)


def material(annotations: dict[str, str] | None = None, client_id: str = CLIENT) -> Material:
    account = None if annotations is None else Account(reference=ACCOUNT, annotations=annotations)
    stored = {ID: SecretValue(f" {client_id}\n".encode()), SECRET: SecretValue(b"hush\n")}
    return Material(account=account, stored=stored)


def annotated(client: str = CLIENT, tenant: str = TENANT) -> dict[str, str]:
    given = {"azure.workload.identity/client-id": client, "azure.workload.identity/tenant-id": tenant}
    return {name: value for name, value in given.items() if value}


def federated(tenant: str = TENANT, host: str = "https://login.microsoftonline.com") -> WorkloadIdentity:
    return WorkloadIdentity(
        tenant_id=TenantId(tenant),
        client_id=ClientId(CLIENT),
        service_account=ACCOUNT,
        authority_host=host,
        audiences=("api://AzureADTokenExchange", "extra"),
    )


@pytest.mark.parametrize(
    ("asked", "known", "expected"),
    [
        pytest.param(asking(FEDERATED), material(annotated()), federated(), id="account"),
        pytest.param(
            asking(FEDERATED, tenantId=OTHER_TENANT), material(annotated()), federated(), id="its-own-tenant-counts"
        ),
        pytest.param(
            asking(FEDERATED, tenantId=OTHER_TENANT),
            material(annotated(tenant="")),
            federated(OTHER_TENANT),
            id="else-the-generators",
        ),
        pytest.param(asking(FEDERATED), material(annotated(tenant="")), federated(), id="else-the-operators"),
        pytest.param(
            asking(FEDERATED, environmentType="ChinaCloud"),
            material(annotated()),
            federated(host="https://login.chinacloudapi.cn"),
            id="another-cloud",
        ),
        pytest.param(
            asking({"managedIdentity": {"identityId": CLIENT}}),
            material(),
            ManagedIdentity(client_id=ClientId(CLIENT)),
            id="lent-by-client-id",
        ),
        pytest.param(
            asking({"managedIdentity": {"identityId": "/subscriptions/s/x"}}),
            material(),
            ManagedIdentity(client_id=ClientId(""), resource_id="/subscriptions/s/x"),
            id="lent-by-resource-id",
        ),
        pytest.param(
            asking(OWN_FEDERATED),
            material(),
            ProjectedIdentity(
                tenant_id=TenantId(TENANT),
                client_id=ClientId(CLIENT),
                authority_host="https://login.microsoftonline.com",
                token_file="/var/token",
            ),
            id="the-operators-own",
        ),
        pytest.param(
            asking(STORED, tenantId=TENANT),
            material(),
            ServicePrincipal(
                tenant_id=TenantId(TENANT),
                client_id=ClientId(CLIENT),
                authority_host="https://login.microsoftonline.com",
                source=Where(kind="Secret", namespace="app", name="app", path="data.secret"),
                secret=SecretValue(b"hush"),
            ),
            id="stored-without-its-newline",
        ),
    ],
)
def test_who_asks(asked: Asking, known: Material, expected: Identity) -> None:
    assert identities.identity_of(asked, known, OWN) == expected


@pytest.mark.parametrize(
    ("asked", "known", "own", "error", "words"),
    [
        pytest.param(asking(FEDERATED), material(), OWN, NotFound, "does not exist", id="no-account"),
        pytest.param(
            asking(FEDERATED), material(annotated("")), OWN, SpecError, "client-id is missing", id="no-identity"
        ),
        pytest.param(asking(FEDERATED), material(annotated("x")), OWN, SpecError, "not a GUID", id="no-guid"),
        pytest.param(
            asking(FEDERATED), material(annotated(tenant="")), OwnIdentity(), SpecError, "has no tenant", id="no-tenant"
        ),
        pytest.param(
            asking(FEDERATED), material(annotated(tenant="x")), OWN, SpecError, "'x' is not a GUID", id="bad-tenant"
        ),
        pytest.param(
            asking({"managedIdentity": {}}),
            material(),
            OwnIdentity(usable_from=frozenset({"web"})),
            GrantError,
            "does not name app",
            id="machine-not-for-this-namespace",
        ),
        pytest.param(
            asking(OWN_FEDERATED, CLUSTER),
            material(),
            OwnIdentity(),
            GrantError,
            "ClusterGenerator x for namespace app",
            id="operator-not-for-this-namespace",
        ),
        pytest.param(
            asking(OWN_FEDERATED),
            material(),
            OwnIdentity(usable_from=frozenset({"app"})),
            SpecError,
            "AZURE_TENANT_ID and AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE",
            id="the-operator-has-none",
        ),
        pytest.param(
            asking(STORED, tenantId=TENANT),
            material(client_id="hush-hush"),
            OWN,
            SpecError,
            "holds no id",
            id="no-id-in-the-secret",
        ),
    ],
)
def test_refusals(asked: Asking, known: Material, own: OwnIdentity, error: type[KeyferryError], words: str) -> None:
    with pytest.raises(error, match=words) as refused:
        identities.identity_of(asked, known, own)
    assert "hush" not in str(refused.value)


def test_what_is_needed_of_the_cluster() -> None:
    assert identities.keys_of(asking(STORED, tenantId=TENANT)) == {ID, SECRET}
    assert identities.keys_of(asking(FEDERATED)) == frozenset()
    assert identities.account_of(asking(FEDERATED)) == ACCOUNT
    assert identities.account_of(asking(OWN_FEDERATED)) is None
    assert identities.account_of(asking({"managedIdentity": {}})) is None


def test_a_field_of_a_cluster_generator_stands_further_down() -> None:
    assert asking(FEDERATED, CLUSTER).at("spec.auth").path == "spec.generator.acrAccessTokenSpec.auth"
    assert asking(FEDERATED).at("spec.auth").path == "spec.auth"
