"""Who has which role where, and the decision whether somebody may do something. Deny assignments are not known here.

A vault sees a change of the assignments later than ARM does, by `delay`: what was granted does not count yet, and what
was taken away still does. https://learn.microsoft.com/azure/key-vault/general/rbac-guide#known-limits-and-performance
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyferry.lab.azure import conditions
from keyferry.lab.azure.conditions import Facts
from keyferry.lab.azure.roles import Role, Roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One role assignment. `scope` is an ARM id without a trailing slash, "" for the tenant's root."""

    id: str
    scope: str
    role_id: str
    principal_id: str
    principal_type: str = "ServicePrincipal"
    description: str = ""
    condition: str = ""  # one that `conditions.check` passed; it narrows data actions alone
    condition_version: str = ""
    created: datetime | None = None  # None: it was there from the beginning

    @property
    def resource_id(self) -> str:
        """The ARM id of the assignment itself."""
        return f"{self.scope}/providers/Microsoft.Authorization/roleAssignments/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An assignment as the vaults see it: it counts from the one instant on, and until the other. None has no bound."""

    assignment: Assignment
    counts_from: datetime | None = None
    counts_until: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Tell whether it counts at `now`."""
        begun = self.counts_from is None or self.counts_from <= now
        return begun and (self.counts_until is None or now < self.counts_until)


class AssignmentExistsError(Exception):
    """The same principal has the same role at the same scope by the assignment `id`."""

    def __init__(self, existing: str) -> None:
        super().__init__(f"the role is already assigned by {existing}")
        self.id = existing


class Assignments:
    """All role assignments. Scopes and ids are compared without case.

    `in_force` (by id) and `fading` (deleted, and still counting at vaults) are the whole state, with `roles`.
    """

    def __init__(self, roles: Roles | None = None, delay: timedelta = timedelta(0)) -> None:
        self.roles = roles or Roles()
        self.delay = delay  # of each change from now on; it may be set at any time
        self.in_force: dict[str, Seen] = {}
        self.fading: list[Seen] = []

    def put(self, assignment: Assignment, now: datetime | None = None) -> bool:
        """Add it and tell whether it is new. AssignmentExistsError where another one says the same.

        Vaults see it `delay` after `now`, at once where there is no `now`. Saying it again changes nothing of that.
        """
        twin = next(
            (each for each in self.in_force.values() if _meaning(each.assignment) == _meaning(assignment)), None
        )
        if twin is not None and twin.assignment.id.lower() != assignment.id.lower():
            raise AssignmentExistsError(twin.assignment.id)
        counts_from = self._seen_at(now) if twin is None else twin.counts_from
        self.in_force[assignment.id.lower()] = Seen(assignment=assignment, counts_from=counts_from)
        return twin is None

    def get(self, assignment_id: str) -> Assignment | None:
        """Return the assignment with this GUID."""
        seen = self.in_force.get(assignment_id.lower())
        return None if seen is None else seen.assignment

    def delete(self, assignment_id: str, now: datetime | None = None) -> Assignment | None:
        """Forget the assignment and return it, None where there was none. Vaults see that `delay` after `now`."""
        seen = self.in_force.pop(assignment_id.lower(), None)
        if seen is None:
            return None
        until = self._seen_at(now)
        if now is not None and until is not None:
            self.fading = [each for each in self.fading if each.counts_until is None or each.counts_until > now]
            self.fading.append(Seen(assignment=seen.assignment, counts_from=seen.counts_from, counts_until=until))
        return seen.assignment

    def delete_within(self, scope: str, now: datetime | None = None) -> tuple[Assignment, ...]:
        """Forget the assignments at `scope` and below it, as happens to those of a vault that is deleted."""
        gone = self.within(scope)
        for assignment in gone:
            self.delete(assignment.id, now)
        return gone

    def reaching(self, resource: str) -> tuple[Assignment, ...]:
        """Return the assignments at `resource` and above it."""
        return tuple(assignment for assignment in self._all() if _covers(assignment.scope, resource))

    def within(self, scope: str) -> tuple[Assignment, ...]:
        """Return the assignments at `scope` and below it."""
        return tuple(assignment for assignment in self._all() if _covers(scope, assignment.scope))

    def allowing(self, principal_id: str, action: str, resource: str, role_id: str = "") -> Assignment | None:
        """Return an assignment that lets the principal do the control-plane `action`, None where it may not.

        `role_id` is the role that is to be assigned or taken away, where the action is that: some roles let assign
        only some others. ARM sees its own changes at once.
        """
        granted = self._granted(principal_id, resource, self.in_force.values())
        may = (each for each, role in granted if role.allows(action) and (not role_id or role.may_assign(role_id)))
        return next(may, None)

    def allowing_data(
        self,
        principal_id: str,
        action: str,
        resource: str,
        now: datetime | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Assignment | None:
        """Return an assignment that lets the principal do the data-plane `action`, None where it may not.

        It is one that vaults see at `now`; without `now`, one that is in force. `attributes` are for conditions.
        """
        facts = Facts(action=action, attributes=attributes or {})
        known = (*self.in_force.values(), *self.fading)
        seen = self.in_force.values() if now is None else [each for each in known if each.counts(now)]
        granted = self._granted(principal_id, resource, seen)
        return next((each for each, role in granted if role.allows_data(action) and _holds(each, facts)), None)

    def _all(self) -> tuple[Assignment, ...]:
        return tuple(seen.assignment for seen in self.in_force.values())

    def _seen_at(self, now: datetime | None) -> datetime | None:
        return now + self.delay if now is not None and self.delay else None

    def _granted(self, principal_id: str, resource: str, seen: Iterable[Seen]) -> Iterator[tuple[Assignment, Role]]:
        for assignment in (each.assignment for each in seen):
            if assignment.principal_id.lower() == principal_id.lower() and _covers(assignment.scope, resource):
                role = self.roles.by_id(assignment.role_id)
                if role is not None:
                    yield assignment, role


def _holds(assignment: Assignment, facts: Facts) -> bool:
    return not assignment.condition or conditions.parse(assignment.condition)(facts)


def _meaning(assignment: Assignment) -> tuple[str, str, str]:
    return assignment.scope.lower(), assignment.role_id.lower(), assignment.principal_id.lower()


def _covers(scope: str, resource: str) -> bool:
    """A scope covers itself and what lies below it, at whole path segments."""
    return f"{resource.lower()}/".startswith(f"{scope.lower()}/")
