"""System topics: the events of one vault as a resource.

https://learn.microsoft.com/rest/api/eventgrid/controlplane/system-topics
https://learn.microsoft.com/azure/event-grid/system-topics
"""

import re
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, locations, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.eventgrid import shapes, source
from keyferry.lab.azure.eventgrid.source import Source
from keyferry.lab.azure.eventgrid.state import SystemTopic

TYPE: Final = shapes.TOPIC_TYPE
_GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{group}"
TEMPLATE: Final = f"{_GROUP}/providers/{TYPE}/{{topic}}"
_NAME: Final = re.compile(r"[a-zA-Z0-9-]{3,50}")


def find(call: Call) -> SystemTopic:
    """Return the topic that the address names. RefusedError (404) where there is none."""
    known = call.estate.grid.state.topics.get(_id(call).lower())
    if known is None:
        raise RefusedError(404, "ResourceNotFound", f"The system topic '{call.names['topic'][:64]}' was not found.")
    return known


def _put(call: Call) -> Reply:
    if not _NAME.fullmatch(call.names["topic"]):
        raise _invalid("The name of a system topic must be 3 to 50 letters, digits and '-'.")
    content = bodies.parse(call.request)
    grid = call.estate.grid
    known = grid.state.topics.get(_id(call).lower())
    vault = _source(call, content)
    topic = SystemTopic(
        id=_id(call) if known is None else known.id,
        name=call.names["topic"] if known is None else known.name,
        source=vault.id,
        location=_location(content, vault),
        metric_resource_id=call.estate.sources.guid() if known is None else known.metric_resource_id,
        tags=bodies.tags(content),
    )
    for other in grid.state.topics.values():
        if other.source.lower() == vault.id.lower() and other.id.lower() != topic.id.lower():
            raise _invalid(f"The vault has the system topic '{other.name}', and can have one alone.")
    if known is not None and known.source.lower() != vault.id.lower():
        raise _invalid("The source of a system topic cannot be changed.")
    grid.state.topics[topic.id.lower()] = topic
    return Reply(status=201 if known is None else 200, content=shapes.topic(topic))


def _patch(call: Call) -> Reply:
    topic = find(call)
    content = bodies.parse(call.request)
    if content.get("tags") is not None:
        topic.tags = bodies.tags(content)
    return Reply(content=shapes.topic(topic))


def _get(call: Call) -> Reply:
    return Reply(content=shapes.topic(find(call)))


def _delete(call: Call) -> Reply:
    """A topic takes its subscriptions with it."""
    grid = call.estate.grid
    gone = grid.state.topics.pop(_id(call).lower(), None)
    if gone is None:
        return Reply(status=204)
    below = f"{gone.id}/".lower()
    for each in tuple(grid.state.subscriptions.values()):
        if each.id.lower().startswith(below):
            grid.subscriptions.remove(each.id, call.now)
    return Reply(status=200)


def _list(call: Call) -> Reply:
    if call.request.parameter("$filter"):
        raise RefusedError(400, "InvalidFilterInQueryString", "The lab's Event Grid knows no '$filter'.")
    place = call.group_id if "group" in call.names else f"/subscriptions/{call.subscription}"
    below = f"{place}/".lower()
    topics = call.estate.grid.state.topics.values()
    return paging.page(call, [shapes.topic(each) for each in topics if each.id.lower().startswith(below)])


def _id(call: Call) -> str:
    return f"{call.group_id}/providers/{TYPE}/{call.names['topic']}"


def _source(call: Call, content: dict[str, Any]) -> Source:
    properties = bodies.properties(content)
    wanted = properties.get("source")
    if str(properties.get("topicType", "")).lower() != shapes.VAULTS.lower():
        raise _invalid(f"'properties.topicType' must be {shapes.VAULTS}: the lab has no other sources.")
    vault = call.estate.vaults.find(wanted) if isinstance(wanted, str) else None
    if vault is None:
        raise _invalid("'properties.source' must be the resource id of a vault that exists.")
    return source.of(vault)


def _location(content: dict[str, Any], vault: Source) -> str:
    location = content.get("location")
    if not isinstance(location, str) or not location:
        raise RefusedError(400, "LocationRequired", "The property 'location' is required for this resource.")
    if locations.normalised(location) != vault.location:
        raise _invalid(f"The location of a system topic must be that of its source, '{vault.location}'.")
    return vault.location


def _invalid(message: str) -> RefusedError:
    return RefusedError(400, "InvalidRequest", message)


ROUTES: Final = (
    *(
        Route(
            template=f"{place}/providers/{TYPE}",
            type=TYPE,
            versions=versions.EVENT_GRID,
            operations={"GET": Operation(f"{TYPE}/read", _list)},
        )
        for place in ("/subscriptions/{subscription}", _GROUP)
    ),
    Route(
        template=TEMPLATE,
        type=TYPE,
        versions=versions.EVENT_GRID,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "PATCH": Operation(f"{TYPE}/write", _patch),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
