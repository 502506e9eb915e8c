"""Which role definitions there are: the built-in ones, and those that are made while the lab runs.

https://learn.microsoft.com/azure/role-based-access-control/custom-roles
"""

from typing import Final

from keyferry.lab.azure.built_in_roles import ROLES
from keyferry.lab.azure.role import Role

__all__ = ["ROLES", "Role", "RoleNameTakenError", "Roles", "by_id", "find"]

_BY_ID: Final = {role.id: role for role in ROLES}
_BY_NAME: Final = {role.name.lower(): role for role in ROLES}


class RoleNameTakenError(Exception):
    """Another role definition, the one with this `id`, has the name already."""

    def __init__(self, existing: str) -> None:
        super().__init__(f"the name is that of the role definition {existing}")
        self.id = existing


class Roles:
    """All role definitions. `custom` is the state: those that are not built in, by id in lower case."""

    def __init__(self) -> None:
        self.custom: dict[str, Role] = {}

    def all(self) -> tuple[Role, ...]:
        """Return every role, the built-in ones first."""
        return (*ROLES, *self.custom.values())

    def by_id(self, role_id: str) -> Role | None:
        """Return the role with this GUID."""
        return by_id(role_id) or self.custom.get(role_id.lower())

    def find(self, name_or_id: str) -> Role | None:
        """Return the role with this name or GUID; case does not matter."""
        made = (role for role in self.custom.values() if role.name.lower() == name_or_id.lower())
        return find(name_or_id) or next(made, None) or self.by_id(name_or_id)

    def put(self, role: Role) -> bool:
        """Add a custom role or take it in place of what it was, and tell whether it is new.

        RoleNameTakenError where its name belongs to another role, built in or not.
        """
        namesake = self.find(role.name)
        if namesake is not None and namesake.id.lower() != role.id.lower():
            raise RoleNameTakenError(namesake.id)
        new = role.id.lower() not in self.custom
        self.custom[role.id.lower()] = role
        return new

    def delete(self, role_id: str) -> Role | None:
        """Forget a custom role and return it, None where there was none. Its assignments then allow nothing."""
        return self.custom.pop(role_id.lower(), None)


def by_id(role_id: str) -> Role | None:
    """Return the built-in role with this GUID."""
    return _BY_ID.get(role_id.lower())


def find(name_or_id: str) -> Role | None:
    """Return the built-in role with this name or GUID; case does not matter."""
    return _BY_NAME.get(name_or_id.lower()) or by_id(name_or_id)
