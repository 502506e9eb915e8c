"""One role definition, and whether it allows an action.

https://learn.microsoft.com/azure/role-based-access-control/role-definitions (wildcards, notActions)
"""

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role definition. `actions` are of the control plane (ARM), `data_actions` of the data plane (the vault).

    `condition` is what the definition itself demands of each use, for ARM to show. The only one that is known narrows
    the roles that may be assigned with this one, and `assigns` has their GUIDs: () for any.
    """

    id: str
    name: str
    description: str = ""
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    custom: bool = False
    assignable_scopes: tuple[str, ...] = ("/",)
    condition: str = ""
    assigns: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Tell whether the control-plane action is among `actions` and not among `not_actions`."""
        return _any(self.actions, action) and not _any(self.not_actions, action)

    def allows_data(self, action: str) -> bool:
        """Tell whether the data-plane action is among `data_actions` and not among `not_data_actions`."""
        return _any(self.data_actions, action) and not _any(self.not_data_actions, action)

    def may_assign(self, role_id: str) -> bool:
        """Tell whether who has this role, and may write role assignments by it, may assign the other one."""
        return not self.assigns or role_id.lower() in self.assigns

    def assignable_at(self, scope: str) -> bool:
        """Tell whether the role may be assigned at `scope`: at one of its assignable scopes, or below one."""
        return any(f"{scope}/".lower().startswith(f"{each.rstrip('/')}/".lower()) for each in self.assignable_scopes)


def matches(pattern: str, action: str) -> bool:
    """Tell whether the action is one of those that the pattern means."""
    return _pattern(pattern).fullmatch(action) is not None


def _any(patterns: tuple[str, ...], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    """A `*` stands for any characters, slashes too; case does not matter.

    Between two slashes it stands for nothing as well: `vaults/*/read` is how the built-in roles say that who has them
    reads the vault itself and all below it.
    """
    escaped = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.compile(escaped.replace("/.*/", "/(?:.*/)?"), re.IGNORECASE)
