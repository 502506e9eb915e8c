"""The roles and bindings that every cluster starts with, as far as the lab's kinds go.

A real cluster authorizes kubelets by the pods on their node; here all of them have one role.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
"""

from keyferry.lab.kubernetes.objects import Object

_API = "rbac.authorization.k8s.io/v1"
_LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_READ = ["get", "list", "watch"]
_WRITE = ["create", "delete", "deletecollection", "patch", "update"]
_HEALTH = ["/healthz", "/livez", "/readyz", "/version", "/version/"]
_DISCOVERY = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"]
_OIDC = [
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/",
    "/openid/v1/jwks",
    "/openid/v1/jwks/",
]
_VISIBLE = ["configmaps", "events", "pods", "pods/log", "pods/status", "serviceaccounts", "services", "services/status"]
_WORKLOADS = ["daemonsets", "deployments", "replicasets", "statefulsets"]
_SCALED = ["deployments", "replicasets", "statefulsets"]
_EVERYONE = ["system:authenticated", "system:unauthenticated"]


def objects() -> list[Object]:
    """Return the ClusterRoles and ClusterRoleBindings, roles first."""
    return [
        _role("cluster-admin", [_rule(["*"], ["*"], ["*"]), _paths(["*"], ["*"])]),
        _role("admin", [*_edit(), _rule(["rbac.authorization.k8s.io"], ["rolebindings", "roles"], [*_READ, *_WRITE])]),
        _role("edit", _edit()),
        _role("view", _view()),
        _role("system:discovery", [_paths([*_DISCOVERY, *_HEALTH], ["get"])]),
        _role("system:public-info-viewer", [_paths(_HEALTH, ["get"])]),
        _role("system:service-account-issuer-discovery", [_paths(_OIDC, ["get"])]),
        _role(
            "system:basic-user",
            [
                _rule(["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
                _rule(["authentication.k8s.io"], ["selfsubjectreviews"], ["create"]),
            ],
        ),
        _role(
            "system:auth-delegator",
            [
                _rule(["authentication.k8s.io"], ["tokenreviews"], ["create"]),
                _rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]),
            ],
        ),
        _role("system:node", _node()),
        _binding("system:node", ["system:nodes"]),
        _binding("cluster-admin", ["system:masters"]),
        _binding("system:discovery", ["system:authenticated"]),
        _binding("system:basic-user", ["system:authenticated"]),
        _binding("system:public-info-viewer", _EVERYONE),
        _binding("system:service-account-issuer-discovery", ["system:serviceaccounts"]),
    ]


def _view() -> list[Object]:
    return [
        _rule([""], [*_VISIBLE, "namespaces"], _READ),
        _rule(
            ["apps"],
            [*_WORKLOADS, *(f"{plural}/{part}" for plural in _WORKLOADS for part in ("scale", "status"))],
            _READ,
        ),
        _rule(["events.k8s.io"], ["events"], _READ),
    ]


def _edit() -> list[Object]:
    return [
        *_view(),
        _rule([""], ["configmaps", "events", "pods", "secrets", "serviceaccounts", "services"], _WRITE),
        _rule([""], ["secrets"], _READ),
        _rule([""], ["serviceaccounts/token"], ["create"]),
        _rule([""], ["serviceaccounts"], ["impersonate"]),
        _rule(["apps"], [*_WORKLOADS, *(f"{plural}/scale" for plural in _SCALED)], _WRITE),
        _rule(["coordination.k8s.io"], ["leases"], [*_READ, *_WRITE]),
    ]


def _node() -> list[Object]:
    return [
        _rule(["authentication.k8s.io"], ["tokenreviews"], ["create"]),
        _rule(["authorization.k8s.io"], ["localsubjectaccessreviews", "subjectaccessreviews"], ["create"]),
        _rule([""], ["nodes"], [*_READ, "create", "patch", "update"]),
        _rule([""], ["nodes/status", "pods/status"], ["patch", "update"]),
        _rule([""], ["pods"], [*_READ, "create", "delete"]),
        _rule([""], ["configmaps", "secrets", "services"], _READ),
        _rule([""], ["serviceaccounts"], ["get"]),
        _rule([""], ["serviceaccounts/token"], ["create"]),
        _rule(["", "events.k8s.io"], ["events"], ["create", "patch", "update"]),
        _rule(["storage.k8s.io"], ["csidrivers"], _READ),
        _rule(["storage.k8s.io"], ["csinodes"], ["create", "delete", "get", "patch", "update"]),
        _rule(["coordination.k8s.io"], ["leases"], ["create", "delete", "get", "patch", "update"]),
    ]


def _role(name: str, rules: list[Object]) -> Object:
    metadata = {"name": name, "labels": dict(_LABELS)}
    return {"apiVersion": _API, "kind": "ClusterRole", "metadata": metadata, "rules": rules}


def _binding(name: str, groups: list[str]) -> Object:
    api_group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": _API,
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name, "labels": dict(_LABELS)},
        "roleRef": {"apiGroup": api_group, "kind": "ClusterRole", "name": name},
        "subjects": [{"apiGroup": api_group, "kind": "Group", "name": group} for group in groups],
    }


def _rule(groups: list[str], resources: list[str], verbs: list[str]) -> Object:
    return {"apiGroups": groups, "resources": resources, "verbs": verbs}


def _paths(paths: list[str], verbs: list[str]) -> Object:
    return {"nonResourceURLs": paths, "verbs": verbs}
