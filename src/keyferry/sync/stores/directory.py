"""Which store a reference means, what its spec says, and as whom it is asked.

Called by whatever reads from or writes to a store: ExternalSecrets, PushSecrets, the check of the store itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import NotFound, SpecError, Where
from keyferry.model.identity import Identity
from keyferry.model.secrets import VaultUrl
from keyferry.spec import secret_store
from keyferry.spec.secret_store import SecretStore
from keyferry.spec.sources import StoreRef
from keyferry.sync import wire
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.identities import Identities

STORE: Final = "SecretStore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A vault, the vaults that stand in for it, in their order, and the identity that asks them."""

    identity: Identity
    vault_url: VaultUrl
    fallbacks: tuple[VaultUrl, ...] = ()


class Directory:
    """The stores of one operator process. `watched` is what the watches keep of them."""

    def __init__(self, watched: Store[WatchedStore], identities: Identities) -> None:
        self._watched = watched
        self._identities = identities
        self._parsed: dict[Key, tuple[str, SecretStore | SpecError]] = {}

    def find(self, reference: StoreRef, namespace: str) -> WatchedStore | None:
        """Return the store that an object of `namespace` means by `reference`; None where there is none."""
        return self.watched(key_of(reference, namespace))

    def watched(self, key: Key) -> WatchedStore | None:
        """Return a store by key; None when it is gone, and then nothing of it is kept."""
        watched = self._watched.get(key)
        if watched is None:
            self._parsed.pop(key, None)
        return watched

    def parsed(self, key: Key) -> SecretStore | SpecError | None:
        """Return a store's spec, or what is wrong with it; None when it is gone."""
        watched = self._watched.get(key)
        return None if watched is None else self._parse(watched)

    async def access(self, reference: StoreRef, namespace: str, asker: Where) -> Access:
        """Return the vault and identity of a store for `asker`, an object of `namespace`.

        Raises SpecError, GrantError, NotFound or Unavailable.
        """
        watched = self.find(reference, namespace)
        if watched is None:
            raise NotFound(
                what=f"{reference.kind} {namespace}/{reference.name} does not exist",
                cause=f"{asker.kind} {asker.namespace}/{asker.name} names it",
                remedy=f"create the store, or correct {asker.path}",
                where=asker,
            )
        return await self.access_of(watched)

    async def access_of(self, watched: WatchedStore) -> Access:
        """Return the vault and identity of a store. Raises SpecError, GrantError, NotFound or Unavailable."""
        store = self._parse(watched)
        if isinstance(store, SpecError):
            raise store
        return Access(
            identity=await self._identities.of(store),
            vault_url=store.provider.vault_url,
            fallbacks=store.fallback_vaults,
        )

    def is_foreign(self, references: Iterable[StoreRef], namespace: str, controller_class: str) -> bool:
        """Tell whether another operator's controller class is named by any of the stores."""
        stores = [self.parsed(key) for key in {key_of(reference, namespace) for reference in references}]
        return any(is_of_other_class(store, controller_class) for store in stores if store is not None)

    def changed(self, store: Key) -> Identity | None:
        """Forget as whom a store was asked, and return who that was."""
        return self._identities.changed(store)

    def _parse(self, watched: WatchedStore) -> SecretStore | SpecError:
        """Parse a store once for each of its versions: a thousand objects share one."""
        version, parsed = self._parsed.get(watched.metadata.key, ("", None))
        if parsed is None or version != watched.metadata.resource_version:
            try:
                parsed = secret_store.parse(wire.spec_document(watched.metadata, watched.spec, STORE))
            except SpecError as problem:
                parsed = problem
            self._parsed[watched.metadata.key] = (watched.metadata.resource_version, parsed)
        return parsed


def key_of(reference: StoreRef, namespace: str) -> Key:
    """Return the key of the store that an object of `namespace` means; a cluster's store has no namespace."""
    return Key(namespace=namespace if reference.kind == STORE else "", name=reference.name)


def is_of_other_class(store: SecretStore | SpecError, controller_class: str) -> bool:
    """Tell whether a store asks for another operator than the one of `controller_class`."""
    return isinstance(store, SecretStore) and store.controller not in ("", controller_class)
