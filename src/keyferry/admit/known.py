"""What the watches know of the cluster, as rules ask for it. Pure; fed by `following`, read by `advising`.

What may be seen by halves is not told: without a full list "there is none of this name here" would be a guess. Secrets
are not watched at all.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Final

from keyferry.admit.accounts import AccountCache
from keyferry.admit.watched import WatchedExternalSecret, store_key
from keyferry.advice.surroundings import Account, Refreshes
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, PartialObject

_SECRET: Final = "secret"  # noqa: S105  (an index)
_VAULT: Final = "vault"
_NAME: Final = "name"


class Known:
    """Advice's surroundings in a cluster. Each cache is the sink of one watch."""

    def __init__(self, accounts: AccountCache, subjects: Callable[[], frozenset[str]] = frozenset) -> None:
        self._accounts = accounts
        self._subjects = subjects
        self.external_secrets: Store[WatchedExternalSecret] = Store({_SECRET: _secret})
        self._reads: dict[Key, _Reads] = {}  # by store: bulk changes of ten thousand objects ask for it each time
        self.external_secrets.subscribe(self._count)
        self.stores: Store[str] = Store({_VAULT: _vault, _NAME: _name})
        self.cluster_stores: Store[str] = Store({_VAULT: _vault})
        self.classes: Store[PartialObject] = Store({_NAME: _name})

    def account(self, namespace: str, name: str) -> Account | None:
        """Return a ServiceAccount, None where the watch knows none."""
        return self._accounts.find(namespace, name)

    def accounts(self, namespace: str) -> Mapping[str, Account]:
        """Return the ServiceAccounts of a namespace by name."""
        return self._accounts.of(namespace)

    @property
    def knows_accounts(self) -> bool:
        """Whether every ServiceAccount was listed."""
        return self._accounts.has_synced

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects that the process was told."""
        return self._subjects()

    def secret_owner(self, namespace: str, name: str) -> str:
        """Return the first by name of the ExternalSecrets that own the Secret, "" for none."""
        owners = self.external_secrets.indexed(_SECRET, Key(namespace=namespace, name=name))
        return min((key.name for key in owners), default="")

    def refreshes(self, namespace: str, store: str, kind: str) -> Refreshes | None:
        """Return how often the vault behind a store is asked, None where the store or its vault is not known.

        An ExternalSecret that asks the vault through two stores counts as two.
        """
        key = store_key(namespace, kind, store)
        vault = (self.stores if key.namespace else self.cluster_stores).get(key)
        if not vault or not self.external_secrets.has_synced:
            return None
        stores = (*self.stores.indexed(_VAULT, vault), *self.cluster_stores.indexed(_VAULT, vault))
        asked = [reads for each in stores if (reads := self._reads.get(each)) is not None]
        return Refreshes(
            objects=sum(reads.objects for reads in asked),
            keys=sum(reads.keys for reads in asked),
            reads_a_second=sum(reads.a_second for reads in asked),
        )

    def homes(self, kind: str, name: str) -> frozenset[str]:
        """Return the namespaces that have a SecretStore or SecretProviderClass of this name; of others nothing."""
        match kind:
            case "SecretStore" if self.stores.has_synced:
                found = self.stores.indexed(_NAME, name)
            case "SecretProviderClass" if self.classes.has_synced:
                found = self.classes.indexed(_NAME, name)
            case _:
                found = frozenset()
        return frozenset(key.namespace for key in found)

    def _count(self, _key: Key, old: WatchedExternalSecret | None, new: WatchedExternalSecret | None) -> None:
        for external, sign in ((old, -1), (new, 1)):
            if external is None or not external.seconds:
                continue
            for store, keys in external.reads:
                reads = self._reads.setdefault(store, _Reads())
                reads.objects += sign
                reads.keys += sign * keys
                reads.a_second += sign * keys / external.seconds
                if not reads.objects:
                    del self._reads[store]


class _Reads:
    """What ExternalSecrets ask of one store."""

    def __init__(self) -> None:
        self.objects = 0
        self.keys = 0
        self.a_second = 0.0


def _secret(key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    return (Key(namespace=key.namespace, name=external.secret),) if external.secret else ()


def _vault(_key: Key, vault: str) -> Iterable[Hashable]:
    return (vault,) if vault else ()


def _name(key: Key, _value: object) -> Iterable[Hashable]:
    return (key.name,)
