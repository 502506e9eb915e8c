"""Finds the identity that a store speaks with: what the caches know, and the Secrets that the store names.

Called by sync.stores.directory; calls sync.stores.access, which decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """An identity, and all that it follows from."""

    store: SecretStore
    account: PartialObject | None
    identity: Identity


_NOTHING: Final[Mapping[str, _Known]] = {}


class Identities:
    """Answers for one operator process. `accounts` is the cache of ServiceAccounts."""

    def __init__(self, accounts: Store[PartialObject], stored: StoredSecrets, own: OwnIdentity) -> None:
        self._accounts = accounts
        self._stored = stored
        self._own = own
        self._last: dict[Key, dict[str, Identity]] = {}
        self._known: dict[Key, dict[str, _Known]] = {}

    async def of(self, store: SecretStore, namespace: str = NOBODY) -> Identity:
        """Return whom `store` speaks as for an object of `namespace`.

        Raises SpecError, GrantError, NotFound or Unavailable.
        """
        use, key = Use(store=store, namespace=namespace), Key(namespace=store.namespace, name=store.name)
        account = self._account(use)
        known = self._known.get(key, _NOTHING).get(namespace)
        if known is not None and known.store is store and known.account is account:
            return known.identity  # the same object each time: it is the key of much
        keys = store.provider.stored_keys
        stored: Mapping[SecretKey, SecretValue] = await self._stored.read(use.home, keys) if keys else {}
        identity = access.identity_of(use, Material(account=_account(use, account), stored=stored), self._own)
        self._last.setdefault(key, {})[namespace if store.is_referent else NOBODY] = identity
        if not keys:
            self._known.setdefault(key, {})[namespace] = _Known(store=store, account=account, identity=identity)
        return identity

    def changed(self, store: Key, namespace: str | None = None) -> frozenset[Identity]:
        """Look at everything anew for a store that has changed; return the identities that it had.

        With a `namespace` something has changed there alone, and for a ClusterSecretStore.
        """
        self._stored.forget(store.namespace if namespace is None else namespace)
        if namespace is None:
            self._known.pop(store, None)
            return frozenset(self._last.pop(store, {}).values())
        self._known.get(store, {}).pop(namespace, None)
        had = self._last.get(store, {}).pop(namespace, None)
        return frozenset() if had is None else frozenset({had})

    def left(self, namespace: str) -> None:
        """Keep nothing of a namespace that is gone."""
        for identities in self._last.values():
            identities.pop(namespace, None)
        for known in self._known.values():
            known.pop(namespace, None)

    def _account(self, use: Use) -> PartialObject | None:
        reference = accounts.account_of(use)
        if reference is None:
            return None
        return self._accounts.get(Key(namespace=reference.namespace, name=reference.name))


def _account(use: Use, found: PartialObject | None) -> Account | None:
    reference = accounts.account_of(use)
    if reference is None or found is None:
        return None
    return Account(reference=reference, annotations=found.metadata.annotations)
