"""Diagnostic settings of a resource: where its logs and metrics go. They are kept; nothing is sent.

https://learn.microsoft.com/rest/api/monitor/diagnostic-settings
https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, inventory, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.arm.state import DiagnosticSetting

TYPE: Final = "Microsoft.Insights/diagnosticSettings"
MAX_SETTINGS: Final = 5
CATEGORIES: Final = ("AuditEvent", "AzurePolicyEvaluationDetails")
CATEGORY_GROUPS: Final = ("audit", "allLogs")
METRICS: Final = ("AllMetrics",)
_NAME: Final = re.compile(r"[^*<>%&:\\?+/]{1,260}")
_DESTINATIONS: Final[Mapping[str, str]] = {
    "storageAccountId": "Microsoft.Storage/storageAccounts",
    "workspaceId": "Microsoft.OperationalInsights/workspaces",
    "eventHubAuthorizationRuleId": "Microsoft.EventHub/namespaces/authorizationRules",
    "serviceBusRuleId": "Microsoft.ServiceBus/namespaces/authorizationRules",
    "marketplacePartnerId": "",
}
_KEPT: Final = (*_DESTINATIONS, "eventHubName", "logAnalyticsDestinationType", "logs", "metrics")


def _list(call: Call) -> Reply:
    start = f"{_beginning(call)}/".lower()
    found = [_shape(each) for key, each in call.estate.state.diagnostics.items() if key.startswith(start)]
    return Reply(content={"value": found})


def _get(call: Call) -> Reply:
    setting = call.estate.state.diagnostics.get(_id(call).lower())
    if setting is None:
        raise RefusedError(
            404, "ResourceNotFound", f"The diagnostic setting '{call.names['name'][:260]}' was not found."
        )
    return Reply(content=_shape(setting))


def _put(call: Call) -> Reply:
    if not _NAME.fullmatch(call.names["name"]):
        raise _bad("The name of a diagnostic setting must be 1 to 260 characters without * < > % & : \\ ? + /.")
    properties = _parse(call)
    settings = call.estate.state.diagnostics
    start = f"{_beginning(call)}/".lower()
    others = [each for key, each in settings.items() if key.startswith(start) and key != _id(call).lower()]
    if len(others) >= MAX_SETTINGS:
        raise _bad(f"The resource has {MAX_SETTINGS} diagnostic settings, and takes no more.")
    _check_others(properties, others)
    setting = DiagnosticSetting(id=_id(call), name=call.names["name"], properties=properties)
    settings[setting.id.lower()] = setting
    return Reply(content=_shape(setting))


def _delete(call: Call) -> Reply:
    removed = call.estate.state.diagnostics.pop(_id(call).lower(), None)
    return Reply(status=204 if removed is None else 200)


def _beginning(call: Call) -> str:
    """The id of the resource's settings together. RefusedError (404) where there is no such resource."""
    scope = call.names["scope"]
    inventory.demand(call.estate, scope)
    if "/providers/" not in scope.lower():
        raise RefusedError(404, "ResourceNotFound", f"'{scope[:500]}' is no resource with diagnostic settings.")
    return f"{scope}/providers/{TYPE}"


def _id(call: Call) -> str:
    return f"{_beginning(call)}/{call.names['name']}"


def _parse(call: Call) -> dict[str, Any]:
    properties = bodies.properties(bodies.parse(call.request))
    given = {name: value for name, value in properties.items() if name in _KEPT and value is not None}
    destinations = [name for name in _DESTINATIONS if given.get(name)]
    if not destinations:
        raise _bad("A diagnostic setting needs a destination: a storage account, a workspace or an event hub.")
    for name in destinations:
        _check_destination(name, given[name])
    if given.get("logAnalyticsDestinationType") not in (None, "Dedicated", "AzureDiagnostics"):
        raise _bad("The property 'logAnalyticsDestinationType' must be 'Dedicated' or null.")
    logs = _entries(given, "logs", {"category": CATEGORIES, "categoryGroup": CATEGORY_GROUPS})
    metrics = _entries(given, "metrics", {"category": METRICS})
    if not any(each.get("enabled") for each in (*logs, *metrics)):
        raise _bad("A diagnostic setting needs a category of logs or metrics that is enabled.")
    return given


def _check_destination(name: str, written: object) -> None:
    kind = _DESTINATIONS[name]
    pattern = "".join(f"/{re.escape(part)}/[^/]+" for part in kind.split("/")[1:])
    group = r"/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+"
    namespace = re.escape(kind.split("/", maxsplit=1)[0])
    wanted = rf"{group}/providers/{namespace}{pattern}" if kind else r"/.+"
    if not isinstance(written, str) or not re.fullmatch(wanted, written, re.IGNORECASE):
        raise _bad(f"The property '{name}' must be the ARM id of a resource of the type '{kind}'.")


def _entries(given: Mapping[str, Any], name: str, known: Mapping[str, tuple[str, ...]]) -> list[Mapping[str, Any]]:
    entries = given.get(name) or []
    if not isinstance(entries, list) or not all(isinstance(each, Mapping) for each in entries):
        raise _bad(f"The property '{name}' must be a list of objects.")
    for entry in entries:
        named = [(key, entry[key]) for key in known if entry.get(key)]
        if len(named) != 1:
            raise _bad(f"An entry of '{name}' must have exactly one of {', '.join(known)}.")
        key, value = named[0]
        if str(value).lower() not in {each.lower() for each in known[key]}:
            raise _bad(f"The {key} '{str(value)[:80]}' is not supported by this resource.")
    return entries


def _check_others(properties: Mapping[str, Any], others: list[DiagnosticSetting]) -> None:
    """Of one destination a resource has one setting."""
    for other in others:
        for name in _DESTINATIONS:
            mine, theirs = properties.get(name), other.properties.get(name)
            if mine and theirs and mine.lower() == theirs.lower():
                raise RefusedError(409, "Conflict", f"The diagnostic setting '{other.name}' has this '{name}' already.")


def _bad(message: str) -> RefusedError:
    return RefusedError(400, "BadRequest", message)


def _shape(setting: DiagnosticSetting) -> dict[str, Any]:
    absent = dict.fromkeys(name for name in _KEPT if name not in ("logs", "metrics"))
    return {
        "id": setting.id,
        "name": setting.name,
        "type": TYPE,
        "properties": {**absent, "logs": [], "metrics": [], **setting.properties},
    }


ROUTES: Final = (
    Route(
        template=f"{{scope}}/providers/{TYPE}",
        type=TYPE,
        versions=versions.DIAGNOSTIC_SETTINGS,
        operations={"GET": Operation(f"{TYPE}/read", _list)},
    ),
    Route(
        template=f"{{scope}}/providers/{TYPE}/{{name}}",
        type=TYPE,
        versions=versions.DIAGNOSTIC_SETTINGS,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
