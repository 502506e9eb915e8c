"""Role-based access control: may this user do this? Called by the server for each request and for access reviews.

Rules and texts: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ . There is no aggregation of roles.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Object = Mapping[str, Any]

SUPERUSERS: Final = "system:masters"
_EVERYTHING: Final = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What somebody wants to do: a verb on a resource, or on a path where `resource` is ""."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""

    @property
    def full_resource(self) -> str:
        """The resource as rules name it, `serviceaccounts/token`."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether, and why. A refusal's reason is what follows `forbidden: ` in the API server's message."""

    allowed: bool
    reason: str


class Policy:
    """The roles and bindings of a cluster, as they are stored. Build it anew when one of them changes."""

    def __init__(
        self,
        *,
        roles: Iterable[Object] = (),
        cluster_roles: Iterable[Object] = (),
        role_bindings: Iterable[Object] = (),
        cluster_role_bindings: Iterable[Object] = (),
    ) -> None:
        self._rules = {("Role", *_place(role)): role.get("rules") or () for role in roles}
        self._rules |= {("ClusterRole", *_place(role)): role.get("rules") or () for role in cluster_roles}
        self._cluster_bindings = tuple(cluster_role_bindings)
        self._bindings: dict[str, list[Object]] = {}
        for binding in role_bindings:
            self._bindings.setdefault(_place(binding)[0], []).append(binding)

    def decide(self, user: str, groups: Collection[str], wanted: Attributes) -> Decision:
        """Return whether the user may do it. Members of `system:masters` may do everything."""
        if SUPERUSERS in groups:
            return Decision(allowed=True, reason=f'group "{SUPERUSERS}" may do everything')
        for binding, subject in self._applicable(user, groups, wanted.namespace):
            if any(_allows(rule, wanted) for rule in self._bound_rules(binding)):
                return Decision(allowed=True, reason=_granted(binding, subject))
        return Decision(allowed=False, reason=_refused(user, wanted))

    def rules(self, user: str, groups: Collection[str], namespace: str) -> list[Object]:
        """Return every rule that holds for the user in a namespace, for reviews that list them."""
        if SUPERUSERS in groups:
            return [*_EVERYTHING]
        bindings = self._applicable(user, groups, namespace)
        return [rule for binding, _ in bindings for rule in self._bound_rules(binding)]

    def _applicable(self, user: str, groups: Collection[str], namespace: str) -> Iterator[tuple[Object, Object]]:
        local = self._bindings.get(namespace, ()) if namespace else ()
        for binding in (*self._cluster_bindings, *local):
            subject = _subject(binding, user, groups)
            if subject:
                yield binding, subject

    def _bound_rules(self, binding: Object) -> Iterable[Object]:
        role = binding["roleRef"]
        namespace = _place(binding)[0] if role["kind"] == "Role" else ""
        return self._rules.get((role["kind"], namespace, role["name"]), ())


def _place(document: Object) -> tuple[str, str]:
    metadata = document["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def _subject(binding: Object, user: str, groups: Collection[str]) -> Object | None:
    namespace = _place(binding)[0]
    return next((one for one in binding.get("subjects") or () if _is(one, namespace, user, groups)), None)


def _is(subject: Object, namespace: str, user: str, groups: Collection[str]) -> bool:
    match subject["kind"]:
        case "User":
            return bool(subject["name"] == user)
        case "Group":
            return subject["name"] in groups
        case "ServiceAccount":
            return user == f"system:serviceaccount:{subject.get('namespace') or namespace}:{subject['name']}"
        case _:
            return False


def _allows(rule: Object, wanted: Attributes) -> bool:
    if not _lists(rule, "verbs", wanted.verb):
        return False
    if not wanted.resource:
        return any(_covers(pattern, wanted.path) for pattern in rule.get("nonResourceURLs") or ())
    names = rule.get("resourceNames") or ()
    return (
        _lists(rule, "apiGroups", wanted.group)
        and any(_matches(pattern, wanted) for pattern in rule.get("resources") or ())
        and (not names or wanted.name in names)
    )


def _lists(rule: Object, field: str, value: str) -> bool:
    values = rule.get(field) or ()
    return "*" in values or value in values


def _covers(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def _matches(pattern: str, wanted: Attributes) -> bool:
    any_resource = f"*/{wanted.subresource}" if wanted.subresource else "*"
    return pattern in ("*", wanted.full_resource, any_resource)


def _granted(binding: Object, subject: Object) -> str:
    namespace, name = _place(binding)
    kind, full_name = ("RoleBinding", f"{name}/{namespace}") if namespace else ("ClusterRoleBinding", name)
    who = subject["name"]
    if subject["kind"] == "ServiceAccount":
        who = f"{who}/{subject.get('namespace') or namespace}"
    role = binding["roleRef"]
    return f'RBAC: allowed by {kind} "{full_name}" of {role["kind"]} "{role["name"]}" to {subject["kind"]} "{who}"'


def _refused(user: str, wanted: Attributes) -> str:
    if not wanted.resource:
        return f'User "{user}" cannot {wanted.verb} path "{wanted.path}"'
    place = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    resource = f'resource "{wanted.full_resource}" in API group "{wanted.group}"'
    return f'User "{user}" cannot {wanted.verb} {resource} {place}'
