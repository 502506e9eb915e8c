"""What `terraform` and `tofu` say with -json, a line at a time, as far as anybody acts on it. Pure.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui; OpenTofu writes the same.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from keyferry.model.errors import printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Work on a resource began. `action` is create, update, delete, replace or read."""

    address: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Work on a resource came to its end; `is_well` where it did what it should."""

    address: str
    action: str
    is_well: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A resource's present state was read."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """An error or a warning. `address` and `place` (`main.tf:3`) are "" where it is of none."""

    is_error: bool
    summary: str
    detail: str
    address: str = ""
    place: str = ""


Message: TypeAlias = Begun | Done | Looked | Diagnostic


class _Resource(msgspec.Struct):
    addr: str = ""


class _Hook(msgspec.Struct):
    resource: _Resource = msgspec.field(default_factory=_Resource)
    action: str = ""


class _Start(msgspec.Struct):
    line: int = 0


class _Range(msgspec.Struct):
    filename: str = ""
    start: _Start = msgspec.field(default_factory=_Start)


class _Diagnostic(msgspec.Struct):
    severity: str = ""
    summary: str = ""
    detail: str = ""
    address: str = ""
    range: _Range | None = None


class _Line(msgspec.Struct):
    type: str = ""
    hook: _Hook = msgspec.field(default_factory=_Hook)
    diagnostic: _Diagnostic | None = None


_LINE: Final = msgspec.json.Decoder(_Line)


def read(line: bytes) -> Message | None:
    """Return what a line says, None where nobody acts on it or it is no JSON, or no text."""
    try:
        found = _LINE.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    address, action = printable(found.hook.resource.addr), printable(found.hook.action)
    match found.type:
        case "apply_start":
            return Begun(address=address, action=action)
        case "apply_complete" | "apply_errored":
            return Done(address=address, action=action, is_well=found.type == "apply_complete")
        case "refresh_complete":
            return Looked(address=address)
        case "diagnostic" if found.diagnostic is not None:
            return _diagnostic(found.diagnostic)
        case _:
            return None


def _diagnostic(found: _Diagnostic) -> Diagnostic:
    return Diagnostic(
        is_error=found.severity == "error",
        summary=found.summary,
        detail=found.detail,
        address=printable(found.address),
        place=printable(f"{found.range.filename}:{found.range.start.line}") if found.range is not None else "",
    )
