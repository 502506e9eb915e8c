"""Whom a store speaks as, by its authType, and which namespaces the operator's own identities serve."""

from typing import Any

import pytest

from keyferry.model.errors import GrantError, SpecError
from keyferry.model.identity import (
    ManagedIdentity,
    ProjectedIdentity,
    ServiceAccountRef,
    ServicePrincipal,
    WorkloadIdentity,
)
from keyferry.model.secrets import SecretValue
from keyferry.spec import secret_store
from keyferry.spec.secret_store import SecretKey
from keyferry.sync import wire
from keyferry.sync.stores import access, accounts
from keyferry.sync.stores.material import Account, Material, OwnIdentity, Use
from tests.fakes.external_secrets import CLIENT, TENANT, store

OTHER_TENANT = "88888888-8888-4888-8888-888888888888"
ID = SecretKey(name="azure", key="id")
SECRET = SecretKey(name="azure", key="secret")
OWN = OwnIdentity(tenant_id=OTHER_TENANT, client_id=CLIENT.upper(), token_file="/var/run/token", usable_from=None)
SELECTED = {"clientId": {"name": "azure", "key": "id"}}
PRINCIPAL: dict[str, Any] = {
    "authType": "ServicePrincipal",
    "authSecretRef": SELECTED | {"clientSecret": {"name": "azure", "key": "secret"}},
}


def stored(**values: str) -> Material:
    found = {SecretKey(name="azure", key=key): SecretValue(value.encode()) for key, value in values.items()}
    return Material(account=None, stored=found)


def parse(**provider: Any) -> Use:
    watched = store(provider)
    parsed = secret_store.parse(wire.spec_document(watched.metadata, watched.spec, "SecretStore"))
    return Use(store=parsed, namespace="app")


def without_none(provider: dict[str, Any]) -> Use:
    watched = store({})
    document = wire.spec_document(watched.metadata, watched.spec, "SecretStore")
    spec = document["spec"]
    assert isinstance(spec, dict)
    azure = spec["provider"]["azurekv"] | provider
    spec["provider"]["azurekv"] = {key: value for key, value in azure.items() if value is not None}
    return Use(store=secret_store.parse(document), namespace="app")


def test_a_store_with_an_account_speaks_as_what_the_account_stands_for() -> None:
    reference = ServiceAccountRef(namespace="app", name="reader")
    account = Account(reference=reference, annotations={"azure.workload.identity/client-id": CLIENT})

    identity = access.identity_of(parse(), Material(account=account, stored={}), OwnIdentity())

    assert isinstance(identity, WorkloadIdentity)
    assert (identity.client_id, identity.service_account) == (CLIENT, reference)


RESOURCE = "/subscriptions/s/resourcegroups/rg/providers/microsoft.managedidentity/userassignedidentities/kv"


@pytest.mark.parametrize(
    ("identity_id", "client_id", "resource_id"),
    [
        pytest.param(None, "", "", id="the-machines-own"),
        pytest.param(CLIENT, CLIENT, "", id="client-id"),
        pytest.param(RESOURCE, "", RESOURCE, id="resource-id"),
    ],
)
def test_a_managed_identity_needs_nothing_of_the_cluster(
    identity_id: str | None, client_id: str, resource_id: str
) -> None:
    given = parse(authType="ManagedIdentity", identityId=identity_id)

    identity = access.identity_of(given, stored(), OwnIdentity(usable_from=None))

    assert isinstance(identity, ManagedIdentity)
    assert (identity.client_id, identity.resource_id) == (client_id, resource_id)
    assert (accounts.account_of(given), given.store.provider.stored_keys) == (None, frozenset())


def test_a_service_principal_is_read_from_a_secret() -> None:
    given = parse(**PRINCIPAL)
    assert given.store.provider.stored_keys == {ID, SECRET}

    identity = access.identity_of(given, stored(id=CLIENT.upper(), secret="hunter2\n"), OwnIdentity())

    assert isinstance(identity, ServicePrincipal)
    assert (identity.client_id, identity.tenant_id) == (CLIENT, TENANT)
    assert (identity.secret, identity.certificate) == (SecretValue(b"hunter2\n"), None)  # as it stands there
    assert str(identity.source) == "Secret app/azure data.secret"
    assert identity.authority_host == "https://login.microsoftonline.com"


def test_a_certificate_is_read_as_one() -> None:
    given = parse(**PRINCIPAL | {"authSecretRef": SELECTED | {"clientCertificate": {"name": "azure", "key": "secret"}}})

    identity = access.identity_of(given, stored(id=CLIENT, secret="pem"), OwnIdentity())

    assert isinstance(identity, ServicePrincipal)
    assert (identity.secret, identity.certificate) == (None, SecretValue(b"pem"))


@pytest.mark.parametrize(
    ("tenant", "expected"),
    [pytest.param(TENANT, TENANT, id="the-stores"), pytest.param(None, OTHER_TENANT, id="the-operators")],
)
def test_a_store_without_an_account_speaks_as_the_operator(tenant: str | None, expected: str) -> None:
    given = without_none({"serviceAccountRef": None, "tenantId": tenant})

    identity = access.identity_of(given, stored(), OWN)

    assert isinstance(identity, ProjectedIdentity)
    assert (identity.tenant_id, identity.client_id, identity.token_file) == (expected, CLIENT, "/var/run/token")


@pytest.mark.parametrize(
    ("own", "missing"),
    [
        pytest.param(OwnIdentity(client_id=CLIENT, usable_from=None), "AZURE_FEDERATED_TOKEN_FILE in", id="file"),
        pytest.param(OwnIdentity(token_file="/t", client_id="me", usable_from=None), "AZURE_CLIENT_ID in", id="client"),
        pytest.param(OwnIdentity(usable_from=None), "AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE in", id="both"),
    ],
)
def test_an_operator_without_an_identity_says_what_is_missing(own: OwnIdentity, missing: str) -> None:
    with pytest.raises(SpecError, match=missing) as caught:
        access.identity_of(without_none({"serviceAccountRef": None}), stored(), own)
    assert "serviceAccountRef" in caught.value.remedy


@pytest.mark.parametrize(
    "provider",
    [
        pytest.param({"authType": "ManagedIdentity"}, id="the-machines"),
        pytest.param({"serviceAccountRef": None}, id="the-operators"),
    ],
)
def test_shared_identities_serve_the_namespaces_that_the_operator_names(provider: dict[str, Any]) -> None:
    given = without_none(provider)
    allowed = OwnIdentity(client_id=CLIENT, token_file="/t", usable_from=frozenset({"app"}))
    assert access.identity_of(given, stored(), allowed).who
    for others in (frozenset({"web"}), frozenset[str]()):
        with pytest.raises(GrantError, match="--own-identity-usable-from does not name app"):
            access.identity_of(given, stored(), OwnIdentity(client_id=CLIENT, token_file="/t", usable_from=others))
    with pytest.raises(GrantError, match="add --own-identity-usable-from=app to its arguments"):
        access.identity_of(given, stored(), OwnIdentity(client_id=CLIENT, token_file="/t"))
