"""A plan of Terraform's → what becomes of each site, vault and identity. Pure.

Read from `terraform show -json`. https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec

from keyferry.model.errors import Bug


class Action(StrEnum):
    """What is done with a resource."""

    MAKE = "make"
    CHANGE = "change"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Part:
    """A part of an estate: `site site-a`, `vault shops-kv`; `estate` with no name is what belongs to all."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one resource. `fields` are those whose values change; a value is never told."""

    part: Part
    address: str
    action: Action
    fields: tuple[str, ...] = ()


ESTATE: Final = Part(kind="estate")

_MODULE: Final = re.compile(r'module\.(\w+)\[("(?:[^"\\]|\\.)*")\]')
_ACTIONS: Final[Mapping[tuple[str, ...], Action]] = {
    ("create",): Action.MAKE,
    ("update",): Action.CHANGE,
    ("delete",): Action.REMOVE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
}  # the rest are no-op, read and forget: nothing changes in the cloud


class _Change(msgspec.Struct):
    actions: list[str]
    before: Any = None
    after: Any = None
    after_unknown: Any = None


class _Resource(msgspec.Struct):
    address: str
    change: _Change


class _Plan(msgspec.Struct):
    resource_changes: list[_Resource] = []


def read(document: bytes, owners: Mapping[str, str]) -> tuple[Change, ...]:
    """Return what the plan does, in order of parts and addresses.

    `owners` are the sites of identities that one site alone has: what becomes of such an identity becomes of its site.
    """
    try:
        plan = msgspec.json.decode(document, type=_Plan)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        cause = f"its JSON has another shape than format version 1 has: {error}"
        raise Bug(
            what="the plan cannot be read", cause=cause, remedy="tell the project which version of Terraform"
        ) from None
    found = [_read(each, action, owners) for each in plan.resource_changes if (action := _action(each))]
    return tuple(sorted(found, key=lambda change: (change.part, change.address)))


def by_part(changes: Iterable[Change]) -> Mapping[Part, Sequence[Change]]:
    """Return the changes of each part that has any, in order."""
    found: dict[Part, list[Change]] = {}
    for change in changes:
        found.setdefault(change.part, []).append(change)
    return found


def part_of(address: str, owners: Mapping[str, str]) -> Part:
    """Return whose a resource is, by the key of the module that it is in."""
    found = _MODULE.match(address)
    if found is None:
        return ESTATE
    kind = found.group(1)
    try:
        name = str(json.loads(found.group(2)))
    except ValueError:  # an escape that HCL knows alone: no name of ours needs one
        return ESTATE
    if kind == "identity" and name in owners:
        return Part(kind="site", name=owners[name])
    return Part(kind=kind, name=name)


def _action(resource: _Resource) -> Action | None:
    return _ACTIONS.get(tuple(resource.change.actions))


def _read(resource: _Resource, action: Action, owners: Mapping[str, str]) -> Change:
    fields = _fields(resource.change) if action in (Action.CHANGE, Action.REPLACE) else ()
    return Change(part=part_of(resource.address, owners), address=resource.address, action=action, fields=fields)


def _fields(change: _Change) -> tuple[str, ...]:
    before, after, unknown = (
        each if isinstance(each, dict) else {} for each in (change.before, change.after, change.after_unknown)
    )
    known = {name for name in {*before, *after} if before.get(name) != after.get(name) and not unknown.get(name)}
    return tuple(sorted(known))
