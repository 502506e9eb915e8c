"""The table of ARM's resource types: which address, which versions, and for each verb the right and the handler."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from keyferry.lab.azure.access_tokens import Caller
from keyferry.lab.azure.arm.answers import Reply
from keyferry.lab.azure.arm.state import ArmState
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.directory import Directory
from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.keyvault.revocations import Revocations
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Everything that ARM can read and change.

    `revocations` are those of the vaults; the ones that name no vault count here too. `policies_changed` hears of each
    vault whose access policies or permission model is another one from now on.
    """

    directory: Directory
    assignments: Assignments
    vaults: Vaults
    grid: EventGrid
    state: ArmState
    sources: Sources
    revocations: Revocations = field(default_factory=Revocations)
    policies_changed: Callable[[Vault, datetime], None] = lambda _vault, _now: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One authorised request. `path` has no trailing slash; `names` are the parts of it that the template names."""

    request: Request
    path: str
    names: Mapping[str, str]
    version: str
    caller: Caller
    cloud: Cloud
    now: datetime
    estate: Estate

    @property
    def subscription(self) -> str:
        """The GUID of the subscription that the address is in, lower case. "" for none."""
        segments = self.path.split("/")
        return segments[2].lower() if segments[1:2] and segments[1].lower() == "subscriptions" else ""

    @property
    def group_id(self) -> str:
        """The ARM id of the resource group, in the group's own spelling where it exists."""
        written = f"/subscriptions/{self.subscription}/resourceGroups/{self.names['group']}"
        group = self.estate.state.groups.get(written.lower())
        return written if group is None else group.id


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a verb does, and the right that it needs on the address: "" for none beyond a token.

    `{name}` in the right stands for what the address names so.
    """

    action: str
    handler: Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One resource type at one kind of address.

    `template` has `{name}` for one segment and a leading `{scope}` for any ARM id. `type` is the resource type,
    "" for ARM's own addresses. `versions` are ascending.
    """

    template: str
    type: str
    versions: tuple[str, ...]
    operations: Mapping[str, Operation]

    @property
    def namespace(self) -> str:
        """The resource provider's namespace, "" for ARM's own addresses."""
        return self.type.partition("/")[0]

    def match(self, path: str) -> Mapping[str, str] | None:
        """Return the named parts of `path`, None where it is no such address. Case does not matter."""
        found = _pattern(self.template).fullmatch(path)
        return None if found is None else found.groupdict()


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _pattern(template: str) -> re.Pattern[str]:
    if template not in _PATTERNS:
        _PATTERNS[template] = re.compile(
            "".join(_piece(piece) for piece in re.split(r"(\{\w+\})", template)), re.IGNORECASE
        )
    return _PATTERNS[template]


def _piece(piece: str) -> str:
    if piece == "{scope}":
        return r"(?P<scope>(?:/.*)?)"
    return f"(?P<{piece[1:-1]}>[^/]+)" if piece.startswith("{") else re.escape(piece)
