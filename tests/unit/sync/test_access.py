from typing import Any

import pytest

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError
from keyferry.model.identity import ServiceAccountRef
from keyferry.spec import secret_store
from keyferry.spec.secret_store import SecretStore
from keyferry.sync import access, wire
from keyferry.sync.access import Account
from tests.fakes.external_secrets import CLIENT, TENANT, store

OTHER_TENANT = "88888888-8888-4888-8888-888888888888"
ANNOTATED = {"azure.workload.identity/client-id": CLIENT}
FOREIGN = {"serviceAccountRef": {"name": "reader", "namespace": "platform"}}


def parse(**provider: Any) -> SecretStore:
    watched = store(provider)
    return secret_store.parse(wire.spec_document(watched.metadata, watched.spec, "SecretStore"))


def account(namespace: str = "app", **more: str) -> Account:
    named = {key.replace("__", "/").replace("_", "-"): value for key, value in more.items()}
    return Account(
        reference=ServiceAccountRef(namespace=namespace, name="reader"),
        annotations={**ANNOTATED, **named},
    )


def test_the_annotation_names_the_identity() -> None:
    identity = access.identity_of(parse(), account(), "")
    assert (identity.client_id, identity.tenant_id) == (CLIENT, TENANT)
    assert identity.subject == "system:serviceaccount:app:reader"
    assert identity.authority_host == "https://login.microsoftonline.com"
    assert identity.audiences == ("api://AzureADTokenExchange",)


def test_extra_audiences_are_appended() -> None:
    selector = {"name": "reader", "audiences": ["api://other"]}
    identity = access.identity_of(parse(serviceAccountRef=selector), account(), "")
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
    assert access.identity_of(watched, given, operator).tenant_id == tenant


def without_none(provider: dict[str, Any]) -> SecretStore:
    watched = store({})
    document = wire.spec_document(watched.metadata, watched.spec, "SecretStore")
    spec = document["spec"]
    assert isinstance(spec, dict)
    azure = spec["provider"]["azurekv"] | provider
    spec["provider"]["azurekv"] = {key: value for key, value in azure.items() if value is not None}
    return secret_store.parse(document)


@pytest.mark.parametrize("consent", ["app", "web, app", "web app", "app,web"])
def test_an_account_of_another_namespace_with_its_owners_consent(consent: str) -> None:
    given = account("platform", keyferry_io="")
    given = Account(reference=given.reference, annotations={**ANNOTATED, "keyferry.io/usable-from": consent})
    assert access.identity_of(parse(**FOREIGN), given, "").subject == "system:serviceaccount:platform:reader"


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
            FOREIGN, ANNOTATED, GrantError, ["may not use", "usable-from", "absent", "platform"], id="consent-absent"
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
    given = None if annotations is None else Account(reference=access.account_of(parsed), annotations=annotations)
    with pytest.raises(error) as caught:
        access.identity_of(parsed, given, "")
    assert [word for word in words if word not in str(caught.value)] == []
    assert caught.value.remedy
    assert caught.value.where is not None


def test_a_refusal_does_not_tell_whom_else_the_owner_trusts() -> None:
    parsed = without_none(FOREIGN)
    annotations = {**ANNOTATED, "keyferry.io/usable-from": "payments, ledger"}
    with pytest.raises(GrantError) as caught:
        access.identity_of(parsed, Account(reference=access.account_of(parsed), annotations=annotations), "")
    assert "payments" not in str(caught.value)
