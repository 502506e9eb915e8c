"""Empties namespaces that are being deleted, then lets them go; gives each its default account and the cluster's CA.

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
CONFIG_MAPS = ("", "configmaps")
DEFAULT_ACCOUNT = "default"
ROOT_CA = "kube-root-ca.crt"
GRACE = timedelta(seconds=1)


class NamespaceController:
    """Acts on namespaces, and on objects that leave one."""

    def __init__(self, store: Store, ids: Callable[[], str]) -> None:
        self._store = store
        self._ids = ids
        self._root_ca = ""
        self._ending: dict[str, datetime] = {}

    def observe(self, kind: StorageKey, change: Change, now: datetime) -> None:
        """Do what `change` makes necessary."""
        if kind == NAMESPACES:
            self._tend(change.stored.document["metadata"]["name"], now)
            return
        gone = change.type is ChangeType.DELETED
        if change.stored.key[0] and (gone or kind in (ACCOUNTS, CONFIG_MAPS)):
            self._tend(change.stored.key[0], now)

    def publish_root_ca(self, pem: str, now: datetime) -> None:
        """Give every namespace this PEM text, by which pods trust the API server."""
        self._root_ca = pem
        for _, name in tuple(self._store.journal(NAMESPACES).current):
            self._tend(name, now)

    def finish(self, now: datetime) -> None:
        """Empty the namespaces whose deletion began long enough ago."""
        for name in [name for name, since in self._ending.items() if now >= since + GRACE]:
            self._end(name, now)

    def _tend(self, name: str, now: datetime) -> None:
        found = self._store.get(NAMESPACES, ("", name))
        if found is None:
            self._ending.pop(name, None)
        elif not lifecycle.is_ending(found.document):
            self._provide(ACCOUNTS, _account(name), now)
            self._provide(CONFIG_MAPS, _root_ca(name, self._root_ca), now)
        elif now >= self._ending.setdefault(name, now) + GRACE:
            self._end(name, now)

    def _end(self, name: str, now: datetime) -> None:
        found = self._store.get(NAMESPACES, ("", name))
        if found is not None and not self._empty(name, now) and found.document.get("spec"):
            document = objects.copy(found.document)
            document["spec"] = {}
            lifecycle.put(self._store, NAMESPACES, document)

    def _provide(self, kind: StorageKey, document: Object, now: datetime) -> None:
        """Store what every namespace has, where it is missing or where its data is another."""
        found = self._store.get(kind, (objects.namespace(document), objects.name(document)))
        if found is None:
            document["metadata"] |= {"uid": self._ids(), "creationTimestamp": objects.stamp(now)}
            self._store.put(kind, document)
        elif found.document.get("data") != document.get("data"):
            self._store.put(kind, objects.copy(found.document) | {"data": document.get("data")})

    def _empty(self, namespace: str, now: datetime) -> bool:
        """Delete what is in the namespace; tell whether something stays behind for now."""
        left = False
        for kind in self._store.kinds():
            inside = [one for key, one in self._store.journal(kind).current.items() if key[0] == namespace]
            for stored in inside:
                left |= lifecycle.delete(self._store, kind, stored, now) is not None
        return left


def _account(namespace: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": DEFAULT_ACCOUNT, "namespace": namespace},
    }


def _root_ca(namespace: str, pem: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": ROOT_CA, "namespace": namespace},
        "data": {"ca.crt": pem},
    }
