"""Managed HSMs: the lab has none, and says so to tools that list them beside the vaults, as the az CLI does.

https://learn.microsoft.com/rest/api/keyvault/managedhsm/managed-hsms/list-deleted
"""

from typing import Final

from keyferry.lab.azure.arm import paging, versions
from keyferry.lab.azure.arm.answers import Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route

_NAMESPACE: Final = "Microsoft.KeyVault"
_SUBSCRIPTION: Final = "/subscriptions/{subscription}"


def _none(call: Call) -> Reply:
    return paging.page(call, [])


ROUTES: Final = tuple(
    Route(
        template=f"{below}/providers/{_NAMESPACE}/{kind}",
        type=f"{_NAMESPACE}/{kind}",
        versions=tuple(each for each in versions.VAULTS if each >= "2020"),
        operations={"GET": Operation(f"{_NAMESPACE}/{kind}/read", _none)},
    )
    for below, kind in (
        (_SUBSCRIPTION, "managedHSMs"),
        (f"{_SUBSCRIPTION}/resourceGroups/{{group}}", "managedHSMs"),
        (_SUBSCRIPTION, "deletedManagedHSMs"),
    )
)
