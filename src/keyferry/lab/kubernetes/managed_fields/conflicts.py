"""The refusal of an apply that would change fields of others, in Kubernetes' words."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keyferry.lab.kubernetes.managed_fields import paths
from keyferry.lab.kubernetes.managed_fields.entries import Owner
from keyferry.lab.kubernetes.managed_fields.paths import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A field that the apply would change, and who owns it."""

    owner: Owner
    path: Path

    @property
    def field(self) -> str:
        """The path in Kubernetes' printed form, `.data.password`."""
        return paths.printed(self.path)

    @property
    def manager(self) -> str:
        """The owner as messages name it: `"kubectl-client-side-apply" using v1`."""
        name = json.dumps(self.owner.manager, ensure_ascii=False)
        if self.owner.subresource:
            name += f' with subresource "{self.owner.subresource}"'
        return f"{name} using {self.owner.api_version}" if self.owner.operation == "Update" else name


class Conflicts(Exception):
    """Others own fields that the apply would change: the answer is 409 with `message` and `causes()`."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(sorted(conflicts, key=lambda one: (one.manager, one.path)))
        self.message = _message(self.conflicts)
        super().__init__(self.message)

    def causes(self) -> list[dict[str, Any]]:
        """Return the entries of `details.causes` in the Status."""
        return [
            {"reason": "FieldManagerConflict", "message": f"conflict with {one.manager}", "field": one.field}
            for one in self.conflicts
        ]


def _message(conflicts: tuple[Conflict, ...]) -> str:
    if len(conflicts) == 1:
        (only,) = conflicts
        return f"Apply failed with 1 conflict: conflict with {only.manager}: {only.field}"
    fields: dict[str, list[str]] = defaultdict(list)
    for one in conflicts:
        fields[one.manager].append(f"- {one.field}")
    lines = [line for manager, own in fields.items() for line in (f"conflicts with {manager}:", *own)]
    return f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)
