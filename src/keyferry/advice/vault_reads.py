"""How often each vault is read, from what ExternalSecrets and stores say together. Pure. Called by documents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from keyferry.advice import parts
from keyferry.advice.surroundings import Refreshes
from keyferry.model.errors import SpecError
from keyferry.spec import durations

STORES: Final = frozenset({"SecretStore", "ClusterSecretStore"})
_AZURE: Final = "azurekv"
_DEFAULT_INTERVAL: Final = "1h"


class Store(NamedTuple):
    """A store by kind and name; a ClusterSecretStore is at home nowhere."""

    kind: str
    namespace: str
    name: str


class VaultReads:
    """Which vault each store leads to, and how often all that is counted reads from it."""

    def __init__(self) -> None:
        self._vaults: dict[Store, str] = {}
        self._of_others: set[Store] = set()
        self._documents = 0
        self._counted: list[tuple[int, Store, _Reads]] = []
        self._refreshes: dict[str, Refreshes] | None = None

    def learn(self, store: Store, provider: Mapping[str, Any]) -> None:
        """Note where a store leads."""
        if vault := parts.text(provider, _AZURE, "vaultUrl"):
            self._vaults[store] = vault.rstrip("/").lower()
        if provider and _AZURE not in provider:
            self._of_others.add(store)

    def count(self, document: Mapping[str, Any], namespace: str) -> None:
        """Note what an ExternalSecret of this namespace reads."""
        every = _every(document)
        keys: dict[Store, int] = defaultdict(int)
        for store in _stores_read(document, namespace) if every else ():
            keys[store] += 1
        full_name = f"{parts.namespace(document)}/{parts.name(document)}"
        self._documents += 1
        for store, number in keys.items():
            reads = _Reads(full_name, number, number / every.total_seconds())
            self._counted.append((self._documents, store, reads))

    def refreshes(self, store: Store) -> Refreshes | None:
        """Return how often the vault behind a store is asked; of a store that is not there, how often the store is."""
        if self._refreshes is None:  # after the last document: a store may come after what reads from it
            self._refreshes = self._summed_up()
        return self._refreshes.get(self._vault(store))

    def is_of_others(self, document: Mapping[str, Any], namespace: str) -> bool:
        """Tell whether all stores of an ExternalSecret or PushSecret are known, and none is of Azure Key Vault."""
        stores = {*_stores_read(document, namespace), *_stores_pushed(document, namespace)}
        return bool(stores) and stores <= self._of_others

    def _summed_up(self) -> dict[str, Refreshes]:
        """One document may read from a vault by several stores."""
        together: dict[str, dict[int, _Reads]] = defaultdict(dict)
        for document, store, reads in self._counted:
            vault = together[self._vault(store)]
            earlier = vault.get(document, _Reads("", 0, 0.0))
            vault[document] = reads._replace(keys=earlier.keys + reads.keys, a_second=earlier.a_second + reads.a_second)
        return {vault: _together(list(reads.values())) for vault, reads in together.items()}

    def _vault(self, store: Store) -> str:
        """Return the vault's address, or what stands for that of a store that is not there."""
        return self._vaults.get(store, "\0".join(store))


class _Reads(NamedTuple):
    """What one ExternalSecret asks of one vault."""

    full_name: str
    keys: int
    a_second: float


def store(kind: str, namespace: str, name: str) -> Store:
    """Return the store of a reference from a namespace."""
    return Store(kind=kind, namespace=namespace if kind == "SecretStore" else "", name=name)


def _together(reads: list[_Reads]) -> Refreshes:
    return Refreshes(
        objects=len(reads),
        keys=sum(each.keys for each in reads),
        reads_a_second=sum(each.a_second for each in reads),
        told_by=reads[0].full_name,
    )


def _every(document: Mapping[str, Any]) -> timedelta:
    """Return how long it is between two refreshes, zero where there is one alone or nobody knows."""
    spec = parts.mapping(document, "spec")
    if parts.text(spec, "refreshPolicy") not in {"", "Periodic"}:
        return timedelta(0)
    try:
        return max(timedelta(0), durations.parse(parts.text(spec, "refreshInterval") or _DEFAULT_INTERVAL))
    except SpecError:
        return timedelta(0)


def _stores_read(document: Mapping[str, Any], namespace: str) -> Iterator[Store]:
    """Yield the store of each entry that reads."""
    own = parts.mapping(document, "spec", "secretStoreRef")
    for field in ("data", "dataFrom"):
        for _, entry in parts.entries(document, "spec", field):
            if field == "data" or "extract" in entry or "find" in entry:
                yield _named(parts.mapping(entry, "sourceRef", "storeRef") or own, namespace)


def _stores_pushed(document: Mapping[str, Any], namespace: str) -> Iterator[Store]:
    """Yield each store that a PushSecret writes to."""
    for _, reference in parts.entries(document, "spec", "secretStoreRefs"):
        yield _named(reference, namespace)


def _named(reference: Mapping[str, Any], namespace: str) -> Store:
    return store(parts.text(reference, "kind") or "SecretStore", namespace, parts.text(reference, "name"))
