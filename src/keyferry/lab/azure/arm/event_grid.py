"""Event subscriptions: of a vault, and below a system topic. Their handshake is a long-running operation.

https://learn.microsoft.com/rest/api/eventgrid/controlplane/event-subscriptions
https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topic-event-subscriptions
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from keyferry.lab.azure.arm import bodies, locations, paging, system_topics, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Handler, Operation, Route
from keyferry.lab.azure.eventgrid import reading, shapes, source
from keyferry.lab.azure.eventgrid.definition import Definition, InvalidError
from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.eventgrid.state import Subscription

RETRY_AFTER: Final = ("Retry-After", "1")
_NAME: Final = re.compile(r"[a-zA-Z0-9-]{3,64}")
_OPERATIONS: Final = "/subscriptions/{subscription}/providers/Microsoft.EventGrid/locations/{location}/operationsStatus"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parent:
    """What a subscription hangs on: `beginning` is the part of its ARM id before its name."""

    source: Source
    beginning: str


Parent = Callable[[Call], _Parent]


def _vault(call: Call) -> _Parent:
    scope = call.names["scope"]
    vault = call.estate.vaults.find(scope)
    if vault is None and "/providers/microsoft.keyvault/vaults/" in scope.lower():
        raise RefusedError(404, "ResourceNotFound", f"The resource '{scope[:500]}' was not found.")
    if vault is None:
        raise _invalid("The lab's Event Grid has the events of vaults alone: the scope must be a vault.")
    return _Parent(source=source.of(vault), beginning=f"{vault.resource_id}/providers/{shapes.SUBSCRIPTION_TYPE}")


def _topic(call: Call) -> _Parent:
    topic = system_topics.find(call)
    vault = call.estate.vaults.find(topic.source)
    assert vault is not None, "a vault takes its topics with it"
    return _Parent(source=source.of(vault), beginning=f"{topic.id}/eventSubscriptions")


def _put(call: Call, parent: _Parent) -> Reply:
    if not _NAME.fullmatch(call.names["name"]):
        raise _invalid("The name of an event subscription must be 3 to 64 letters, digits and '-'.")
    content = bodies.parse(call.request)
    return _write(call, parent, _read(call, content.get("properties"), None))


def _patch(call: Call, parent: _Parent) -> Reply:
    known = _find(call, parent)
    base = known.definition if known.handshake is None else known.handshake.definition
    return _write(call, parent, _read(call, bodies.parse(call.request), base))


def _write(call: Call, parent: _Parent, definition: Definition) -> Reply:
    """Create and update both answer 201 and the address where the operation can be followed."""
    grid = call.estate.grid
    resource_id = f"{parent.beginning}/{call.names['name']}"
    operation = grid.subscriptions.put(resource_id, parent.source, definition, call.now)
    grid.changed()
    known = grid.subscriptions.get(resource_id)
    assert known is not None, "it was put just now"
    path = _OPERATIONS.format(subscription=operation.subscription_id, location=operation.location)
    address = f"https://{call.request.authority}{path}/{operation.id}?api-version={call.version}"
    headers = (("Azure-AsyncOperation", address), RETRY_AFTER)
    return Reply(status=201, content=shapes.subscription(known), headers=headers)


def _get(call: Call, parent: _Parent) -> Reply:
    return Reply(content=shapes.subscription(_find(call, parent)))


def _delete(call: Call, parent: _Parent) -> Reply:
    gone = call.estate.grid.subscriptions.remove(f"{parent.beginning}/{call.names['name']}", call.now)
    return Reply(status=200 if gone else 204)


def _full_url(call: Call, parent: _Parent) -> Reply:
    return Reply(content=shapes.full_url(_find(call, parent)))


def _attributes(call: Call, parent: _Parent) -> Reply:
    return Reply(content=shapes.attributes(_find(call, parent)))


def _list_below(call: Call, parent: _Parent) -> Reply:
    beginning = f"{parent.beginning}/".lower()
    return _listed(call, lambda each: each.id.lower().startswith(beginning))


def _list_global(call: Call) -> Reply:
    """Subscriptions of a group or an Azure subscription whose topics have no region; vaults have one, so none."""
    scope = call.names["scope"]
    if call.estate.vaults.find(scope) is not None or "/providers/" in scope.lower():
        return _list_below(call, _vault(call))
    return _listed(call, lambda _: False)


def _list_regional(call: Call) -> Reply:
    """Subscriptions of vaults in one region, those below system topics not among them."""
    scope = call.path.lower().partition("/providers/")[0] + "/"
    wanted = locations.normalised(call.names["location"])
    if call.names.get("type", shapes.VAULTS).lower() != shapes.VAULTS.lower():
        return _listed(call, lambda _: False)
    return _listed(
        call,
        lambda each: (
            each.id.lower().startswith(scope) and each.location == wanted and "/systemtopics/" not in each.id.lower()
        ),
    )


def _listed(call: Call, wanted: Callable[[Subscription], bool]) -> Reply:
    if call.request.parameter("$filter"):
        raise RefusedError(400, "InvalidFilterInQueryString", "The lab's Event Grid knows no '$filter'.")
    call.estate.grid.advance(call.now)
    found = [each for each in call.estate.grid.state.subscriptions.values() if wanted(each)]
    return paging.page(call, [shapes.subscription(each) for each in found])


def _operation(call: Call) -> Reply:
    call.estate.grid.advance(call.now)
    found = call.estate.grid.operation(call.names["operation"])
    if found is None or found.subscription_id.lower() != call.subscription:
        raise RefusedError(404, "OperationNotFound", "There is no such operation, or it ended long ago.")
    return Reply(content=shapes.operation(found, call.path), headers=(RETRY_AFTER,) if found.ended is None else ())


def _find(call: Call, parent: _Parent) -> Subscription:
    call.estate.grid.advance(call.now)
    found = call.estate.grid.subscriptions.get(f"{parent.beginning}/{call.names['name']}")
    if found is None:
        raise RefusedError(
            404, "ResourceNotFound", f"The event subscription '{call.names['name'][:64]}' was not found."
        )
    return found


def _read(call: Call, content: object, base: Definition | None) -> Definition:
    try:
        definition = reading.read(content, call.now, base)
    except InvalidError as refusal:
        raise _invalid(str(refusal)) from None
    tenant_id = definition.destination.tenant_id
    if tenant_id and call.estate.grid.tokens.issuer(tenant_id) is None:
        raise _invalid(f"The tenant '{tenant_id[:80]}' of the destination does not exist.")
    return definition


def _invalid(message: str) -> RefusedError:
    return RefusedError(400, "InvalidRequest", message)


def _on(parent: Parent, handler: Callable[[Call, _Parent], Reply]) -> Handler:
    return lambda call: handler(call, parent(call))


def _routes(below: str, kind: str, parent: Parent) -> tuple[Route, ...]:
    """The addresses of one subscription, which are alike below a vault and below a topic."""
    one = f"{below}/{{name}}"
    verbs = {
        "GET": Operation(f"{kind}/read", _on(parent, _get)),
        "PUT": Operation(f"{kind}/write", _on(parent, _put)),
        "PATCH": Operation(f"{kind}/write", _on(parent, _patch)),
        "DELETE": Operation(f"{kind}/delete", _on(parent, _delete)),
    }
    full_url = {"POST": Operation(f"{kind}/getFullUrl/action", _on(parent, _full_url))}
    attributes = {"POST": Operation(f"{kind}/getDeliveryAttributes/action", _on(parent, _attributes))}
    return tuple(
        Route(template=template, type=kind, versions=versions.EVENT_GRID, operations=operations)
        for template, operations in (
            (f"{one}/getFullUrl", full_url),
            (f"{one}/getDeliveryAttributes", attributes),
            (one, verbs),
        )
    )


def _lists() -> tuple[Route, ...]:
    read = f"{shapes.SUBSCRIPTION_TYPE}/read"
    places = ("/subscriptions/{subscription}", "/subscriptions/{subscription}/resourceGroups/{group}")
    regional = "/providers/Microsoft.EventGrid/locations/{location}"
    return tuple(
        Route(
            template=f"{place}{below}/eventSubscriptions",
            type=shapes.SUBSCRIPTION_TYPE,
            versions=versions.EVENT_GRID,
            operations={"GET": Operation(read, _list_regional)},
        )
        for place in places
        for below in (f"{regional}/topicTypes/{{type}}", regional)
    )


_TOPIC: Final = f"{system_topics.TEMPLATE}/eventSubscriptions"
_SCOPED: Final = f"{{scope}}/providers/{shapes.SUBSCRIPTION_TYPE}"
ROUTES: Final = (
    *system_topics.ROUTES,
    *_routes(_TOPIC, shapes.TOPIC_SUBSCRIPTION_TYPE, _topic),
    Route(
        template=_TOPIC,
        type=shapes.TOPIC_SUBSCRIPTION_TYPE,
        versions=versions.EVENT_GRID,
        operations={"GET": Operation(f"{shapes.TOPIC_SUBSCRIPTION_TYPE}/read", _on(_topic, _list_below))},
    ),
    *_lists(),
    Route(
        template=f"{_OPERATIONS}/{{operation}}",
        type=shapes.SUBSCRIPTION_TYPE,
        versions=versions.EVENT_GRID,
        operations={"GET": Operation("", _operation)},  # who has a right in one group alone follows it too
    ),
    *_routes(_SCOPED, shapes.SUBSCRIPTION_TYPE, _vault),
    Route(
        template=_SCOPED,
        type=shapes.SUBSCRIPTION_TYPE,
        versions=versions.EVENT_GRID,
        operations={"GET": Operation(f"{shapes.SUBSCRIPTION_TYPE}/read", _list_global)},
    ),
)
