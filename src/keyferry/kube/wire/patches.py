"""Patches between two documents: JSON merge patch (RFC 7386) and JSON patch (RFC 6902)."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

JsonObject = dict[str, Any]  # a JSON object, as decoded


class _Unchanged:
    __slots__ = ()


_UNCHANGED: Final = _Unchanged()


class Operation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One step of a JSON patch. `value` has no meaning for `remove`."""

    op: str
    path: str
    value: Any = msgspec.UNSET


def merge_diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> JsonObject:
    """Return the merge patch that turns `old` into `new`, {} when they are equal.

    Raises ValueError where `new` holds a null that `old` lacks: a merge patch cannot write a null.
    """
    patch = _difference(old, new)
    return patch if isinstance(patch, dict) else {}


def merge_apply(target: Any, patch: Any) -> Any:
    """Apply a merge patch as RFC 7386 §2 defines it, leaving `target` as it was."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_apply(result.get(name), value)
    return result


def add(path: tuple[str | int, ...], value: Any) -> Operation:
    """Set a member or insert into an array ("-" appends)."""
    return Operation(op="add", path=pointer(path), value=value)


def replace(path: tuple[str | int, ...], value: Any) -> Operation:
    """Replace what must exist."""
    return Operation(op="replace", path=pointer(path), value=value)


def remove(path: tuple[str | int, ...]) -> Operation:
    """Remove what must exist."""
    return Operation(op="remove", path=pointer(path))


def test(path: tuple[str | int, ...], value: Any) -> Operation:
    """Let the whole patch fail unless the value is there."""
    return Operation(op="test", path=pointer(path), value=value)


def pointer(path: tuple[str | int, ...]) -> str:
    """Return the JSON pointer (RFC 6901) of a path, with `~` and `/` escaped."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def encode(patch: JsonObject | list[Operation]) -> bytes:
    """Encode either kind of patch."""
    return msgspec.json.encode(patch)


def _difference(old: Any, new: Any) -> Any:
    if not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return _UNCHANGED if _same(old, new) else _without_nulls(new)
    patch: JsonObject = dict.fromkeys(name for name in old if name not in new)
    for name, value in new.items():
        change = _member(old, name, value)
        if change is not _UNCHANGED:
            patch[name] = change
    return patch or _UNCHANGED


def _member(old: Mapping[str, Any], name: str, value: Any) -> Any:
    if name in old:
        return _difference(old[name], value)
    return _without_nulls(value)


def _without_nulls(value: Any) -> Any:
    """Return `value`, refusing a null that a merge patch would read as a deletion (nulls in arrays are values)."""
    if value is None:
        raise ValueError("a merge patch cannot set a null")
    if isinstance(value, Mapping):
        return {name: _without_nulls(member) for name, member in value.items()}
    return value


def _same(old: Any, new: Any) -> bool:
    """Compare as JSON does: true is not 1."""
    if isinstance(old, bool) is not isinstance(new, bool):
        return False
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new, strict=True))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[name], new[name]) for name in old)
    return bool(old == new)
