"""Finds the identity that a store speaks with: what the caches know, and the Secrets that the store names.

Called by sync.stores.directory; calls sync.stores.access, which decides.
"""

from collections.abc import Mapping
from typing import Final

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretValue
from keyferry.spec.secret_store import SecretKey, SecretStore
from keyferry.sync.stores import access, accounts
from keyferry.sync.stores.material import Account, Material, OwnIdentity, Use
from keyferry.sync.stores.stored_secrets import StoredSecrets

NOBODY: Final = ""  # the namespace for which a store is looked at for itself


class Identities:
    """Answers for one operator process. `accounts` is the cache of ServiceAccounts."""

    def __init__(self, accounts: Store[PartialObject], stored: StoredSecrets, own: OwnIdentity) -> None:
        self._accounts = accounts
        self._stored = stored
        self._own = own
        self._last: dict[Key, dict[str, Identity]] = {}

    async def of(self, store: SecretStore, namespace: str = NOBODY) -> Identity:
        """Return whom `store` speaks as for an object of `namespace`.

        Raises SpecError, GrantError, NotFound or Unavailable.
        """
        use = Use(store=store, namespace=namespace)
        keys = store.provider.stored_keys
        stored: Mapping[SecretKey, SecretValue] = await self._stored.read(use.home, keys) if keys else {}
        identity = access.identity_of(use, Material(account=self._account(use), stored=stored), self._own)
        key = Key(namespace=store.namespace, name=store.name)
        self._last.setdefault(key, {})[namespace if store.is_referent else NOBODY] = identity
        return identity

    def changed(self, store: Key, namespace: str | None = None) -> frozenset[Identity]:
        """Look at everything anew for a store that has changed; return the identities that it had.

        With a `namespace` something has changed there alone, and for a ClusterSecretStore.
        """
        self._stored.forget(store.namespace if namespace is None else namespace)
        if namespace is None:
            return frozenset(self._last.pop(store, {}).values())
        had = self._last.get(store, {}).pop(namespace, None)
        return frozenset() if had is None else frozenset({had})

    def left(self, namespace: str) -> None:
        """Keep nothing of a namespace that is gone."""
        for identities in self._last.values():
            identities.pop(namespace, None)

    def _account(self, use: Use) -> Account | None:
        reference = accounts.account_of(use)
        if reference is None:
            return None
        found = self._accounts.get(Key(namespace=reference.namespace, name=reference.name))
        return None if found is None else Account(reference=reference, annotations=found.metadata.annotations)
