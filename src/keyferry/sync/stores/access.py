"""Which identity a store speaks with, and whether its user may. Pure.

A store names a ServiceAccount, whose annotations name the identity; or a managed identity; or a stored credential; or
nothing, and then the operator's own identity counts. Those of the operator and its machine serve the namespaces that
whoever runs the operator allows: they are another's, as a ServiceAccount of another namespace is. That holds for a
ClusterSecretStore as well: whom it serves with them is the namespace that uses it.
"""

from typing import assert_never

from keyferry.identity.federation import clouds
from keyferry.model.errors import GrantError, SpecError
from keyferry.model.identity import ClientId, Identity, ManagedIdentity, ProjectedIdentity, ServicePrincipal, TenantId
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION
from keyferry.spec.secret_store import AuthType
from keyferry.sync.stores import accounts
from keyferry.sync.stores.material import GUID, Material, OwnIdentity, Use, place, stored_id, where


def identity_of(use: Use, material: Material, own: OwnIdentity) -> Identity:
    """Return the identity, or raise NotFound, GrantError or SpecError that says what is missing and who can mend it."""
    provider = use.store.provider
    match provider.auth_type:
        case AuthType.MANAGED_IDENTITY:
            _check_sharing(use, own)
            return _managed(provider.identity_id)
        case AuthType.SERVICE_PRINCIPAL:
            return _principal(use, material)
        case AuthType.WORKLOAD_IDENTITY:
            selector = provider.service_account
            return (
                _projected(use, own) if selector is None else accounts.workload_identity(use, selector, material, own)
            )
        case _:
            assert_never(provider.auth_type)


def _managed(identity_id: str) -> ManagedIdentity:
    if identity_id.startswith("/"):
        return ManagedIdentity(client_id=ClientId(""), resource_id=identity_id)
    return ManagedIdentity(client_id=ClientId(identity_id))


def _principal(use: Use, material: Material) -> ServicePrincipal:
    store = use.store
    named, tenant_id = store.provider.auth_secret, store.provider.tenant_id
    assert named is not None, "parse lets no ServicePrincipal pass without authSecretRef"
    assert tenant_id is not None, "nor without tenantId"
    credential = named.client_secret or named.client_certificate
    assert credential is not None, "nor without one of the two"
    value = material.stored[credential]
    return ServicePrincipal(
        tenant_id=tenant_id,
        client_id=ClientId(stored_id(use, material, named.client_id)),
        authority_host=store.provider.authority_host or clouds.authority_host_of(store.provider.environment),
        source=place(use, credential),
        secret=value if named.client_secret else None,
        certificate=None if named.client_secret else value,
    )


def _projected(use: Use, own: OwnIdentity) -> ProjectedIdentity:
    _check_sharing(use, own)
    store = use.store
    tenant = store.provider.tenant_id or own.tenant_id
    wanted = {
        "AZURE_TENANT_ID": GUID.fullmatch(tenant),
        "AZURE_CLIENT_ID": GUID.fullmatch(own.client_id),
        "AZURE_FEDERATED_TOKEN_FILE": own.token_file,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise SpecError(
            what=f"{store.full_name} counts on the operator's own identity, and it has none",
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


def _check_sharing(use: Use, own: OwnIdentity) -> None:
    if own.usable_from is None or not use.home or use.home in own.usable_from:
        return
    store = use.store
    raise GrantError(
        what=f"{store.full_name} may not use an identity of the operator or of its machine"
        f"{f' for namespace {use.home}' if store.is_of_the_cluster else ''}",
        cause=f"the operator's --own-identity-usable-from does not name {use.home}",
        remedy="use authType WorkloadIdentity with a serviceAccountRef, or let whoever runs the operator add "
        f"--own-identity-usable-from={use.home} to its arguments",
        where=where(store, "spec.provider.azurekv.authType"),
    )
