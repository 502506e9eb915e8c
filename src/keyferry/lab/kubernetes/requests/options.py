"""The query parameters of requests, and the DeleteOptions in a body, as types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keyferry.lab.kubernetes import objects, problems
from keyferry.lab.kubernetes.problems import Problem, forbidden, too_long, unsupported
from keyferry.lab.kubernetes.status import StatusError, bad_request, invalid
from keyferry.lab.world.http import Request

MAX_TIMEOUT_SECONDS = 3600
MAX_MANAGER_BYTES = 128
_MATCHES = ("Exact", "NotOlderThan")
_FIELD_VALIDATION = ("Ignore", "Warn", "Strict")
_KIND = {"PUT": "UpdateOptions", "PATCH": "PatchOptions"}
_PROPAGATION = ("Background", "Foreground", "Orphan")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """How to list or watch. `resource_version` is None when it is not given, 0 for "any, the cached one will do"."""

    label_selector: str = ""
    field_selector: str = ""
    resource_version: int | None = None
    match: str = ""
    limit: int = 0
    continue_token: str = ""
    timeout_seconds: int = 0
    bookmarks: bool = False
    send_initial_events: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How to create, update or patch."""

    dry_run: bool = False
    field_manager: str = ""
    field_validation: str = "Warn"
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteOptions:
    """How to delete. An empty `propagation` leaves it to the kind's default, as does a `grace_seconds` of None."""

    dry_run: bool = False
    uid: str = ""
    resource_version: str = ""
    propagation: str = ""
    grace_seconds: int | None = None


def for_list(request: Request, *, watch: bool) -> ListOptions:
    """Return the options of a list or watch; BadRequest or Invalid when they make no sense."""
    options = ListOptions(
        label_selector=request.parameter("labelSelector"),
        field_selector=request.parameter("fieldSelector"),
        resource_version=_revision(request.parameter("resourceVersion")),
        match=request.parameter("resourceVersionMatch"),
        limit=_number(request, "limit"),
        continue_token=request.parameter("continue"),
        timeout_seconds=min(_number(request, "timeoutSeconds"), MAX_TIMEOUT_SECONDS),
        bookmarks=_flag(request, "allowWatchBookmarks"),
        send_initial_events=_flag(request, "sendInitialEvents"),
    )
    if found := _problems(options, watch=watch, asked=bool(request.parameter("sendInitialEvents"))):
        raise invalid("meta.k8s.io", "ListOptions", "", found)
    if options.continue_token and options.resource_version:
        raise bad_request("specifying resource version is not allowed when using continue")
    return options


def for_write(request: Request) -> WriteOptions:
    """Return the options of a create, update or patch."""
    agent = request.headers.get("user-agent", "").partition("/")[0]
    manager = request.parameter("fieldManager")
    validation = request.parameter("fieldValidation", "Warn")
    dry_run = _values(request, "dryRun")
    found = [*_manager_problems(manager), *_dry_run_problems(dry_run)]
    if validation not in _FIELD_VALIDATION:
        found.append(unsupported("fieldValidation", validation, _FIELD_VALIDATION))
    if found:
        raise invalid("meta.k8s.io", _KIND.get(request.method, "CreateOptions"), "", found)
    return WriteOptions(
        dry_run=bool(dry_run),
        field_manager=manager or agent or "unknown",
        field_validation=validation,
        force=_flag(request, "force"),
    )


def for_delete(request: Request, body: Any) -> DeleteOptions:
    """Return the options of a delete, from the query and from the DeleteOptions in `body` (None for no body)."""
    given = body if isinstance(body, dict) else {}
    propagation = given.get("propagationPolicy") or request.parameter("propagationPolicy")
    if given.get("orphanDependents") is True:
        propagation = "Orphan"
    dry_run = given.get("dryRun") or _values(request, "dryRun")
    found = _dry_run_problems(dry_run)
    if propagation and propagation not in _PROPAGATION:
        found.append(unsupported("propagationPolicy", propagation, (*_PROPAGATION, "nil")))
    if found:
        raise invalid("meta.k8s.io", "DeleteOptions", "", found)
    preconditions = given.get("preconditions") or {}
    return DeleteOptions(
        dry_run=bool(dry_run),
        uid=preconditions.get("uid") or "",
        resource_version=preconditions.get("resourceVersion") or "",
        propagation=propagation,
        grace_seconds=_grace(request, given),
    )


def is_watch(request: Request) -> bool:
    """Whether a GET of a collection asks for a watch."""
    return _flag(request, "watch")


def revision(text: str) -> int | None:
    """Return a resourceVersion as a number, None for the empty text; BadRequest for anything else."""
    return _revision(text)


def _problems(options: ListOptions, *, watch: bool, asked: bool) -> list[Problem]:
    path = "resourceVersionMatch"
    found = []
    if options.match and options.match not in _MATCHES:
        found.append(unsupported(path, options.match, _MATCHES))
    if asked and not watch:
        found.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    elif watch and options.send_initial_events and options.match != "NotOlderThan":
        found.append(forbidden(path, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
    elif watch and options.match and not asked:
        found.append(
            forbidden(path, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
        )
    if not watch and options.match and options.resource_version is None:
        found.append(forbidden(path, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
    if options.match == "Exact" and options.resource_version == 0:
        found.append(forbidden(path, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    return found


def _manager_problems(manager: str) -> list[Problem]:
    path = "fieldManager"
    found = [too_long(path, MAX_MANAGER_BYTES)] if len(manager.encode()) > MAX_MANAGER_BYTES else []
    for position, letter in enumerate(manager):
        if not letter.isprintable():
            detail = f"invalid character U+{ord(letter):04X} (at position {position})"
            return [*found, problems.invalid(path, manager, detail)]
    return found


def _values(request: Request, name: str) -> list[str]:
    return [value for key, value in request.query if key == name]


def _dry_run_problems(values: Sequence[str]) -> list[Problem]:
    return [unsupported("dryRun", value, ["All"]) for value in values if value != "All"]


def _grace(request: Request, given: dict[str, Any]) -> int | None:
    field = "gracePeriodSeconds"
    if given.get(field) is None:
        return _number(request, field) if request.parameter(field) else None
    if not isinstance(given[field], int):
        raise bad_request(f"json: cannot unmarshal into Go struct field DeleteOptions.{field} of type int64")
    return int(given[field])


def _flag(request: Request, name: str) -> bool:
    return request.parameter(name).lower() in ("1", "true", "t")


def _number(request: Request, name: str) -> int:
    text = request.parameter(name, "0")
    if not _is_number(text):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return max(0, int(text))


def _is_number(text: str) -> bool:
    """Whether `text` is a whole number."""
    return text.removeprefix("-").isdecimal()


def _revision(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise _bad_version(text)
    return int(text)


def _bad_version(text: str) -> StatusError:
    shown = objects.encode(text).decode()
    return bad_request(f"resourceVersion: Invalid value: {shown}: strconv.ParseUint: parsing {shown}: invalid syntax")
