from dataclasses import replace

import pytest

from keyferry.model.errors import Where
from keyferry.model.identity import (
    BoundIdentity,
    ClientId,
    Identity,
    ManagedIdentity,
    PodIdentity,
    ProjectedIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    TenantId,
    WorkloadIdentity,
)
from keyferry.model.secrets import SecretValue


def test_the_subject_repeats_namespace_and_name_to_the_letter() -> None:
    identity = WorkloadIdentity(
        tenant_id=TenantId("t"),
        client_id=ClientId("c"),
        service_account=ServiceAccountRef(namespace="Payments", name="api"),
        authority_host="https://login.microsoftonline.com",
        audiences=("api://AzureADTokenExchange",),
    )
    assert identity.subject == "system:serviceaccount:Payments:api"
    assert str(identity.service_account) == "Payments/api"


PRINCIPAL = ServicePrincipal(
    tenant_id=TenantId("t"),
    client_id=ClientId("c"),
    authority_host="https://login.microsoftonline.com",
    source=Where(kind="Secret", namespace="app", name="azure"),
    secret=SecretValue(b"hunter2"),
)


@pytest.mark.parametrize(
    ("identity", "who", "where"),
    [
        pytest.param(
            WorkloadIdentity(
                tenant_id=TenantId("t"),
                client_id=ClientId("c"),
                service_account=ServiceAccountRef(namespace="app", name="api"),
                authority_host="https://login.microsoftonline.com",
                audiences=(),
            ),
            "client c (ServiceAccount app/api)",
            "ServiceAccount app/api",
            id="workload-identity",
        ),
        pytest.param(
            ProjectedIdentity(
                tenant_id=TenantId("t"), client_id=ClientId("c"), authority_host="https://h", token_file="/token"
            ),
            "client c (the process's own token in /token)",
            "file /token",
            id="own-token",
        ),
        pytest.param(
            ManagedIdentity(client_id=ClientId("c")), "managed identity c", "managed identity c", id="user-assigned"
        ),
        pytest.param(
            ManagedIdentity(client_id=ClientId(""), resource_id="/subscriptions/s/x"),
            "managed identity /subscriptions/s/x",
            "managed identity /subscriptions/s/x",
            id="user-assigned-by-resource-id",
        ),
        pytest.param(
            ManagedIdentity(client_id=ClientId("")),
            "the system-assigned managed identity",
            "managed identity system-assigned",
            id="system-assigned",
        ),
        pytest.param(
            BoundIdentity(
                tenant_id=TenantId("t"),
                client_id=ClientId("c"),
                service_account=ServiceAccountRef(namespace="app", name="api"),
                authority_host="https://login.microsoftonline.com",
            ),
            "client c (identity binding of ServiceAccount app/api)",
            "ServiceAccount app/api",
            id="identity-binding",
        ),
        pytest.param(
            PodIdentity(namespace="app", pod="api-0", uid="u"),
            "the AAD pod identity of pod app/api-0",
            "Pod app/api-0",
            id="pod-identity",
        ),
        pytest.param(PRINCIPAL, "client c (credential in Secret app/azure)", "Secret app/azure", id="principal"),
    ],
)
def test_every_identity_can_be_named(identity: Identity, who: str, where: str) -> None:
    assert identity.who == who
    assert str(identity.where) == where


def test_a_credential_never_shows_and_another_one_is_another_identity() -> None:
    assert "hunter2" not in repr(PRINCIPAL)
    assert replace(PRINCIPAL, secret=SecretValue(b"hunter3")) != PRINCIPAL
    assert hash(replace(PRINCIPAL)) == hash(PRINCIPAL)


def test_a_binding_is_asked_for_with_the_one_audience_that_its_proxy_takes() -> None:
    bound = BoundIdentity(
        tenant_id=TenantId("t"),
        client_id=ClientId("c"),
        service_account=ServiceAccountRef(namespace="app", name="api"),
        authority_host="https://h",
    )

    assert bound.audiences == ("api://AKSIdentityBinding",)
