"""Which identity a SecretStore speaks with, and whether its user may. Pure.

A store names a ServiceAccount, whose annotations name the identity; or a managed identity; or a stored credential; or
nothing, and then the operator's own identity counts. Those of the operator and its machine serve the namespaces that
whoever runs the operator allows, and none unless told: they are another's, as a ServiceAccount of another namespace is.
"""

from typing import assert_never

from keyferry.identity.federation import clouds
from keyferry.model.errors import GrantError, SpecError
from keyferry.model.identity import ClientId, Identity, ManagedIdentity, ProjectedIdentity, ServicePrincipal, TenantId
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION
from keyferry.spec.secret_store import AuthType, SecretKey, SecretStore
from keyferry.sync.stores import accounts
from keyferry.sync.stores.material import GUID, Material, OwnIdentity, place, stored_id, where


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
            _check_sharing(store, own)
            return _managed(store.provider.identity_id)
        case AuthType.SERVICE_PRINCIPAL:
            return _principal(store, material)
        case AuthType.WORKLOAD_IDENTITY:
            selector = store.provider.service_account
            return (
                _projected(store, own)
                if selector is None
                else accounts.workload_identity(store, selector, material, own)
            )
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
        client_id=ClientId(stored_id(store, material, named.client_id)),
        authority_host=store.provider.authority_host or clouds.authority_host_of(store.provider.environment),
        source=place(store, credential),
        secret=value if named.client_secret else None,
        certificate=None if named.client_secret else value,
    )


def _projected(store: SecretStore, own: OwnIdentity) -> ProjectedIdentity:
    _check_sharing(store, own)
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
            cause="serviceAccountRef is absent, and the operator lacks a valid "
            f"{' and '.join(missing)} in its environment",
            remedy="name spec.provider.azurekv.serviceAccountRef, or give the operator's pod the label "
            f'azure.workload.identity/use: "true" and its ServiceAccount the annotation {CLIENT_ID_ANNOTATION}',
            where=where(store, "spec.provider.azurekv.serviceAccountRef"),
        )
    return ProjectedIdentity(
        tenant_id=TenantId(tenant.lower()),
        client_id=ClientId(own.client_id.lower()),
        authority_host=store.provider.authority_host or clouds.authority_host_of(store.provider.environment),
        token_file=own.token_file,
    )


def _check_sharing(store: SecretStore, own: OwnIdentity) -> None:
    if own.usable_from is None or store.namespace in own.usable_from:
        return
    raise GrantError(
        what=f"SecretStore {store.namespace}/{store.name} may not use an identity of the operator or of its machine",
        cause=f"the operator's --own-identity-usable-from does not name {store.namespace}",
        remedy="use authType WorkloadIdentity with a serviceAccountRef, or let whoever runs the operator add "
        f"--own-identity-usable-from={store.namespace} to its arguments",
        where=where(store, "spec.provider.azurekv.authType"),
    )
