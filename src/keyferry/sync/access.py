"""Which identity a SecretStore speaks with, and whether its user may. Pure.

A store names a ServiceAccount, whose annotations name the identity; or a managed identity; or a stored credential; or
nothing, and then the operator's own identity counts. A ServiceAccount of another namespace needs its owner's consent,
because whoever writes a store would otherwise borrow any identity of the cluster.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from keyferry.identity.federation import clouds
from keyferry.model.errors import GrantError, NotFound, SpecError, Where, foreign
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
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, TENANT_ID_ANNOTATION, USABLE_FROM_ANNOTATION
from keyferry.spec.secret_store import AuthSecretRef, AuthType, SecretKey, SecretStore, ServiceAccountSelector

GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the cluster says of a ServiceAccount."""

    reference: ServiceAccountRef
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIdentity:
    """What the operator's environment says of itself, as the webhook of workload identity sets it; "" where unset."""

    tenant_id: str = ""
    client_id: str = ""
    token_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the cluster holds for one store: its ServiceAccount, and the keys of Secrets that `keys_of` names."""

    account: Account | None
    stored: Mapping[SecretKey, SecretValue]


def account_of(store: SecretStore) -> ServiceAccountRef | None:
    """Return the ServiceAccount that `store` uses, which may not exist; None where it uses none."""
    selector = store.provider.service_account
    if selector is None:
        return None
    return ServiceAccountRef(namespace=selector.namespace or store.namespace, name=selector.name)


def keys_of(store: SecretStore) -> frozenset[SecretKey]:
    """Return the keys of Secrets, of the store's own namespace, that `identity_of` needs."""
    named = store.provider.auth_secret
    if named is None:
        return frozenset()
    keys = [named.client_id]
    if store.provider.auth_type is AuthType.SERVICE_PRINCIPAL:
        keys += [key for key in (named.client_secret, named.client_certificate) if key is not None]
    elif named.tenant_id is not None:
        keys.append(named.tenant_id)
    return frozenset(keys)


def identity_of(store: SecretStore, material: Material, own: OwnIdentity) -> Identity:
    """Return the identity, or raise NotFound, GrantError or SpecError that says what is missing and who can mend it."""
    match store.provider.auth_type:
        case AuthType.MANAGED_IDENTITY:
            return _managed(store.provider.identity_id)
        case AuthType.SERVICE_PRINCIPAL:
            return _principal(store, material)
        case AuthType.WORKLOAD_IDENTITY:
            selector = store.provider.service_account
            return _projected(store, own) if selector is None else _workload(store, selector, material, own)
        case _:
            assert_never(store.provider.auth_type)


def _managed(identity_id: str) -> ManagedIdentity:
    if identity_id.startswith("/"):
        return ManagedIdentity(client_id=ClientId(""), resource_id=identity_id)
    return ManagedIdentity(client_id=ClientId(identity_id))


def _principal(store: SecretStore, material: Material) -> ServicePrincipal:
    named, tenant_id = store.provider.auth_secret, store.provider.tenant_id
    assert named is not None, "parse lets no ServicePrincipal pass without authSecretRef"
    assert tenant_id is not None, "nor without tenantId"
    credential = named.client_secret or named.client_certificate
    assert credential is not None, "nor without one of the two"
    value = material.stored[credential]
    return ServicePrincipal(
        tenant_id=tenant_id,
        client_id=ClientId(_stored_guid(store, material, named.client_id)),
        authority_host=_authority_host(store),
        source=_place(store, credential),
        secret=value if named.client_secret else None,
        certificate=None if named.client_secret else value,
    )


def _projected(store: SecretStore, own: OwnIdentity) -> ProjectedIdentity:
    tenant = store.provider.tenant_id or own.tenant_id
    wanted = {
        "AZURE_TENANT_ID": GUID.fullmatch(tenant),
        "AZURE_CLIENT_ID": GUID.fullmatch(own.client_id),
        "AZURE_FEDERATED_TOKEN_FILE": own.token_file,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise SpecError(
            what=f"SecretStore {store.namespace}/{store.name} counts on the operator's own identity, and it has none",
            cause="serviceAccountRef is absent, and so is, or is no id: "
            f"{' and '.join(missing)} in the operator's environment",
            remedy="name spec.provider.azurekv.serviceAccountRef, or give the operator's pod the label "
            f'azure.workload.identity/use: "true" and its ServiceAccount the annotation {CLIENT_ID_ANNOTATION}',
            where=_where(store, "spec.provider.azurekv.serviceAccountRef"),
        )
    return ProjectedIdentity(
        tenant_id=TenantId(tenant.lower()),
        client_id=ClientId(own.client_id.lower()),
        authority_host=_authority_host(store),
        token_file=own.token_file,
    )


def _workload(
    store: SecretStore, selector: ServiceAccountSelector, material: Material, own: OwnIdentity
) -> WorkloadIdentity:
    account = material.account
    if account is None:
        raise NotFound(
            what=f"ServiceAccount {account_of(store)} does not exist",
            cause=f"SecretStore {store.namespace}/{store.name} uses it (spec.provider.azurekv.serviceAccountRef)",
            remedy="create the ServiceAccount, or correct the reference",
            where=_where(store, "spec.provider.azurekv.serviceAccountRef"),
        )
    _check_consent(store, account)
    named = store.provider.auth_secret
    return WorkloadIdentity(
        tenant_id=_tenant_id(store, account, material, own),
        client_id=_client_id(store, account) if named is None else _overriding(store, account, material, named),
        service_account=account.reference,
        authority_host=_authority_host(store),
        audiences=clouds.audiences_of(store.provider.environment, selector.audiences),
    )


def _authority_host(store: SecretStore) -> str:
    return store.provider.authority_host or clouds.authority_host_of(store.provider.environment)


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


def _overriding(store: SecretStore, account: Account, material: Material, named: AuthSecretRef) -> ClientId:
    """The client id from a Secret, which upstream allows where the annotation is absent."""
    if account.annotations.get(CLIENT_ID_ANNOTATION):
        raise SpecError(
            what=f"SecretStore {store.namespace}/{store.name} names two identities",
            cause=f"authSecretRef.clientId names one, the annotation {CLIENT_ID_ANNOTATION} of ServiceAccount "
            f"{account.reference} another",
            remedy="remove authSecretRef: a client id is no secret",
            where=_where(store, "spec.provider.azurekv.authSecretRef.clientId"),
        )
    return ClientId(_stored_guid(store, material, named.client_id))


def _tenant_id(store: SecretStore, account: Account, material: Material, own: OwnIdentity) -> TenantId:
    """The store's tenant, else the account's annotation, else the operator's own; two that differ are an error."""
    named = store.provider.auth_secret
    in_store: str = store.provider.tenant_id or ""
    if named is not None and named.tenant_id is not None:
        in_store = _stored_guid(store, material, named.tenant_id)
    annotated = account.annotations.get(TENANT_ID_ANNOTATION, "")
    if in_store and annotated and in_store.lower() != annotated.lower():
        raise SpecError(
            what=f"SecretStore {store.namespace}/{store.name} names two tenants",
            cause=f"its tenantId is {in_store}, the annotation {TENANT_ID_ANNOTATION} of ServiceAccount "
            f"{account.reference} is {foreign(annotated)}",
            remedy="remove one of them, or make them equal",
            where=_where(store, "spec.provider.azurekv.tenantId"),
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
        where=_where(store, "spec.provider.azurekv.tenantId"),
    )


def _stored_guid(store: SecretStore, material: Material, key: SecretKey) -> str:
    """A client or tenant id from a Secret. What is there instead is not told: it may be the secret itself."""
    found = material.stored[key].reveal().decode(errors="replace")
    if GUID.fullmatch(found):
        return found.lower()
    ended = GUID.fullmatch(found.strip()) is not None
    raise SpecError(
        what=f"key {key.key} of Secret {store.namespace}/{key.name} holds no id",
        cause="there is white space around it" if ended else "its value is not a GUID",
        remedy="store the id alone, without a newline at its end",
        where=_place(store, key),
    )


def _place(store: SecretStore, key: SecretKey) -> Where:
    return Where(kind="Secret", namespace=store.namespace, name=key.name, path=f"data.{key.key}")


def _where(store: SecretStore, path: str) -> Where:
    return Where(kind="SecretStore", namespace=store.namespace, name=store.name, path=path)
