"""Roles and bindings. Source: `kubernetes/pkg/apis/rbac/validation`."""

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.problems import Problem, forbidden, invalid, required, unsupported

GROUP = "rbac.authorization.k8s.io"
_SUBJECTS = ("ServiceAccount", "User", "Group")


def validate_role(new: Object, _old: Object | None) -> list[Problem]:
    """Problems of a Role or ClusterRole: every rule needs verbs, and what they are about."""
    found = []
    for index, rule in enumerate(objects.items(new.get("rules"))):
        path = f"rules[{index}]"
        if not rule.get("verbs"):
            found.append(required(f"{path}.verbs", "verbs must contain at least one value"))
        if rule.get("nonResourceURLs"):
            if new["kind"] == "Role":
                found.append(
                    invalid(
                        f"{path}.nonResourceURLs",
                        rule["nonResourceURLs"],
                        "namespaced rules cannot apply to non-resource URLs",
                    )
                )
            continue
        if not rule.get("apiGroups"):
            found.append(required(f"{path}.apiGroups", "resource rules must supply at least one api group"))
        if not rule.get("resources"):
            found.append(required(f"{path}.resources", "resource rules must supply at least one resource"))
    return found


def default_binding(new: Object, _old: Object | None) -> None:
    """Fill in the API groups of a binding's role and subjects."""
    role = new.get("roleRef")
    if isinstance(role, dict):
        role.setdefault("apiGroup", GROUP)
    for subject in objects.items(new.get("subjects")):
        if subject.get("kind") in ("User", "Group"):
            subject.setdefault("apiGroup", GROUP)


def validate_binding(new: Object, old: Object | None) -> list[Problem]:
    """Problems of a RoleBinding or ClusterRoleBinding; the role it gives may never change."""
    role = new.get("roleRef") or {}
    kinds = ("Role", "ClusterRole") if new["kind"] == "RoleBinding" else ("ClusterRole",)
    found = []
    if role.get("kind") not in kinds:
        found.append(unsupported("roleRef.kind", role.get("kind", ""), kinds))
    if not role.get("name"):
        found.append(required("roleRef.name"))
    if old is not None and old.get("roleRef") != role:
        found.append(invalid("roleRef", role, "cannot change roleRef"))
    for index, subject in enumerate(objects.items(new.get("subjects"))):
        found += _subject(f"subjects[{index}]", subject)
    return found


def _subject(path: str, subject: Object) -> list[Problem]:
    found = [] if subject.get("name") else [required(f"{path}.name")]
    if subject.get("kind") not in _SUBJECTS:
        found.append(unsupported(f"{path}.kind", subject.get("kind", ""), _SUBJECTS))
    elif subject["kind"] == "ServiceAccount" and not subject.get("namespace"):
        found.append(required(f"{path}.namespace"))
    elif subject["kind"] != "ServiceAccount" and subject.get("namespace"):
        found.append(forbidden(f"{path}.namespace", "only a ServiceAccount has a namespace"))
    return found
