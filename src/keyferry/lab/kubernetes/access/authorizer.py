"""What a user may do, by the cluster's own RBAC objects. Members of system:masters may do everything."""

from keyferry.lab.kubernetes import authorization
from keyferry.lab.kubernetes.access.users import User
from keyferry.lab.kubernetes.authorization import Attributes, Decision
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.store import Store

_GROUP = "rbac.authorization.k8s.io"
_KINDS = ("roles", "clusterroles", "rolebindings", "clusterrolebindings")


class Authorizer:
    """Reads roles and bindings from the store, again after every change of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: tuple[int, ...] = ()
        self._policy = authorization.Policy()

    def decide(self, user: User, asked: Attributes) -> Decision:
        """Return whether `user` may do what is asked, and why."""
        return self._current().decide(user.name, user.groups, asked)

    def rules(self, user: User, namespace: str) -> Object:
        """Return what `user` may do in `namespace`, as the status of a SelfSubjectRulesReview."""
        found = self._current().rules(user.name, user.groups, namespace)
        return {
            "resourceRules": [dict(rule) for rule in found if rule.get("resources")],
            "nonResourceRules": [dict(rule) for rule in found if rule.get("nonResourceURLs")],
            "incomplete": False,
        }

    def _current(self) -> authorization.Policy:
        journals = [self._store.journal((_GROUP, plural)) for plural in _KINDS]
        seen = tuple(journal.position(self._store.revision) for journal in journals)
        if seen != self._seen:
            self._seen = seen
            roles, cluster_roles, bindings, cluster_bindings = (
                [stored.document for stored in journal.current.values()] for journal in journals
            )
            self._policy = authorization.Policy(
                roles=roles,
                cluster_roles=cluster_roles,
                role_bindings=bindings,
                cluster_role_bindings=cluster_bindings,
            )
        return self._policy
