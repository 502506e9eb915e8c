"""Surroundings with what was read directly about one ServiceAccount, which the watch did not know. Pure."""

from collections.abc import Mapping

from keyferry.advice.surroundings import Account, Refreshes, Surroundings
from keyferry.kube.wire.objects import Key


class Beside:
    """`around`, but for the ServiceAccount `key`: it is `account`, or None where it does not exist.

    Without an answer (`is_answered`) nobody knows whether it does, and so not every ServiceAccount is known.
    """

    def __init__(self, around: Surroundings, key: Key, account: Account | None, *, is_answered: bool) -> None:
        self._around = around
        self._key = key
        self._account = account
        self._is_answered = is_answered

    def account(self, namespace: str, name: str) -> Account | None:
        """Return the ServiceAccount that was read, or another that is known."""
        is_it = (namespace, name) == (self._key.namespace, self._key.name)
        return self._account if is_it else self._around.account(namespace, name)

    def accounts(self, namespace: str) -> Mapping[str, Account]:
        """Return those known, with the one that was read."""
        known = self._around.accounts(namespace)
        if self._account is None or namespace != self._key.namespace:
            return known
        return {**known, self._key.name: self._account}

    @property
    def knows_accounts(self) -> bool:
        """Whether a ServiceAccount that is not known does not exist."""
        return self._is_answered

    @property
    def subjects(self) -> frozenset[str]:
        """As around."""
        return self._around.subjects

    def secret_owner(self, namespace: str, name: str) -> str:
        """Return what is known around."""
        return self._around.secret_owner(namespace, name)

    def refreshes(self, namespace: str, store: str, kind: str) -> Refreshes | None:
        """Return what is known around."""
        return self._around.refreshes(namespace, store, kind)

    def homes(self, kind: str, name: str) -> frozenset[str]:
        """Return what is known around."""
        return self._around.homes(kind, name)
