"""Empties namespaces that are being deleted, then lets them go; gives every namespace its default ServiceAccount.

A namespace is emptied `GRACE` after its deletion began, as the real controller is never at once: that lets a
`kubectl delete -f` of a namespace and what is in it find the rest of its list.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from keyferry.lab.kubernetes import lifecycle, objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType
from keyferry.lab.kubernetes.storage.store import StorageKey, Store

NAMESPACES = ("", "namespaces")
ACCOUNTS = ("", "serviceaccounts")
DEFAULT_ACCOUNT = "default"
GRACE = timedelta(seconds=1)


class NamespaceController:
    """Acts on namespaces, and on objects that leave one."""

    def __init__(self, store: Store, ids: Callable[[], str]) -> None:
        self._store = store
        self._ids = ids
        self._ending: dict[str, datetime] = {}

    def observe(self, kind: StorageKey, change: Change, now: datetime) -> None:
        """Do what `change` makes necessary."""
        if kind == NAMESPACES:
            self._tend(change.stored.document["metadata"]["name"], now)
            return
        gone = change.type is ChangeType.DELETED
        if change.stored.key[0] and (gone or kind == ACCOUNTS):
            self._tend(change.stored.key[0], now)

    def finish(self, now: datetime) -> None:
        """Empty the namespaces whose deletion began long enough ago."""
        for name in [name for name, since in self._ending.items() if now >= since + GRACE]:
            self._end(name, now)

    def _tend(self, name: str, now: datetime) -> None:
        found = self._store.get(NAMESPACES, ("", name))
        if found is None:
            self._ending.pop(name, None)
        elif not lifecycle.is_ending(found.document):
            self._provide_account(name, now)
        elif now >= self._ending.setdefault(name, now) + GRACE:
            self._end(name, now)

    def _end(self, name: str, now: datetime) -> None:
        found = self._store.get(NAMESPACES, ("", name))
        if found is not None and not self._empty(name, now):
            document = objects.copy(found.document)
            document["spec"] = {}
            lifecycle.put(self._store, NAMESPACES, document)

    def _provide_account(self, namespace: str, now: datetime) -> None:
        if self._store.get(ACCOUNTS, (namespace, DEFAULT_ACCOUNT)) is None:
            self._store.put(ACCOUNTS, _account(namespace, self._ids(), now))

    def _empty(self, namespace: str, now: datetime) -> bool:
        """Delete what is in the namespace; tell whether something stays behind for now."""
        left = False
        for kind in self._store.kinds():
            inside = [one for key, one in self._store.journal(kind).current.items() if key[0] == namespace]
            for stored in inside:
                left |= lifecycle.delete(self._store, kind, stored, now) is not None
        return left


def _account(namespace: str, uid: str, now: datetime) -> Object:
    metadata = {"name": DEFAULT_ACCOUNT, "namespace": namespace, "uid": uid, "creationTimestamp": objects.stamp(now)}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
