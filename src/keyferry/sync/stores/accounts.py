"""Which identity a ServiceAccount stands for, and whether a store may use it. Pure; called by sync.stores.access.

For a SecretStore, an account of another namespace needs its owner's consent, because whoever may write in one namespace
would otherwise borrow any identity of the cluster. A ClusterSecretStore is written by whoever has rights on the whole
cluster, and says by its `conditions` which namespaces it serves: no other consent is asked for, as upstream has it.
"""

import re

from keyferry.identity.federation import clouds
from keyferry.model.errors import GrantError, NotFound, SpecError, foreign
from keyferry.model.identity import ClientId, ServiceAccountRef, TenantId, WorkloadIdentity
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION, USABLE_FROM_ANNOTATION
from keyferry.spec.secret_store import AuthSecretRef, ServiceAccountSelector
from keyferry.sync.stores.material import GUID, Account, Material, OwnIdentity, Use, stored_id, where


def account_of(use: Use) -> ServiceAccountRef | None:
    """Return the ServiceAccount that the store uses there, which may not exist; None where it uses none."""
    selector = use.store.provider.service_account
    if selector is None:
        return None
    return ServiceAccountRef(namespace=selector.namespace or use.home, name=selector.name)


def workload_identity(
    use: Use, selector: ServiceAccountSelector, material: Material, own: OwnIdentity
) -> WorkloadIdentity:
    """Return the identity of the ServiceAccount that `selector` names. Raises NotFound, GrantError or SpecError."""
    account, store = material.account, use.store
    _check_consent(use, account)
    if account is None:
        raise NotFound(
            what=f"ServiceAccount {account_of(use)} does not exist",
            cause=f"{store.full_name} uses it (spec.provider.azurekv.serviceAccountRef)"
            f"{', that of each namespace' if selector.namespace is None and store.is_of_the_cluster else ''}",
            remedy="create the ServiceAccount, or correct the reference",
            where=where(store, "spec.provider.azurekv.serviceAccountRef"),
        )
    named = store.provider.auth_secret
    return WorkloadIdentity(
        tenant_id=_tenant_id(use, account, material, own),
        client_id=_client_id(use, account) if named is None else _overriding(use, account, material, named),
        service_account=account.reference,
        authority_host=store.provider.authority_host or clouds.authority_host_of(store.provider.environment),
        audiences=clouds.audiences_of(store.provider.environment, selector.audiences),
    )


def _check_consent(use: Use, account: Account | None) -> None:
    """Refuse without consent, and where there is no such account in the same words: its owner may tell that."""
    reference, store = account_of(use), use.store
    assert reference is not None, "the store names an account"
    owner = reference.namespace
    if owner == use.home or store.is_of_the_cluster:
        return
    consent = "" if account is None else account.annotations.get(USABLE_FROM_ANNOTATION, "")
    if store.namespace in re.split(r"[,\s]+", consent.strip()):
        return
    raise GrantError(  # nor is told whether the annotation is there, and whom else it names: its owner knows
        what=f"{store.full_name} may not use ServiceAccount {reference}",
        cause=f"the account is another namespace's, and its annotation {USABLE_FROM_ANNOTATION} "
        f"does not name {store.namespace}",
        remedy=f"let the owner of namespace {owner} add the annotation "
        f'{USABLE_FROM_ANNOTATION}: "{store.namespace}" to it, or use an account of namespace {store.namespace}',
        where=where(store, "spec.provider.azurekv.serviceAccountRef.namespace"),
    )


def _client_id(use: Use, account: Account) -> ClientId:
    given = account.annotations.get(CLIENT_ID_ANNOTATION, "")
    if GUID.fullmatch(given):
        return ClientId(given.lower())
    raise SpecError(
        what=f"ServiceAccount {account.reference} names no identity",
        cause=f"its annotation {CLIENT_ID_ANNOTATION} is {f'{foreign(given)!r}, not a GUID' if given else 'missing'}",
        remedy=f"set {CLIENT_ID_ANNOTATION} to the client ID of the managed identity",
        where=where(use.store, "spec.provider.azurekv.serviceAccountRef.name"),
    )


def _overriding(use: Use, account: Account, material: Material, named: AuthSecretRef) -> ClientId:
    """The client id from a Secret, which upstream allows where the annotation is absent."""
    if account.annotations.get(CLIENT_ID_ANNOTATION):
        raise SpecError(
            what=f"{use.store.full_name} names two identities",
            cause=f"authSecretRef.clientId names one, the annotation {CLIENT_ID_ANNOTATION} of ServiceAccount "
            f"{account.reference} another",
            remedy="remove authSecretRef: a client id is no secret",
            where=where(use.store, "spec.provider.azurekv.authSecretRef.clientId"),
        )
    return ClientId(stored_id(use, material, named.client_id))


def _tenant_id(use: Use, account: Account, material: Material, own: OwnIdentity) -> TenantId:
    """The store's tenant, else the account's annotation, else the operator's own; two that differ are an error."""
    store = use.store
    named = store.provider.auth_secret
    in_store: str = store.provider.tenant_id or ""
    if named is not None and named.tenant_id is not None:
        in_store = stored_id(use, material, named.tenant_id)
    annotated = account.annotations.get(TENANT_ID_ANNOTATION, "")
    if in_store and annotated and in_store.lower() != annotated.lower():
        raise SpecError(
            what=f"{store.full_name} names two tenants",
            cause=f"its tenantId is {in_store}, the annotation {TENANT_ID_ANNOTATION} of ServiceAccount "
            f"{account.reference} is {foreign(annotated)}",
            remedy="remove one of them, or make them equal",
            where=where(store, "spec.provider.azurekv.tenantId"),
        )
    tenant = in_store or annotated or own.tenant_id
    if GUID.fullmatch(tenant):
        return TenantId(tenant.lower())
    raise SpecError(
        what=f"{store.full_name} has no tenant",
        cause=f"{foreign(tenant)!r} is not a GUID"
        if tenant
        else "neither the store, nor its ServiceAccount, nor the operator names one",
        remedy=f"set spec.provider.azurekv.tenantId, the annotation {TENANT_ID_ANNOTATION}, or AZURE_TENANT_ID of the "
        "operator",
        where=where(store, "spec.provider.azurekv.tenantId"),
    )
