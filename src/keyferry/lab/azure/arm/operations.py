"""Long-running operations: an answer 202 with an address, which says 202 until the work is done.

https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
"""

from datetime import timedelta
from typing import Final

from keyferry.lab.azure.arm import versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route

RETRY_AFTER: Final = ("Retry-After", "1")
REMEMBERED: Final = 1000


def accepted(call: Call, below: str, seconds: float) -> Reply:
    """Return 202 with the address of an operation that ends in `seconds`. `below` is the ARM id it is put under."""
    pending = call.estate.state.operations
    operation_id = call.estate.sources.guid()
    pending[operation_id] = call.now + timedelta(seconds=seconds)
    if len(pending) > REMEMBERED:
        del pending[next(iter(pending))]
    address = f"https://{call.request.authority}{below}/operationresults/{operation_id}?api-version={call.version}"
    return Reply(status=202, headers=(("Location", address), RETRY_AFTER))


def _get(call: Call) -> Reply:
    ends = call.estate.state.operations.get(call.names["operation"].lower())
    if ends is None:
        raise RefusedError(404, "OperationNotFound", "There is no such operation, or it ended long ago.")
    if call.now < ends:
        return Reply(status=202, headers=(("Location", _here(call)), RETRY_AFTER))
    return Reply(status=200)


def _here(call: Call) -> str:
    return f"https://{call.request.authority}{call.path}?api-version={call.version}"


_ALL: Final = tuple(sorted({*versions.RESOURCES, *versions.VAULTS, *versions.CLUSTERS}))
ROUTES: Final = tuple(
    Route(
        template=f"{below}/operationresults/{{operation}}",
        type="",
        versions=_ALL,
        operations={"GET": Operation("", _get)},
    )
    for below in (
        "/subscriptions/{subscription}",
        "/subscriptions/{subscription}/providers/{namespace}/locations/{location}",
    )
)
