"""Subscriptions and tenants, as far as the caller may see them.

https://learn.microsoft.com/rest/api/resources/subscriptions
"""

from typing import Any, Final

from keyferry.lab.azure.arm import access, locations, paging, versions
from keyferry.lab.azure.arm.answers import Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.seed.declaration import TenantSeed

READ: Final = "Microsoft.Resources/subscriptions/read"


def _list(call: Call) -> Reply:
    """A caller sees the subscriptions of its tenant in which it has a role anywhere."""
    return paging.page(call, [_shape(tenant) for tenant in _visible(call) if _has_role(call, tenant)])


def _get(call: Call) -> Reply:
    return Reply(content=next(_shape(each) for each in _visible(call) if each.subscription_id == call.subscription))


def _tenants(call: Call) -> Reply:
    value = [
        {
            "id": f"/tenants/{tenant.id}",
            "tenantId": tenant.id,
            "displayName": tenant.domain,
            "defaultDomain": tenant.domain,
            "domains": [tenant.domain],
            "tenantCategory": "Home",
        }
        for tenant in _visible(call)
    ]
    return Reply(content={"value": value})


def _locations(call: Call) -> Reply:
    value = [
        {"id": f"/subscriptions/{call.subscription}/locations/{name}", "name": name, "displayName": name}
        for name in sorted(locations.REGIONS)
    ]
    return Reply(content={"value": value})


def _visible(call: Call) -> list[TenantSeed]:
    tenants = call.estate.directory.tenants
    return [each for each in tenants if each.cloud is call.cloud and each.id == call.caller.tenant_id]


def _has_role(call: Call, tenant: TenantSeed) -> bool:
    scope = f"/subscriptions/{tenant.subscription_id}"
    assigned = call.estate.assignments
    found = (*assigned.within(scope), *assigned.reaching(scope))
    return access.may(call.caller, READ, scope, assigned) or any(
        each.principal_id == call.caller.object_id for each in found
    )


def _shape(tenant: TenantSeed) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{tenant.subscription_id}",
        "subscriptionId": tenant.subscription_id,
        "tenantId": tenant.id,
        "displayName": f"keyferry lab {tenant.domain}",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
    }


ROUTES: Final = (
    Route(template="/tenants", type="", versions=versions.SUBSCRIPTIONS, operations={"GET": Operation("", _tenants)}),
    Route(
        template="/subscriptions", type="", versions=versions.SUBSCRIPTIONS, operations={"GET": Operation("", _list)}
    ),
    Route(
        template="/subscriptions/{subscription}",
        type="",
        versions=versions.SUBSCRIPTIONS,
        operations={"GET": Operation(READ, _get)},
    ),
    Route(
        template="/subscriptions/{subscription}/locations",
        type="",
        versions=versions.SUBSCRIPTIONS,
        operations={"GET": Operation("Microsoft.Resources/subscriptions/locations/read", _locations)},
    ),
)
