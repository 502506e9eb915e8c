"""The list of all resources of a subscription or group, as `az resource list` and the vault client ask for it.

https://learn.microsoft.com/rest/api/resources/resources/list
"""

import re
from typing import Any, Final

from keyferry.lab.azure.arm import access, inventory, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route

_FILTER: Final = re.compile(r"(resourceType|name|location|resourceGroup) eq '([^']*)'", re.IGNORECASE)
_TAG: Final = re.compile(r"tagName eq '([^']*)'(?: and tagValue eq '([^']*)')?", re.IGNORECASE)


def _list(call: Call) -> Reply:
    below = call.group_id if "group" in call.names else f"/subscriptions/{call.subscription}"
    conditions = _conditions(call.request.parameter("$filter"))
    found = [
        _shape(each)
        for each in inventory.resources(call.estate, below)
        if access.may(call.caller, f"{each.type}/read", each.id, call.estate.assignments) and _meets(each, conditions)
    ]
    return paging.page(call, found)


def _conditions(text: str) -> dict[str, str]:
    """Comparisons joined by `and`, or one tag. RefusedError (400) for other filters."""
    tag = _TAG.fullmatch(text.strip())
    if tag is not None:
        return {"tagname": tag[1], **({} if tag[2] is None else {"tagvalue": tag[2]})}
    parts = [part for part in re.split(r" and ", text.strip(), flags=re.IGNORECASE) if part]
    matches = [_FILTER.fullmatch(part.strip()) for part in parts]
    if None in matches:
        raise RefusedError(400, "InvalidFilterInQueryString", f"The lab does not know the filter '{text[:200]}'.")
    return {match[1].lower(): match[2] for match in matches if match is not None}


def _meets(resource: inventory.Resource, conditions: dict[str, str]) -> bool:
    wanted_tag = conditions.get("tagname")
    if wanted_tag is not None:
        value = resource.tags.get(wanted_tag)
        return value is not None and conditions.get("tagvalue", value) == value
    facts = {
        "resourcetype": resource.type,
        "name": resource.name,
        "location": resource.location,
        "resourcegroup": resource.id.split("/")[4],
    }
    return all(facts[name].lower() == value.lower() for name, value in conditions.items())


def _shape(resource: inventory.Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "name": resource.name,
        "type": resource.type,
        "location": resource.location,
        "tags": resource.tags,
    }


ROUTES: Final = tuple(
    Route(template=template, type="", versions=versions.RESOURCES, operations={"GET": Operation("", _list)})
    for template in (
        "/subscriptions/{subscription}/resources",
        "/subscriptions/{subscription}/resourceGroups/{group}/resources",
    )
)
