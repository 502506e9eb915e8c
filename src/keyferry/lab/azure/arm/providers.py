"""Resource providers: which there are, and their registration with a subscription.

https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
All of them are registered unless the seed or a request says otherwise.
"""

from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm import versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route

# Resource types of each namespace that the lab serves, with their versions.
TYPES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Microsoft.Authorization": {
        "permissions": versions.PERMISSIONS,
        "roleAssignments": versions.ROLE_ASSIGNMENTS,
        "roleDefinitions": versions.ROLE_DEFINITIONS,
    },
    "Microsoft.ContainerService": {
        "managedClusters": versions.CLUSTERS,
        "managedClusters/identityBindings": versions.IDENTITY_BINDINGS,
    },
    "Microsoft.EventGrid": {"eventSubscriptions": versions.EVENT_GRID, "systemTopics": versions.EVENT_GRID},
    "Microsoft.Insights": {"diagnosticSettings": versions.DIAGNOSTIC_SETTINGS},
    "Microsoft.KeyVault": {
        "vaults": versions.VAULTS,
        "vaults/accessPolicies": versions.VAULTS,
        "deletedVaults": versions.VAULTS,
        "checkNameAvailability": versions.VAULTS,
    },
    "Microsoft.ManagedIdentity": {
        "userAssignedIdentities": versions.IDENTITIES,
        "userAssignedIdentities/federatedIdentityCredentials": versions.FEDERATED_CREDENTIALS,
    },
    "Microsoft.OperationalInsights": {"workspaces": versions.WORKSPACES},
    "Microsoft.Resources": {"resourceGroups": versions.RESOURCES, "subscriptions": versions.SUBSCRIPTIONS},
}
# Others that provisioning tools look for at their start, whether they use them or not. The lab has no types of theirs.
_ELSEWHERE: Final = (
    "ApiManagement AppConfiguration Automation Cache Cdn CognitiveServices Compute ContainerInstance ContainerRegistry "
    "CostManagement CustomProviders DBforMySQL DBforPostgreSQL DataFactory DataMigration DataProtection Databricks "
    "DesktopVirtualization DevTestLab Devices DocumentDB EventHub GuestConfiguration HDInsight HealthcareApis Kusto "
    "Logic MachineLearningServices Maintenance ManagedServices Management Maps MarketplaceOrdering Network "
    "NotificationHubs OperationsManagement PolicyInsights PowerBIDedicated RecoveryServices Relay "
    "Search Security SecurityInsights ServiceBus ServiceFabric SignalRService Sql Storage StreamAnalytics Web"
)
KNOWN: Final = (*TYPES, *(f"Microsoft.{name}" for name in _ELSEWHERE.split()))
ALWAYS_REGISTERED: Final = ("microsoft.authorization", "microsoft.resources")
_BY_NAME: Final = {name.lower(): name for name in KNOWN}


def demand_registration(call: Call, namespace: str) -> None:
    """Return if the subscription has the provider registered. RefusedError (409) as clients expect it, otherwise."""
    if _key(call, namespace) in call.estate.state.unregistered:
        text = f"The subscription is not registered to use namespace '{namespace}'."
        raise RefusedError(
            409,
            "MissingSubscriptionRegistration",
            text,
            details=(("MissingSubscriptionRegistration", text, namespace),),
        )


def _list(call: Call) -> Reply:
    return Reply(content={"value": [_shape(call, name) for name in sorted(KNOWN)]})


def _get(call: Call) -> Reply:
    return Reply(content=_shape(call, _named(call)))


def _register(call: Call) -> Reply:
    namespace = _named(call)
    call.estate.state.unregistered.pop(_key(call, namespace), None)
    return Reply(content=_shape(call, namespace))


def _unregister(call: Call) -> Reply:
    namespace = _named(call)
    if namespace.lower() in ALWAYS_REGISTERED:
        raise RefusedError(409, "CannotUnregisterProvider", f"'{namespace}' is always registered.")
    call.estate.state.unregistered[_key(call, namespace)] = True
    return Reply(content=_shape(call, namespace))


def _named(call: Call) -> str:
    namespace = _BY_NAME.get(call.names["namespace"].lower())
    if namespace is None:
        raise RefusedError(
            404, "InvalidResourceNamespace", f"The resource namespace '{call.names['namespace'][:80]}' is unknown."
        )
    return namespace


def _key(call: Call, namespace: str) -> str:
    return f"{call.subscription}/{namespace.lower()}"


def _shape(call: Call, namespace: str) -> dict[str, Any]:
    registered = _key(call, namespace) not in call.estate.state.unregistered
    return {
        "id": f"/subscriptions/{call.subscription}/providers/{namespace}",
        "namespace": namespace,
        "registrationPolicy": "RegistrationFree" if namespace.lower() in ALWAYS_REGISTERED else "RegistrationRequired",
        "registrationState": "Registered" if registered else "NotRegistered",
        "resourceTypes": [
            {"resourceType": kind, "locations": [], "apiVersions": list(reversed(known))}
            for kind, known in TYPES.get(namespace, {}).items()
        ],
    }


_ONE: Final = "/subscriptions/{subscription}/providers/{namespace}"
ROUTES: Final = (
    Route(
        template="/subscriptions/{subscription}/providers",
        type="",
        versions=versions.RESOURCES,
        operations={"GET": Operation("Microsoft.Resources/subscriptions/providers/read", _list)},
    ),
    Route(
        template=_ONE,
        type="",
        versions=versions.RESOURCES,
        operations={"GET": Operation("Microsoft.Resources/subscriptions/providers/read", _get)},
    ),
    Route(
        template=f"{_ONE}/register",
        type="",
        versions=versions.RESOURCES,
        operations={"POST": Operation("{namespace}/register/action", _register)},
    ),
    Route(
        template=f"{_ONE}/unregister",
        type="",
        versions=versions.RESOURCES,
        operations={"POST": Operation("{namespace}/unregister/action", _unregister)},
    ),
)
