"""Acting as somebody else: the Impersonate-* headers, which kubectl sends for `--as` and `--as-group`.

Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
"""

from collections.abc import Iterator

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.access.authorizer import Authorizer
from keyferry.lab.kubernetes.access.users import ANONYMOUS_NAME, AUTHENTICATED, UNAUTHENTICATED, User
from keyferry.lab.kubernetes.authorization import Attributes
from keyferry.lab.world.http import Request

_ACCOUNT = "system:serviceaccount:"
_USER, _GROUP = "impersonate-user", "impersonate-group"


def acting(user: User, request: Request, authorizer: Authorizer) -> User:
    """Return who the request acts as: `user`, or whom its headers name; Forbidden without the right to."""
    name = request.headers.get(_USER, "")
    groups = tuple(one.strip() for one in request.headers.get(_GROUP, "").split(",") if one.strip())
    if not name:
        if groups:
            raise status.bad_request("requested impersonation without impersonating a user")
        return user
    for asked in _questions(name, groups):
        decision = authorizer.decide(user, asked)
        if not decision.allowed:
            raise status.forbidden(asked.group, asked.resource, asked.name, decision.reason)
    return User(name=name, groups=_groups(name, groups))


def _questions(name: str, groups: tuple[str, ...]) -> Iterator[Attributes]:
    namespace, _, account = name.removeprefix(_ACCOUNT).partition(":")
    if name.startswith(_ACCOUNT):
        yield Attributes(verb="impersonate", resource="serviceaccounts", namespace=namespace, name=account)
    else:
        yield Attributes(verb="impersonate", resource="users", name=name)
    for group in groups:
        yield Attributes(verb="impersonate", resource="groups", name=group)


def _groups(name: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the groups: those wanted, a ServiceAccount's own where none are, and that of everybody who is known."""
    if name == ANONYMOUS_NAME:
        return wanted or (UNAUTHENTICATED,)
    if not wanted and name.startswith(_ACCOUNT):
        namespace = name.removeprefix(_ACCOUNT).partition(":")[0]
        wanted = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    return wanted if AUTHENTICATED in wanted else (*wanted, AUTHENTICATED)
