"""Which identity a ServiceAccount stands for, and whether a store may use it. Pure; called by sync.access.

An account of another namespace needs its owner's consent, because whoever writes a store would otherwise borrow any
identity of the cluster.
"""

import re

from keyferry.identity.federation import clouds
from keyferry.model.errors import GrantError, NotFound, SpecError, foreign
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION, USABLE_FROM_ANNOTATION
from keyferry.spec.secret_store import AuthSecretRef, SecretStore, ServiceAccountSelector
from keyferry.sync.stores.material import GUID, Account, Material, OwnIdentity, stored_id, where


def account_of(store: SecretStore) -> ServiceAccountRef | None:
    """Return the ServiceAccount that `store` uses, which may not exist; None where it uses none."""
    selector = store.provider.service_account
    if selector is None:
        return None
    return ServiceAccountRef(namespace=selector.namespace or store.namespace, name=selector.name)


def workload_identity(
    store: SecretStore, selector: ServiceAccountSelector, material: Material, own: OwnIdentity
) -> WorkloadIdentity:
    """Return the identity of the ServiceAccount that `selector` names. Raises NotFound, GrantError or SpecError."""
    account = material.account
    if account is None:
        raise NotFound(
            what=f"ServiceAccount {account_of(store)} does not exist",
            cause=f"SecretStore {store.namespace}/{store.name} uses it (spec.provider.azurekv.serviceAccountRef)",
            remedy="create the ServiceAccount, or correct the reference",
            where=where(store, "spec.provider.azurekv.serviceAccountRef"),
        )
    _check_consent(store, account)
    named = store.provider.auth_secret
    return WorkloadIdentity(
        tenant_id=_tenant_id(store, account, material, own),
        client_id=_client_id(store, account) if named is None else _overriding(store, account, material, named),
        service_account=account.reference,
        authority_host=store.provider.authority_host or clouds.authority_host_of(store.provider.environment),
        audiences=clouds.audiences_of(store.provider.environment, selector.audiences),
    )


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
        where=where(store, "spec.provider.azurekv.serviceAccountRef.namespace"),
    )


def _client_id(store: SecretStore, account: Account) -> ClientId:
    given = account.annotations.get(CLIENT_ID_ANNOTATION, "")
    if GUID.fullmatch(given):
        return ClientId(given.lower())
    raise SpecError(
        what=f"ServiceAccount {account.reference} names no identity",
        cause=f"its annotation {CLIENT_ID_ANNOTATION} is {f'{foreign(given)!r}, not a GUID' if given else 'missing'}",
        remedy=f"set {CLIENT_ID_ANNOTATION} to the client ID of the managed identity",
        where=where(store, "spec.provider.azurekv.serviceAccountRef.name"),
    )


def _overriding(store: SecretStore, account: Account, material: Material, named: AuthSecretRef) -> ClientId:
    """The client id from a Secret, which upstream allows where the annotation is absent."""
    if account.annotations.get(CLIENT_ID_ANNOTATION):
        raise SpecError(
            what=f"SecretStore {store.namespace}/{store.name} names two identities",
            cause=f"authSecretRef.clientId names one, the annotation {CLIENT_ID_ANNOTATION} of ServiceAccount "
            f"{account.reference} another",
            remedy="remove authSecretRef: a client id is no secret",
            where=where(store, "spec.provider.azurekv.authSecretRef.clientId"),
        )
    return ClientId(stored_id(store, material, named.client_id))


def _tenant_id(store: SecretStore, account: Account, material: Material, own: OwnIdentity) -> TenantId:
    """The store's tenant, else the account's annotation, else the operator's own; two that differ are an error."""
    named = store.provider.auth_secret
    in_store: str = store.provider.tenant_id or ""
    if named is not None and named.tenant_id is not None:
        in_store = stored_id(store, material, named.tenant_id)
    annotated = account.annotations.get(TENANT_ID_ANNOTATION, "")
    if in_store and annotated and in_store.lower() != annotated.lower():
        raise SpecError(
            what=f"SecretStore {store.namespace}/{store.name} names two tenants",
            cause=f"its tenantId is {in_store}, the annotation {TENANT_ID_ANNOTATION} of ServiceAccount "
            f"{account.reference} is {foreign(annotated)}",
            remedy="remove one of them, or make them equal",
            where=where(store, "spec.provider.azurekv.tenantId"),
        )
    tenant = in_store or annotated or own.tenant_id
    if GUID.fullmatch(tenant):
        return TenantId(tenant.lower())
    raise SpecError(
        what=f"SecretStore {store.namespace}/{store.name} has no tenant",
        cause=f"{foreign(tenant)!r} is not a GUID"
        if tenant
        else "neither the store, nor its ServiceAccount, nor the operator names one",
        remedy=f"set spec.provider.azurekv.tenantId, the annotation {TENANT_ID_ANNOTATION}, or AZURE_TENANT_ID of the "
        "operator",
        where=where(store, "spec.provider.azurekv.tenantId"),
    )
