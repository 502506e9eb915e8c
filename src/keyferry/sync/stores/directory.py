"""Which store a reference means, what its spec says, whom it serves, and as whom it is asked.

Called by whatever reads from or writes to a store: ExternalSecrets, PushSecrets, the check of the store itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.model.errors import GrantError, NotFound, SpecError, Where
from keyferry.model.identity import Identity
from keyferry.model.secrets import VaultUrl
from keyferry.spec import secret_store, store_conditions
from keyferry.spec.secret_store import CLUSTER_KIND, KIND, SecretStore
from keyferry.spec.sources import StoreRef
from keyferry.sync import wire
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.identities import NOBODY, Identities
from keyferry.sync.stores.material import where

_NO_LABELS: Final[dict[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A vault, the vaults that stand in for it, in their order, and the identity that asks them."""

    identity: Identity
    vault_url: VaultUrl
    fallbacks: tuple[VaultUrl, ...] = ()


class Directory:
    """The stores of one operator process. `watched` is what the watches keep of them, `namespaces` of namespaces."""

    def __init__(self, watched: Store[WatchedStore], namespaces: Store[PartialObject], identities: Identities) -> None:
        self._watched = watched
        self._namespaces = namespaces
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

        Raises SpecError, NotFound, Unavailable, or GrantError, also where a ClusterSecretStore does not serve the
        namespace.
        """
        watched = self.find(reference, namespace)
        if watched is None:
            raise _no_such_store(key_of(reference, namespace), asker)
        return await self.access_of(watched, namespace)

    async def access_of(self, watched: WatchedStore, namespace: str = NOBODY) -> Access:
        """Return the vault and identity of a store for a namespace, or for itself; errors as above."""
        store = self._parse(watched)
        if isinstance(store, SpecError):
            raise store
        if namespace:
            self._check_conditions(store, namespace)
        return Access(
            identity=await self._identities.of(store, namespace),
            vault_url=store.provider.vault_url,
            fallbacks=store.fallback_vaults,
        )

    def is_foreign(self, references: Iterable[StoreRef], namespace: str, controller_class: str) -> bool:
        """Tell whether another operator's controller class is named by any of the stores."""
        stores = [self.parsed(key) for key in {key_of(reference, namespace) for reference in references}]
        return any(is_of_other_class(store, controller_class) for store in stores if store is not None)

    def changed(self, store: Key, namespace: str | None = None) -> frozenset[Identity]:
        """Forget as whom a store was asked, for one namespace or for all, and return who that was."""
        return self._identities.changed(store, namespace)

    def turning(self, namespace: str, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Key, ...]:
        """Return the stores of the cluster that serve a namespace with labels as before, or as after, and not both."""
        of_the_cluster = ((key, self.parsed(key)) for key in self._watched if not key.namespace)
        return tuple(
            key
            for key, store in of_the_cluster
            if isinstance(store, SecretStore)
            and store_conditions.allow(store.conditions, namespace, before)
            is not store_conditions.allow(store.conditions, namespace, after)
        )

    def left(self, namespace: str) -> None:
        """Keep nothing of a namespace that is gone."""
        self._identities.left(namespace)

    def _check_conditions(self, store: SecretStore, namespace: str) -> None:
        found = self._namespaces.get(Key(name=namespace))
        if store_conditions.allow(store.conditions, namespace, found.metadata.labels if found else _NO_LABELS):
            return
        raise GrantError(
            what=f"{store.full_name} does not serve namespace {namespace}",
            cause="none of its spec.conditions fits the namespace",
            remedy=f"let the owner of the store add {namespace} to spec.conditions, or use a SecretStore",
            where=where(store, store_conditions.PATH),
        )

    def _parse(self, watched: WatchedStore) -> SecretStore | SpecError:
        """Parse a store once for each of its versions: a thousand objects share one."""
        version, parsed = self._parsed.get(watched.metadata.key, ("", None))
        if parsed is None or version != watched.metadata.resource_version:
            kind = KIND if watched.metadata.namespace else CLUSTER_KIND
            try:
                parsed = secret_store.parse(wire.spec_document(watched.metadata, watched.spec, kind), kind)
            except SpecError as problem:
                parsed = problem
            self._parsed[watched.metadata.key] = (watched.metadata.resource_version, parsed)
        return parsed


def key_of(reference: StoreRef, namespace: str) -> Key:
    """Return the key of the store that an object of `namespace` means; a cluster's store has no namespace."""
    return Key(namespace=namespace if reference.kind == KIND else "", name=reference.name)


def is_of_other_class(store: SecretStore | SpecError, controller_class: str) -> bool:
    """Tell whether a store asks for another operator than the one of `controller_class`."""
    return isinstance(store, SecretStore) and store.controller not in ("", controller_class)


def _no_such_store(key: Key, asker: Where) -> NotFound:
    alone = "" if key.namespace else ". An operator with --namespace serves no ClusterSecretStore"
    return NotFound(
        what=f"{KIND if key.namespace else CLUSTER_KIND} {key} does not exist",
        cause=f"{asker.kind} {asker.namespace}/{asker.name} names it{alone}",
        remedy=f"create the store, or correct {asker.path}",
        where=asker,
    )
