"""Who has which role where, and the decision whether somebody may do something. Deny assignments are not known here."""

from dataclasses import dataclass

from keyferry.lab.azure import roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One role assignment. `scope` is an ARM id without a trailing slash, "" for the tenant's root."""

    id: str
    scope: str
    role_id: str
    principal_id: str
    principal_type: str = "ServicePrincipal"

    @property
    def resource_id(self) -> str:
        """The ARM id of the assignment itself."""
        return f"{self.scope}/providers/Microsoft.Authorization/roleAssignments/{self.id}"


class AssignmentExistsError(Exception):
    """The same principal has the same role at the same scope by the assignment `id`."""

    def __init__(self, existing: str) -> None:
        super().__init__(f"the role is already assigned by {existing}")
        self.id = existing


class Assignments:
    """All role assignments. Scopes and ids are compared without case."""

    def __init__(self) -> None:
        self._by_id: dict[str, Assignment] = {}

    def put(self, assignment: Assignment) -> bool:
        """Add it and tell whether it is new. AssignmentExistsError where another one says the same."""
        twin = next((other for other in self._by_id.values() if _meaning(other) == _meaning(assignment)), None)
        if twin is not None and twin.id.lower() != assignment.id.lower():
            raise AssignmentExistsError(twin.id)
        new = twin is None
        self._by_id[assignment.id.lower()] = assignment
        return new

    def get(self, assignment_id: str) -> Assignment | None:
        """Return the assignment with this GUID."""
        return self._by_id.get(assignment_id.lower())

    def delete(self, assignment_id: str) -> Assignment | None:
        """Forget the assignment and return it, None where there was none."""
        return self._by_id.pop(assignment_id.lower(), None)

    def reaching(self, resource: str) -> tuple[Assignment, ...]:
        """Return the assignments at `resource` and above it."""
        return tuple(assignment for assignment in self._by_id.values() if _covers(assignment.scope, resource))

    def within(self, scope: str) -> tuple[Assignment, ...]:
        """Return the assignments at `scope` and below it."""
        return tuple(assignment for assignment in self._by_id.values() if _covers(scope, assignment.scope))

    def allowing(self, principal_id: str, action: str, resource: str) -> Assignment | None:
        """Return an assignment that lets the principal do the control-plane `action`, None where it may not."""
        return next(
            (assignment for assignment, role in self._granted(principal_id, resource) if role.allows(action)),
            None,
        )

    def allowing_data(self, principal_id: str, action: str, resource: str) -> Assignment | None:
        """Return an assignment that lets the principal do the data-plane `action`, None where it may not."""
        return next(
            (assignment for assignment, role in self._granted(principal_id, resource) if role.allows_data(action)),
            None,
        )

    def _granted(self, principal_id: str, resource: str) -> list[tuple[Assignment, roles.Role]]:
        return [
            (assignment, role)
            for assignment in self.reaching(resource)
            if assignment.principal_id.lower() == principal_id.lower()
            and (role := roles.by_id(assignment.role_id)) is not None
        ]


def _meaning(assignment: Assignment) -> tuple[str, str, str]:
    return assignment.scope.lower(), assignment.role_id.lower(), assignment.principal_id.lower()


def _covers(scope: str, resource: str) -> bool:
    """A scope covers itself and what lies below it, at whole path segments."""
    return f"{resource.lower()}/".startswith(f"{scope.lower()}/")
