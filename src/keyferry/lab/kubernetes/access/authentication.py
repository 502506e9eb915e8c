"""Who sends a request, by its bearer token: the administrator's, a node's, or a ServiceAccount's that we signed."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from keyferry.lab.kubernetes import objects, status, tokens
from keyferry.lab.kubernetes.access.users import ADMIN, ANONYMOUS, User
from keyferry.lab.kubernetes.storage.store import StorageKey, Store
from keyferry.lab.kubernetes.tokens import Bound, InvalidToken, Issuer, Verified
from keyferry.lab.world.http import Request

_ACCOUNTS = ("", "serviceaccounts")
_BOUND: dict[str, StorageKey] = {"Pod": ("", "pods"), "Secret": ("", "secrets")}
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
        self._check_alive(_ACCOUNTS, account.namespace, account.name, account.uid)
        if verified.bound and verified.bound.kind in _BOUND:
            bound = verified.bound
            self._check_alive(_BOUND[bound.kind], account.namespace, bound.name, bound.uid)
        return _user(verified), verified.audiences

    def _check_alive(self, kind: StorageKey, namespace: str, name: str, uid: str) -> None:
        found = self._store.get(kind, (namespace, name))
        if found is None or objects.metadata(found.document)["uid"] != uid:
            raise tokens.InvalidToken(f"the {kind[1]} entry that the token belongs to is gone")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _user(verified: Verified) -> User:
    account = verified.account
    extra = [(f"{_EXTRA}/credential-id", (f"JTI={verified.token_id}",)), *_bound_extra(verified.bound)]
    return User(name=account.username, groups=account.groups, uid=account.uid, extra=tuple(extra))


def _bound_extra(bound: Bound | None) -> list[tuple[str, tuple[str, ...]]]:
    if bound is None or bound.kind != "Pod":
        return []
    return [(f"{_EXTRA}/pod-name", (bound.name,)), (f"{_EXTRA}/pod-uid", (bound.uid,))]
