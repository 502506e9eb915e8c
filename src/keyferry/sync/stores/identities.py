"""Finds the identity that a store speaks with: what the caches know, and the Secrets that the store names.

Called by sync.observe; calls sync.access, which decides.
"""

from collections.abc import Mapping

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretValue
from keyferry.spec.secret_store import SecretKey, SecretStore
from keyferry.sync.stores import access, accounts
from keyferry.sync.stores.material import Account, Material, OwnIdentity
from keyferry.sync.stores.stored_secrets import StoredSecrets


class Identities:
    """Answers for one operator process. `accounts` is the cache of ServiceAccounts."""

    def __init__(self, accounts: Store[PartialObject], stored: StoredSecrets, own: OwnIdentity) -> None:
        self._accounts = accounts
        self._stored = stored
        self._own = own
        self._last: dict[Key, Identity] = {}

    async def of(self, store: SecretStore) -> Identity:
        """Return the identity of `store`. Raises SpecError, GrantError, NotFound or Unavailable."""
        keys = access.keys_of(store)
        stored: Mapping[SecretKey, SecretValue] = await self._stored.read(store.namespace, keys) if keys else {}
        identity = access.identity_of(store, Material(account=self._account(store), stored=stored), self._own)
        self._last[Key(namespace=store.namespace, name=store.name)] = identity
        return identity

    def changed(self, store: Key) -> Identity | None:
        """Look at everything anew for a store that has changed; return the identity that it had, if any."""
        self._stored.forget(store.namespace)
        return self._last.pop(store, None)

    def _account(self, store: SecretStore) -> Account | None:
        reference = accounts.account_of(store)
        if reference is None:
            return None
        found = self._accounts.get(Key(namespace=reference.namespace, name=reference.name))
        return None if found is None else Account(reference=reference, annotations=found.metadata.annotations)
