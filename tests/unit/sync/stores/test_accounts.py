"""Whose token a store may have exchanged: the account's annotations, its owner's consent, and ids from a Secret."""

from typing import Any

import pytest

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError
from keyferry.model.identity import ServiceAccountRef, WorkloadIdentity
from keyferry.model.secrets import SecretValue
from keyferry.spec import secret_store
from keyferry.spec.secret_store import SecretKey
from keyferry.sync import wire
from keyferry.sync.stores import accounts
from keyferry.sync.stores.material import Account, Material, OwnIdentity, Use
from tests.fakes.external_secrets import CLIENT, TENANT, store

OTHER_TENANT = "88888888-8888-4888-8888-888888888888"
ANNOTATED = {"azure.workload.identity/client-id": CLIENT}
FOREIGN = {"serviceAccountRef": {"name": "reader", "namespace": "platform"}}
ID = SecretKey(name="azure", key="id")
TENANT_KEY = SecretKey(name="azure", key="tenant")
SELECTED = {"clientId": {"name": "azure", "key": "id"}}


def identity_of(
    use: Use, given: Account | None, tenant: str = "", stored: dict[SecretKey, SecretValue] | None = None
) -> WorkloadIdentity:
    selector = use.store.provider.service_account
    assert selector is not None
    material = Material(account=given, stored=stored or {})
    return accounts.workload_identity(use, selector, material, OwnIdentity(tenant_id=tenant))


def parse(**provider: Any) -> Use:
    watched = store(provider)
    parsed = secret_store.parse(wire.spec_document(watched.metadata, watched.spec, "SecretStore"))
    return Use(store=parsed, namespace="app")


def account(namespace: str = "app", **more: str) -> Account:
    named = {key.replace("__", "/").replace("_", "-"): value for key, value in more.items()}
    return Account(
        reference=ServiceAccountRef(namespace=namespace, name="reader"),
        annotations={**ANNOTATED, **named},
    )


def account_with(use: Use, annotations: dict[str, str]) -> Account:
    reference = accounts.account_of(use)
    assert reference is not None
    return Account(reference=reference, annotations=annotations)


def test_the_annotation_names_the_identity() -> None:
    identity = identity_of(parse(), account(), "")
    assert (identity.client_id, identity.tenant_id) == (CLIENT, TENANT)
    assert identity.subject == "system:serviceaccount:app:reader"
    assert identity.authority_host == "https://login.microsoftonline.com"
    assert identity.audiences == ("api://AzureADTokenExchange",)


def test_extra_audiences_are_appended() -> None:
    selector = {"name": "reader", "audiences": ["api://other"]}
    identity = identity_of(parse(serviceAccountRef=selector), account(), "")
    assert identity.audiences == ("api://AzureADTokenExchange", "api://other")


@pytest.mark.parametrize(
    ("provider", "annotation", "operator", "tenant"),
    [
        pytest.param({}, "", OTHER_TENANT, TENANT, id="the-stores-own-first"),
        pytest.param({"tenantId": TENANT}, TENANT.upper(), "", TENANT, id="two-equal-ones"),
        pytest.param({"tenantId": None}, TENANT, OTHER_TENANT, TENANT, id="then-the-annotation"),
        pytest.param({"tenantId": None}, "", OTHER_TENANT, OTHER_TENANT, id="then-the-operators"),
    ],
)
def test_tenant(provider: dict[str, Any], annotation: str, operator: str, tenant: str) -> None:
    more = {"azure.workload.identity/tenant-id": annotation} if annotation else {}
    given = Account(
        reference=ServiceAccountRef(namespace="app", name="reader"),
        annotations={**ANNOTATED, **more},
    )
    watched = without_none(provider)
    assert identity_of(watched, given, operator).tenant_id == tenant


def without_none(provider: dict[str, Any]) -> Use:
    watched = store({})
    document = wire.spec_document(watched.metadata, watched.spec, "SecretStore")
    spec = document["spec"]
    assert isinstance(spec, dict)
    azure = spec["provider"]["azurekv"] | provider
    spec["provider"]["azurekv"] = {key: value for key, value in azure.items() if value is not None}
    return Use(store=secret_store.parse(document), namespace="app")


@pytest.mark.parametrize("consent", ["app", "web, app", "web app", "app,web"])
def test_an_account_of_another_namespace_with_its_owners_consent(consent: str) -> None:
    given = account("platform", keyferry_io="")
    given = Account(reference=given.reference, annotations={**ANNOTATED, "keyferry.io/usable-from": consent})
    assert identity_of(parse(**FOREIGN), given, "").subject == "system:serviceaccount:platform:reader"


@pytest.mark.parametrize(
    ("provider", "annotations", "error", "words"),
    [
        pytest.param({}, None, NotFound, ["app/reader", "does not exist", "serviceAccountRef"], id="no-account"),
        pytest.param({}, {}, SpecError, ["client-id is missing", "managed identity"], id="no-client-id"),
        pytest.param(
            {},
            {"azure.workload.identity/client-id": "my-identity"},
            SpecError,
            ["'my-identity', not a GUID"],
            id="client-id-is-a-name",
        ),
        pytest.param(
            {},
            {**ANNOTATED, "azure.workload.identity/tenant-id": OTHER_TENANT},
            SpecError,
            ["two tenants", TENANT, OTHER_TENANT],
            id="two-tenants",
        ),
        pytest.param({"tenantId": None}, ANNOTATED, SpecError, ["no tenant", "AZURE_TENANT_ID"], id="no-tenant"),
        pytest.param(
            {"tenantId": None},
            {**ANNOTATED, "azure.workload.identity/tenant-id": "contoso"},
            SpecError,
            ["'contoso' is not a GUID"],
            id="tenant-is-a-name",
        ),
        pytest.param(
            FOREIGN,
            ANNOTATED,
            GrantError,
            ["may not use", "usable-from", "does not name app", "platform"],
            id="consent-absent",
        ),
        pytest.param(
            FOREIGN,
            {**ANNOTATED, "keyferry.io/usable-from": "apps, application"},
            GrantError,
            ["does not name app", '"app"'],
            id="consent-for-longer-names",
        ),
    ],
)
def test_refusals_say_what_is_missing_and_who_can_mend_it(
    provider: dict[str, Any],
    annotations: dict[str, str] | None,
    error: type[KeyferryError],
    words: list[str],
) -> None:
    parsed = without_none(provider)
    given = None if annotations is None else account_with(parsed, annotations)
    with pytest.raises(error) as caught:
        identity_of(parsed, given, "")
    assert [word for word in words if word not in str(caught.value)] == []
    assert caught.value.remedy
    assert caught.value.where is not None


def test_a_refusal_does_not_tell_whether_there_is_such_an_account() -> None:
    parsed, told = without_none(FOREIGN), []
    for given in (None, account_with(parsed, ANNOTATED), account_with(parsed, {"keyferry.io/usable-from": "payments"})):
        with pytest.raises(GrantError) as caught:
            identity_of(parsed, given, "")
        told.append(str(caught.value))
    assert len(set(told)) == 1


def test_a_refusal_does_not_tell_whom_else_the_owner_trusts() -> None:
    parsed = without_none(FOREIGN)
    annotations = {**ANNOTATED, "keyferry.io/usable-from": "payments, ledger"}
    with pytest.raises(GrantError) as caught:
        identity_of(parsed, account_with(parsed, annotations), "")
    assert "payments" not in str(caught.value)


OVERRIDDEN = {"authSecretRef": SELECTED | {"tenantId": {"name": "azure", "key": "tenant"}}, "tenantId": None}


def stored(**values: str) -> dict[SecretKey, SecretValue]:
    return {SecretKey(name="azure", key=key): SecretValue(value.encode()) for key, value in values.items()}


def test_a_secret_may_name_the_client_and_tenant() -> None:
    given = without_none(OVERRIDDEN)
    assert given.store.provider.stored_keys == {ID, TENANT_KEY}
    assert parse(authSecretRef=SELECTED).store.provider.stored_keys == {ID}

    identity = identity_of(given, account_with(given, {}), OTHER_TENANT, stored(id=CLIENT, tenant=TENANT))

    assert (identity.client_id, identity.tenant_id) == (CLIENT, TENANT)


def test_a_secret_and_an_annotation_may_not_both_name_the_client() -> None:
    given = without_none(OVERRIDDEN)
    with pytest.raises(SpecError, match="names two identities"):
        identity_of(given, account_with(given, ANNOTATED), "", stored(id=CLIENT, tenant=TENANT))


def test_a_store_without_a_reference_uses_no_account() -> None:
    assert accounts.account_of(without_none({"serviceAccountRef": None})) is None


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        pytest.param({"environmentType": "ChinaCloud"}, "https://login.chinacloudapi.cn", id="named"),
        pytest.param(
            {
                "environmentType": "AzureStackCloud",
                "useAzureSDK": True,
                "customCloudConfig": {"activeDirectoryEndpoint": "https://login.stack.local/"},
            },
            "https://login.stack.local",
            id="ones-own",
        ),
    ],
)
def test_the_cloud_says_where_entra_is(environment: dict[str, Any], host: str) -> None:
    given = parse(**environment)
    assert identity_of(given, account(), "").authority_host == host
    assert identity_of(given, account(), "").audiences == ("api://AzureADTokenExchange",)
