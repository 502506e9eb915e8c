"""Who sends a request, by its bearer token: the administrator's, a node's, or a ServiceAccount's that we signed."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from keyferry.lab.kubernetes import objects, status, tokens
from keyferry.lab.kubernetes.access.users import ADMIN, ANONYMOUS, User
from keyferry.lab.kubernetes.storage.store import StorageKey, Store
from keyferry.lab.kubernetes.tokens import Bound, InvalidToken, Issuer, Verified
from keyferry.lab.world.http import Request

_ACCOUNTS = ("", "serviceaccounts")
_BOUND: dict[str, StorageKey] = {"Pod": ("", "pods"), "Secret": ("", "secrets"), "Node": ("", "nodes")}
_AFTER_DELETION = timedelta(minutes=1)  # as long as kube-apiserver lets a token outlive its object's last instant
_EXTRA = "authentication.kubernetes.io"


class Authenticator:
    """Knows the administrator's token, admitted ones and the cluster's own. Who has none is anonymous."""

    def __init__(self, admin_token: str, issuer: Issuer, store: Store) -> None:
        self._known: dict[str, User] = {}  # by the token's digest
        self.admit(admin_token, ADMIN)
        self._issuer = issuer
        self._store = store

    def admit(self, token: str, user: User) -> None:
        """Take `token` for `user` from now on, as a static token file would."""
        self._known[_digest(token)] = user

    def user(self, request: Request, now: datetime) -> User:
        """Return who asks; Unauthorized when the credentials are no good."""
        header = request.headers.get("authorization", "")
        if not header:
            return ANONYMOUS
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise status.unauthorized()
        try:
            return self.review(token.strip(), (), now)[0]
        except InvalidToken:
            raise status.unauthorized() from None

    def review(self, token: str, audiences: Collection[str], now: datetime) -> tuple[User, tuple[str, ...]]:
        """Return whose token this is and for which of `audiences`; InvalidToken when it is no good.

        A token dies with its ServiceAccount and with the object it is bound to, whatever its lifetime.
        """
        if known := self._known.get(_digest(token)):
            return known, tuple(audiences)
        verified = self._issuer.verify(token, audiences=audiences, now=now)
        account = verified.account
        self._check_alive(_ACCOUNTS, account.namespace, account.name, account.uid, now)
        if bound := verified.bound:
            namespace = "" if bound.kind == "Node" else account.namespace
            self._check_alive(_BOUND[bound.kind], namespace, bound.name, bound.uid, now)
        return _user(verified), verified.audiences

    def _check_alive(self, kind: StorageKey, namespace: str, name: str, uid: str, now: datetime) -> None:
        found = self._store.get(kind, (namespace, name))
        if found is None or objects.metadata(found.document)["uid"] != uid:
            raise tokens.InvalidToken(f"the {kind[1]} entry that the token belongs to is gone")
        ending = objects.instant(objects.metadata(found.document).get("deletionTimestamp"))
        if ending is not None and now > ending + _AFTER_DELETION:
            raise tokens.InvalidToken(f"the {kind[1]} entry that the token belongs to has been deleted")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _user(verified: Verified) -> User:
    account = verified.account
    extra = [(f"{_EXTRA}/credential-id", (f"JTI={verified.token_id}",)), *_bound_extra(verified.bound)]
    return User(name=account.username, groups=account.groups, uid=account.uid, extra=tuple(extra))


def _bound_extra(bound: Bound | None) -> list[tuple[str, tuple[str, ...]]]:
    if bound is None or bound.kind == "Secret":
        return []
    found = {f"{bound.kind.lower()}-name": bound.name, f"{bound.kind.lower()}-uid": bound.uid}
    if bound.host:
        found |= {"node-name": bound.host.name, "node-uid": bound.host.uid}
    return [(f"{_EXTRA}/{key}", (value,)) for key, value in found.items() if value]
