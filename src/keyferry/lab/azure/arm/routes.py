"""All routes of ARM, the more particular ones first."""

from typing import Final

from keyferry.lab.azure.arm import (
    cluster_credentials,
    clusters,
    deleted_vaults,
    diagnostic_settings,
    event_grid,
    federated_credentials,
    identities,
    identity_bindings,
    managed_hsms,
    operations,
    permissions,
    providers,
    resource_groups,
    resources,
    role_assignments,
    role_definitions,
    subscriptions,
    vaults,
    workspaces,
)
from keyferry.lab.azure.arm.routing import Route

ROUTES: Final[tuple[Route, ...]] = (
    *role_assignments.ROUTES,
    *role_definitions.ROUTES,
    *permissions.ROUTES,
    *diagnostic_settings.ROUTES,
    *federated_credentials.ROUTES,
    *identities.ROUTES,
    *vaults.ROUTES,
    *deleted_vaults.ROUTES,
    *managed_hsms.ROUTES,
    *identity_bindings.ROUTES,
    *cluster_credentials.ROUTES,
    *clusters.ROUTES,
    *workspaces.ROUTES,
    *event_grid.ROUTES,
    *operations.ROUTES,
    *providers.ROUTES,
    *resources.ROUTES,
    *resource_groups.ROUTES,
    *subscriptions.ROUTES,
)
NAMESPACES: Final = frozenset(name.lower() for name in providers.KNOWN)
