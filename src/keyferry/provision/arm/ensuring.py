"""A resource is as it is wanted: looked at, written where it is missing or differs, waited for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from keyferry.model.errors import NotFound, Unavailable, foreign
from keyferry.provision.arm.wire import Dialogue, Request, Response

ABSENT: Final = frozenset({404})
LOOK_AGAIN: Final = timedelta(seconds=5)
LOOKS: Final = 240  # twenty minutes, where Azure does not say how long to wait; a cluster takes ten
_COMPARED: Final = ("location", "tags", "properties")


class Deed(StrEnum):
    """What was done to a resource."""

    NOTHING = "there"
    MADE = "made"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What is wanted at an address. `about` names it in words.

    `shown` is the body as Azure shows it, where that is another one than what is written.
    """

    id: str
    version: str
    about: str
    body: Mapping[str, Any]
    shown: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensured:
    """A resource as it is now, and what that took."""

    about: str
    deed: Deed
    content: Mapping[str, Any]

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its `properties`, empty where it has none."""
        return self.content.get("properties") or {}


def ensure(resource: Resource) -> Dialogue[Ensured]:
    """Return the resource once it is as wanted. Unavailable where the making fails or does not end."""
    found = yield Request(
        method="GET", path=resource.id, version=resource.version, about=resource.about, accepts=ABSENT
    )
    is_there = found.status not in ABSENT
    if is_there and is_met(_compared(resource.shown or resource.body), found.content):
        return Ensured(about=resource.about, deed=Deed.NOTHING, content=found.content)
    written = yield Request(
        method="PUT", path=resource.id, version=resource.version, about=resource.about, body=resource.body
    )
    made = yield from _settled(resource, written)
    return Ensured(about=resource.about, deed=Deed.CHANGED if is_there else Deed.MADE, content=made)


def there(path: str, version: str, about: str, remedy: str) -> Dialogue[Ensured]:
    """Return a resource that somebody else has made. NotFound where nobody has."""
    found = yield Request(method="GET", path=path, version=version, about=about, accepts=ABSENT)
    if found.status in ABSENT:
        raise NotFound(what=f"{about} does not exist", cause=f"nothing is at {path}", remedy=remedy)
    return Ensured(about=about, deed=Deed.NOTHING, content=found.content)


def is_met(wanted: Any, present: Any, name: str = "") -> bool:
    """Tell whether `present` says what `wanted` says; it may say more.

    What is wanted to be off or empty may be missing. Ids and locations are compared as Azure does; all else, such as a
    credential's subject, to the letter. `name` is that of the property.
    """
    if isinstance(wanted, Mapping):
        given = present if isinstance(present, Mapping) else {}
        return all(is_met(value, given.get(key), key) for key, value in wanted.items())
    if isinstance(wanted, list):
        entries = present if isinstance(present, list) else []
        pairs = zip(wanted, entries, strict=False)
        return len(wanted) == len(entries) and all(is_met(one, other) for one, other in pairs)
    if not wanted:
        return not present
    return bool(_folded(wanted, name) == _folded(present, name))


def _folded(value: Any, name: str) -> Any:
    if not isinstance(value, str):
        return value
    if name == "location":
        return value.replace(" ", "").lower()
    return value.lower() if name.lower().endswith("id") else value


def _compared(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: body[name] for name in _COMPARED if name in body}


def _settled(resource: Resource, answer: Response) -> Dialogue[Mapping[str, Any]]:
    """Look until the provisioning has ended. https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations"""
    after = LOOK_AGAIN
    for _ in range(LOOKS):
        state = str((answer.content.get("properties") or {}).get("provisioningState") or "Succeeded")
        if state == "Succeeded":
            return answer.content
        if state in {"Failed", "Canceled"}:
            raise Unavailable(
                what=f"{resource.about} was not made",
                cause=f"its provisioningState is {state}",
                remedy="look at its activity log in the portal, delete what is left of it, and try again",
            )
        after = after if answer.wait is None else answer.wait
        answer = yield Request(
            method="GET", path=resource.id, version=resource.version, about=resource.about, after=after
        )
    raise Unavailable(
        what=f"{resource.about} is still not ready",
        cause=f"its provisioningState is {foreign(state)}",
        remedy="look at its activity log in the portal, and try again",
    )
