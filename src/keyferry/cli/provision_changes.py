"""How a plan is told: what becomes of each site, vault and identity, for people and for programs. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from keyferry.provision.terraform import changes
from keyferry.provision.terraform.changes import Action, Change

_TOLD: Final = (Action.CHANGE, Action.REPLACE, Action.REMOVE)  # one by one: what is made hurts nobody
_DONE: Final = {
    Action.MAKE: "made",
    Action.CHANGE: "changed",
    Action.REPLACE: "replaced",
    Action.REMOVE: "removed",
}
_NONE: Final = "-"


def lines(found: Sequence[Change]) -> Iterator[str]:
    """Yield a table of the parts; below a part, each of its resources that is there and does not stay as it is."""
    parts = changes.by_part(found)
    width = max((len(str(part)) for part in parts), default=0)
    if parts:
        yield _row("", width, [action.value for action in Action])
    for part, of_part in parts.items():
        yield _row(str(part), width, [_count(of_part, action) for action in Action])
        for change in of_part:
            if change.action in _TOLD:
                yield f"  {change.action} {change.address}{_fields(change)}"
    yield total(found)


def total(found: Sequence[Change]) -> str:
    """Return one line about all of them."""
    counts = Counter(change.action for change in found)
    return ", ".join(f"{counts[action]:,} to {action}" for action in Action if counts[action]) or "no resource changes"


def done(found: Sequence[Change]) -> str:
    """Return one line about all of them, once they were carried out."""
    counts = Counter(change.action for change in found)
    told = ", ".join(f"{counts[action]:,} {word}" for action, word in _DONE.items() if counts[action])
    return told or "no resource, outputs alone"


def document(found: Sequence[Change], *, has_changes: bool) -> dict[str, Any]:
    """Return the same for programs. Outputs may change where no resource does."""
    counts = Counter(change.action for change in found)
    return {
        "hasChanges": has_changes,
        "summary": {action.value: counts[action] for action in Action},
        "parts": [
            {
                "kind": part.kind,
                "name": part.name,
                "changes": [
                    {"address": each.address, "action": each.action.value, "fields": list(each.fields)}
                    for each in of_part
                ],
            }
            for part, of_part in changes.by_part(found).items()
        ],
    }


def _row(name: str, width: int, cells: Sequence[str]) -> str:
    return f"{name:<{width}}" + "".join(f"  {cell:>7}" for cell in cells)


def _count(found: Sequence[Change], action: Action) -> str:
    count = sum(change.action is action for change in found)
    return f"{count:,}" if count else _NONE


def _fields(change: Change) -> str:
    return f" ({', '.join(change.fields)})" if change.fields else ""
