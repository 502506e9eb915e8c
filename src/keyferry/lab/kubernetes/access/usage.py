"""What each user was let do and what it was refused: the audit log of a cluster, in short."""

from typing import Final

from keyferry.lab.kubernetes.authorization import Attributes

Use = tuple[str, str]  # a verb, and a resource as `deployments.apps/scale`
MAX_USES: Final = 10_000  # of all users together, beyond which new ones are not noted


class Usage:
    """Remembers every kind of request of every user once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, bool, Use], None] = {}

    def note(self, user: str, asked: Attributes, *, allowed: bool) -> None:
        """Note a request for a resource."""
        if asked.resource and len(self._seen) < MAX_USES:
            self._seen[user, allowed, (asked.verb, named(asked.group, asked.full_resource))] = None

    def of(self, user: str, *, allowed: bool) -> frozenset[Use]:
        """Return what the user was let do, or what it was refused."""
        return frozenset(use for name, was_allowed, use in self._seen if name == user and was_allowed is allowed)


def named(group: str, resource: str) -> str:
    """Return the resource with its group: `deployments.apps/scale`, and `pods/log` for the core group."""
    plural, slash, part = resource.partition("/")
    return f"{plural}{'.' if group else ''}{group}{slash}{part}"
