"""Whom a change of a store, or of what it stands on, concerns: the check of the store, and those who use it.

Called by the watches; the users' own modules subscribe, and say which of their objects name the store.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject
from keyferry.model.identity import Identity
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.directory import Directory

ACCOUNT_INDEX: Final = "account"
CREDENTIAL_INDEX: Final = "credential"


class Users(Protocol):
    """Those who use stores, of one kind."""

    def __call__(self, store: Key, namespace: str | None, *, is_edit: bool) -> None:
        """Wake whoever uses `store`, in one namespace or in all.

        With `is_edit` what was read before may come from elsewhere now, and is to be read again.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What stores stand on, as the watches keep it; `stores` with the indexes above."""

    stores: Store[WatchedStore]
    accounts: Store[PartialObject]
    namespaces: Store[PartialObject]


class StoreWakes:
    """Lets every change wake whom it concerns, and nobody else."""

    def __init__(
        self,
        grounds: Grounds,
        directory: Directory,
        check: Callable[[Key], None],
        forget: Callable[[Identity], None],
    ) -> None:
        """`check` lets a store be looked at; `forget` lets an identity ask anew where it was refused."""
        self._grounds = grounds
        self._directory = directory
        self._check = check
        self._forget = forget
        self._users: list[Users] = []

    def subscribe(self, users: Users) -> None:
        """Let `users` hear of what concerns them."""
        self._users.append(users)

    def connect(self) -> None:
        """Listen to every cache from now on."""
        self._grounds.stores.subscribe(self._on_store)
        self._grounds.accounts.subscribe(self._on_account)
        self._grounds.namespaces.subscribe(self._on_namespace)

    def on_credential(self, secret: Key) -> None:
        """Look anew at the stores that read their identity from `secret`, and let their users try again.

        What they read by the old one stays until it is due: most changes of such a Secret change nothing for them.
        """
        for store in self._grounds.stores.indexed(CREDENTIAL_INDEX, secret):
            self._wake(store, is_edit=False)
        for store in self._grounds.stores.indexed(CREDENTIAL_INDEX, Key(name=secret.name)):
            self._wake_in(store, secret.namespace, is_edit=False)

    def _on_store(self, key: Key, old: WatchedStore | None, new: WatchedStore | None) -> None:
        if old is None or new is None or _is_redefined(old.metadata, new.metadata):
            self._wake(key, is_edit=old is not None and new is not None)
        elif _is_regrouped(old.metadata, new.metadata):
            self._check(key)  # who holds it may differ, and what it says to its users does not

    def _on_account(self, key: Key, old: PartialObject | None, new: PartialObject | None) -> None:
        if old is not None and new is not None and old.metadata.annotations == new.metadata.annotations:
            return
        is_edit = old is not None and new is not None
        for store in self._grounds.stores.indexed(ACCOUNT_INDEX, key):
            self._wake(store, is_edit=is_edit)
        for store in self._grounds.stores.indexed(ACCOUNT_INDEX, Key(name=key.name)):
            self._wake_in(store, key.namespace, is_edit=is_edit)

    def _on_namespace(self, key: Key, old: PartialObject | None, new: PartialObject | None) -> None:
        if not self._grounds.namespaces.has_synced:
            return  # nobody has been told anything yet
        before, after = (each.metadata.labels if each is not None else {} for each in (old, new))
        for store in self._directory.turning(key.name, before, after) if before != after else ():
            self._wake_in(store, key.name, is_edit=True)
        if new is None:
            self._directory.left(key.name)

    def _wake(self, store: Key, *, is_edit: bool) -> None:
        """What was refused before may be granted now, so nobody waits for an old refusal to be forgotten."""
        self._look_anew(store, None)
        self._check(store)
        for users in self._users:
            users(store, None, is_edit=is_edit)

    def _wake_in(self, store: Key, namespace: str, *, is_edit: bool) -> None:
        """Something has changed for those of one namespace that use a ClusterSecretStore; the others are at rest."""
        self._look_anew(store, namespace)
        for users in self._users:
            users(store, namespace, is_edit=is_edit)

    def _look_anew(self, store: Key, namespace: str | None) -> None:
        for identity in self._directory.changed(store, namespace):
            self._forget(identity)


def _is_redefined(old: ObjectMeta, new: ObjectMeta) -> bool:
    """What a store's users read of it: its finalizers and labels are between it and others."""
    return (old.uid, old.generation, old.annotations) != (new.uid, new.generation, new.annotations)


def _is_regrouped(old: ObjectMeta, new: ObjectMeta) -> bool:
    return (old.labels, old.finalizers, old.deletion_timestamp) != (new.labels, new.finalizers, new.deletion_timestamp)
