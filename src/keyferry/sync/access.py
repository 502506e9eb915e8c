"""Which identity a SecretStore speaks with, and whether its user may. Pure.

A store names a ServiceAccount; the account's annotations name the identity. An account of another namespace needs its
owner's consent, because whoever writes a store would otherwise borrow any identity of the cluster.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.identity.federation import clouds
from keyferry.model.errors import GrantError, NotFound, SpecError, Where, foreign
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION, USABLE_FROM_ANNOTATION
from keyferry.spec.secret_store import SecretStore, ServiceAccountSelector

GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the cluster says of a ServiceAccount."""

    reference: ServiceAccountRef
    annotations: Mapping[str, str]


def account_of(store: SecretStore) -> ServiceAccountRef:
    """Return the ServiceAccount that `store` uses; it may not exist."""
    selector = _selector(store)
    return ServiceAccountRef(namespace=selector.namespace or store.namespace, name=selector.name)


def identity_of(store: SecretStore, account: Account | None, operator_tenant: str) -> WorkloadIdentity:
    """Return the identity, or raise NotFound, GrantError or SpecError that says what is missing and who can mend it."""
    if account is None:
        raise NotFound(
            what=f"ServiceAccount {account_of(store)} does not exist",
            cause=f"SecretStore {store.namespace}/{store.name} uses it (spec.provider.azurekv.serviceAccountRef)",
            remedy="create the ServiceAccount, or correct the reference",
            where=_where(store, "spec.provider.azurekv.serviceAccountRef"),
        )
    _check_consent(store, account)
    environment = store.provider.environment
    return WorkloadIdentity(
        tenant_id=_tenant_id(store, account, operator_tenant),
        client_id=_client_id(store, account),
        service_account=account.reference,
        authority_host=clouds.authority_host_of(environment),
        audiences=clouds.audiences_of(environment, _selector(store).audiences),
    )


def _selector(store: SecretStore) -> ServiceAccountSelector:
    selector = store.provider.service_account
    assert selector is not None, "parse accepts no store without it yet"
    return selector


def _check_consent(store: SecretStore, account: Account) -> None:
    owner = account.reference.namespace
    if owner == store.namespace:
        return
    consent = account.annotations.get(USABLE_FROM_ANNOTATION, "")
    if store.namespace in re.split(r"[,\s]+", consent.strip()):
        return
    absent = "" if consent.strip() else ": it is absent"  # nor is told whom else it names: its owner knows
    raise GrantError(
        what=f"SecretStore {store.namespace}/{store.name} may not use ServiceAccount {account.reference}",
        cause=f"the account lives in another namespace, and its annotation {USABLE_FROM_ANNOTATION} "
        f"does not name {store.namespace}{absent}",
        remedy=f"let the owner of namespace {owner} add the annotation "
        f'{USABLE_FROM_ANNOTATION}: "{store.namespace}" to it, or use an account of namespace {store.namespace}',
        where=_where(store, "spec.provider.azurekv.serviceAccountRef.namespace"),
    )


def _client_id(store: SecretStore, account: Account) -> ClientId:
    given = account.annotations.get(CLIENT_ID_ANNOTATION, "")
    if GUID.fullmatch(given):
        return ClientId(given.lower())
    raise SpecError(
        what=f"ServiceAccount {account.reference} names no identity",
        cause=f"its annotation {CLIENT_ID_ANNOTATION} is {f'{foreign(given)!r}, not a GUID' if given else 'missing'}",
        remedy=f"set {CLIENT_ID_ANNOTATION} to the client ID of the managed identity",
        where=_where(store, "spec.provider.azurekv.serviceAccountRef.name"),
    )


def _tenant_id(store: SecretStore, account: Account, operator_tenant: str) -> TenantId:
    """The store's tenant, else the account's annotation, else the operator's own; two that differ are an error."""
    in_store = store.provider.tenant_id or ""
    annotated = account.annotations.get(TENANT_ID_ANNOTATION, "")
    if in_store and annotated and in_store.lower() != annotated.lower():
        raise SpecError(
            what=f"SecretStore {store.namespace}/{store.name} names two tenants",
            cause=f"its tenantId is {in_store}, the annotation {TENANT_ID_ANNOTATION} of ServiceAccount "
            f"{account.reference} is {foreign(annotated)}",
            remedy="remove one of them, or make them equal",
            where=_where(store, "spec.provider.azurekv.tenantId"),
        )
    tenant = in_store or annotated or operator_tenant
    if GUID.fullmatch(tenant):
        return TenantId(tenant.lower())
    raise SpecError(
        what=f"SecretStore {store.namespace}/{store.name} has no tenant",
        cause=f"{foreign(tenant)!r} is not a GUID"
        if tenant
        else "neither the store, nor its ServiceAccount, nor the operator names one",
        remedy=f"set spec.provider.azurekv.tenantId, the annotation {TENANT_ID_ANNOTATION}, or AZURE_TENANT_ID of the "
        "operator",
        where=_where(store, "spec.provider.azurekv.tenantId"),
    )


def _where(store: SecretStore, path: str) -> Where:
    return Where(kind="SecretStore", namespace=store.namespace, name=store.name, path=path)
