"""Which identity each way to authenticate gives, and what is said where it gives none."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyferry.identity.federation.clouds import cloud_of
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Where
from keyferry.model.identity import (
    BoundIdentity,
    ClientId,
    Identity,
    ManagedIdentity,
    PodIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    TenantId,
    WorkloadIdentity,
)
from keyferry.model.secrets import SecretValue
from keyferry.mount.azure.identities import FOR_THE_CLASS, IdentityPolicy, attributes_problem, identity_of
from keyferry.mount.state import Mount, PodRef, PodToken
from keyferry.spec.azure_mount import AzureMount, MountAuth

TENANT = "AAAAAAAA-0000-0000-0000-000000000001"
CLIENT = "BBBBBBBB-0000-0000-0000-000000000002"
HOST = "https://login.microsoftonline.com"
EXCHANGE, BINDING = "api://AzureADTokenExchange", "api://AKSIdentityBinding"
TOKEN = PodToken(token=SecretValue(b"t.t.t"), expires=datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=1))
API = ServiceAccountRef(namespace="app", name="api")
WHERE = Where(kind="SecretProviderClass", namespace="app", name="kv", path="nodePublishSecretRef")
NOT_TOLD = "hunter2"


def mount(audiences: tuple[str, ...] = (EXCHANGE, BINDING), secrets: Mapping[str, str] = {}, **pod: str) -> Mount:
    return Mount(
        provider="azure",
        class_name="kv",
        pod=PodRef(**{"namespace": "app", "name": "api-0", "uid": "u", "service_account": "api"} | pod),
        parameters={},
        target_path="/target",
        tokens=dict.fromkeys(audiences, TOKEN),
        secrets={key: SecretValue(value.encode()) for key, value in secrets.items()},
    )


def azure(auth: MountAuth, **fields: Any) -> AzureMount:
    given: dict[str, Any] = {
        "vault_name": "kv-prod",
        "tenant_id": TENANT,
        "client_id": CLIENT,
        "user_assigned_identity_id": "",
        "cloud": "",
        "cloud_file": "",
        "objects": (),
    }
    return AzureMount(auth=auth, **(given | fields))


def of(asked: Mount, parameters: AzureMount, policy: IdentityPolicy | None = None) -> Identity:
    return identity_of(asked, parameters, cloud_of("PublicCloud"), policy or IdentityPolicy())


@pytest.mark.parametrize(
    ("asked", "parameters", "identity"),
    [
        pytest.param(
            mount((EXCHANGE,)),
            azure(MountAuth.WORKLOAD_IDENTITY),
            WorkloadIdentity(
                tenant_id=TenantId(TENANT.lower()),
                client_id=ClientId(CLIENT.lower()),
                service_account=API,
                authority_host=HOST,
                audiences=(EXCHANGE,),
            ),
            id="workload-identity",
        ),
        pytest.param(
            mount((BINDING,)),
            azure(MountAuth.IDENTITY_BINDING),
            BoundIdentity(
                tenant_id=TenantId(TENANT.lower()),
                client_id=ClientId(CLIENT.lower()),
                service_account=API,
                authority_host=HOST,
            ),
            id="identity-binding",
        ),
        pytest.param(
            mount(()),
            azure(MountAuth.POD_IDENTITY),
            PodIdentity(namespace="app", pod="api-0", uid="u"),
            id="pod-identity",
        ),
        pytest.param(
            mount(()),
            azure(MountAuth.VM_MANAGED_IDENTITY, user_assigned_identity_id=CLIENT),
            ManagedIdentity(client_id=ClientId(CLIENT.lower())),
            id="the-nodes-user-assigned",
        ),
        pytest.param(
            mount(()),
            azure(MountAuth.VM_MANAGED_IDENTITY, user_assigned_identity_id="/subscriptions/S/x"),
            ManagedIdentity(client_id=ClientId(""), resource_id="/subscriptions/s/x"),
            id="the-nodes-user-assigned-by-resource-id",
        ),
        pytest.param(
            mount(()),
            azure(MountAuth.VM_MANAGED_IDENTITY),
            ManagedIdentity(client_id=ClientId("")),
            id="the-nodes-system-assigned-whatever-clientID-says",
        ),
        pytest.param(
            mount((), {"ClientID": f" {CLIENT}\n", "CLIENTSECRET": NOT_TOLD, "other": "x"}),
            azure(MountAuth.SERVICE_PRINCIPAL, client_id=""),
            ServicePrincipal(
                tenant_id=TenantId(TENANT.lower()),
                client_id=ClientId(CLIENT.lower()),
                authority_host=HOST,
                source=WHERE,
                secret=SecretValue(NOT_TOLD.encode()),
            ),
            id="service-principal-by-keys-in-any-case",
        ),
        pytest.param(
            mount((), {"CLIENTID": "x", "clientid": CLIENT, "ClientSecret": "x", "clientsecret": NOT_TOLD}),
            azure(MountAuth.SERVICE_PRINCIPAL, client_id=""),
            ServicePrincipal(
                tenant_id=TenantId(TENANT.lower()),
                client_id=ClientId(CLIENT.lower()),
                authority_host=HOST,
                source=WHERE,
                secret=SecretValue(NOT_TOLD.encode()),
            ),
            id="lower-case-keys-first",
        ),
    ],
)
def test_gives_the_identity_that_the_class_chose_and_kubelet_vouches_for(
    asked: Mount, parameters: AzureMount, identity: Identity
) -> None:
    assert of(asked, parameters) == identity


@pytest.mark.parametrize(
    ("asked", "parameters", "kind", "words"),
    [
        pytest.param(
            mount((BINDING,)),
            azure(MountAuth.WORKLOAD_IDENTITY),
            NotFound,
            "app/api for the audience api://AzureADTokenExchange.*for api://AKSIdentityBinding only",
            id="a-token-for-another-audience",
        ),
        pytest.param(
            mount((EXCHANGE,)),
            azure(MountAuth.IDENTITY_BINDING),
            NotFound,
            "the audience api://AKSIdentityBinding",
            id="no-token-for-the-binding",
        ),
        pytest.param(
            mount(service_account=""),
            azure(MountAuth.WORKLOAD_IDENTITY),
            SpecError,
            "app/api-0.*podInfoOnMount",
            id="no-account-told",
        ),
        pytest.param(
            mount(), azure(MountAuth.IDENTITY_BINDING, client_id=""), SpecError, "clientID is missing", id="no-client"
        ),
        pytest.param(
            mount(()), azure(MountAuth.SERVICE_PRINCIPAL), SpecError, "nor a nodePublishSecretRef", id="no-way-at-all"
        ),
        pytest.param(
            mount((), {"clientsecret": NOT_TOLD}),
            azure(MountAuth.SERVICE_PRINCIPAL),
            SpecError,
            "has no clientid: ",
            id="no-clientid",
        ),
        pytest.param(
            mount((), {"clientid": CLIENT, "clientsecret": " "}),
            azure(MountAuth.SERVICE_PRINCIPAL),
            SpecError,
            "has no clientsecret: ",
            id="no-clientsecret",
        ),
    ],
)
def test_says_what_is_missing(asked: Mount, parameters: AzureMount, kind: type[KeyferryError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        of(asked, parameters)

    assert NOT_TOLD not in str(caught.value)


def test_a_token_that_did_not_come_is_asked_for_where_the_administrator_wants_it() -> None:
    policy = IdentityPolicy(requests_tokens=True)

    assert isinstance(of(mount(()), azure(MountAuth.WORKLOAD_IDENTITY), policy), WorkloadIdentity)
    with pytest.raises(SpecError, match="podInfoOnMount"):
        of(mount((), service_account=""), azure(MountAuth.WORKLOAD_IDENTITY), policy)


@pytest.mark.parametrize(
    ("namespaces", "allowed"),
    [
        pytest.param(None, True, id="all-unless-told"),
        pytest.param(frozenset({"app", "web"}), True, id="named"),
        pytest.param(frozenset({"web"}), False, id="not-named"),
        pytest.param(frozenset(), False, id="none"),
    ],
)
def test_the_machines_identities_serve_the_namespaces_that_the_administrator_allows(
    namespaces: frozenset[str] | None, allowed: bool
) -> None:
    policy = IdentityPolicy(own_identity_usable_from=namespaces)
    if allowed:
        assert isinstance(of(mount(()), azure(MountAuth.VM_MANAGED_IDENTITY), policy), ManagedIdentity)
        return
    with pytest.raises(GrantError, match="add --own-identity-usable-from=app"):
        of(mount(()), azure(MountAuth.VM_MANAGED_IDENTITY), policy)


def test_no_two_pods_share_a_pod_identity_and_no_two_accounts_a_workload_identity() -> None:
    pods = [mount(name="a"), mount(name="b"), mount(namespace="web", name="a"), mount(name="a", uid="later")]
    accounts = [mount(), mount(service_account="web"), mount(namespace="web")]

    assert len({of(pod, azure(MountAuth.POD_IDENTITY)) for pod in pods}) == 4
    assert len({of(one, azure(MountAuth.WORKLOAD_IDENTITY)) for one in accounts}) == 3
    assert of(mount(name="a"), azure(MountAuth.WORKLOAD_IDENTITY)) == of(mount(), azure(MountAuth.WORKLOAD_IDENTITY))


def test_a_changed_client_secret_is_another_identity() -> None:
    parameters = azure(MountAuth.SERVICE_PRINCIPAL)
    old = mount((), {"clientid": CLIENT, "clientsecret": "old"})

    assert of(old, parameters) != of(
        replace(old, secrets={**old.secrets, "clientsecret": SecretValue(b"new")}), parameters
    )


@pytest.mark.parametrize("key", [pytest.param(key, id=key) for key in sorted(FOR_THE_CLASS)])
def test_a_pod_may_not_choose_another_identity_or_cloud(key: str) -> None:
    problem = attributes_problem({"secretProviderClass": "kv", key: "", "objects": "x"}, {}, WHERE)

    assert problem is not None
    assert f"may not set {key}" in problem.what
    assert "set it in the class" in problem.remedy


def test_a_pod_may_set_what_steers_no_credential() -> None:
    attributes = {"secretProviderClass": "kv", "objects": "x", "keyvaultName": "k"}
    assert attributes_problem(attributes, {"clientID": "c", "useVMManagedIdentity": "false"}, WHERE) is None


@pytest.mark.parametrize("key", ["keyvaultName", "objects"])
def test_a_pod_may_not_read_other_things_with_the_nodes_identity(key: str) -> None:
    problem = attributes_problem({"secretProviderClass": "kv", key: "x"}, {"useVMManagedIdentity": " True "}, WHERE)

    assert problem is not None
    assert f"may not set {key}" in problem.what
