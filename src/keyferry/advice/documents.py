"""What is known of a cluster from a set of documents, as a folder of manifests holds them. Pure.

Called by `keyferry check`. A name is known to be missing nowhere: others may create it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from keyferry.advice import parts
from keyferry.advice.rules import owners
from keyferry.advice.surroundings import Account, Nothing, Refreshes
from keyferry.model.errors import SpecError
from keyferry.model.wellknown import ES_GROUP
from keyferry.spec import durations

_DEFAULT_INTERVAL: Final = "1h"
_SECRET: Final = "Secret"  # noqa: S105  (a kind)
_AT_HOME: Final = frozenset({_SECRET, "SecretProviderClass", "SecretStore"})
_OF_THE_STORE: Final = re.compile(r"\.(remoteRef|extract|find)\b|^spec\.data\[\d+\]\.metadata\b")
_STORES: Final = frozenset({"SecretStore", "ClusterSecretStore"})


class _Store(NamedTuple):
    """A store by kind and name; a ClusterSecretStore is at home nowhere."""

    kind: str
    namespace: str
    name: str


class Documents(Nothing):
    """Knows what all `documents` tell together. `subjects` are those of federated credentials."""

    def __init__(self, documents: Iterable[Mapping[str, Any]], subjects: frozenset[str] = frozenset()) -> None:
        self._subjects = subjects
        self._accounts: dict[str, dict[str, Account]] = defaultdict(dict)
        self._homes: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._owners: dict[tuple[str, str], str] = {}
        self._vaults: dict[_Store, str] = {}
        self._reads: dict[str, list[_Reads]] = defaultdict(list)
        self._of_others: set[_Store] = set()
        self._present: set[tuple[str, str, str]] = set()
        external_secrets = []
        for document in documents:
            self._learn(document)
            if document.get("kind") == "ExternalSecret" and _is_of(document, ES_GROUP):
                external_secrets.append(document)
        for document in external_secrets:  # whose stores may come after them
            self._count(document)
        self._refreshes = {vault: _together(reads) for vault, reads in self._reads.items()}

    def account(self, namespace: str, name: str) -> Account | None:
        """Return a ServiceAccount, None where no document is one of that name."""
        return self.accounts(namespace).get(name)

    def accounts(self, namespace: str) -> Mapping[str, Account]:
        """Return the ServiceAccounts of a namespace by name."""
        return self._accounts.get(namespace, {})

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects that were given."""
        return self._subjects

    def secret_owner(self, namespace: str, name: str) -> str:
        """Return the first ExternalSecret that owns the Secret, "" for none."""
        return self._owners.get((namespace, name), "")

    def refreshes(self, namespace: str, store: str, kind: str) -> Refreshes | None:
        """Return how often the vault behind a store is asked; of a store that is not there, how often the store is."""
        return self._refreshes.get(self._vault(_named(kind, namespace, store)))

    def homes(self, kind: str, name: str) -> frozenset[str]:
        """Return the namespaces that have such an object; none where one leaves open where it will be."""
        found = self._homes.get((kind, name), set())
        return frozenset() if "" in found else frozenset(found)

    def is_made_by_one(self, document: Mapping[str, Any]) -> bool:
        """Tell whether another of the documents makes it, as a ReplicaSet its pods: that one is to be judged."""
        namespace = parts.namespace(document)
        owners = (owner for _, owner in parts.entries(document, "metadata", "ownerReferences"))
        return any(
            (parts.text(owner, "kind"), namespace, parts.text(owner, "name")) in self._present
            for owner in owners
            if owner.get("controller") is True
        )

    def is_about_another_provider(self, document: Mapping[str, Any], path: str) -> bool:
        """Tell whether a place names an object of stores that are no Azure Key Vault: others know what is right."""
        if not _OF_THE_STORE.search(path):
            return False
        namespace = parts.namespace(document)
        stores = {_named(kind, namespace, name) for kind, name in (*_stores_read(document), *_stores_pushed(document))}
        return bool(stores) and stores <= self._of_others

    def _learn(self, document: Mapping[str, Any]) -> None:
        kind, namespace, name = document.get("kind"), parts.namespace(document), parts.name(document)
        self._present.add((str(kind), namespace, name))
        if kind == "ServiceAccount":
            self._accounts[namespace][name] = _account(document)
        if isinstance(kind, str) and kind in _AT_HOME:
            self._homes[kind, name].add(namespace)
        for secret in _delivered(document):
            self._homes[_SECRET, secret].add(namespace)
        if kind == "ExternalSecret" and (target := owners.target_of(document)):
            self._owners.setdefault((namespace, target), name)
        if isinstance(kind, str) and kind in _STORES:
            self._learn_store(_named(kind, namespace, name), parts.mapping(document, "spec", "provider"))

    def _learn_store(self, store: _Store, provider: Mapping[str, Any]) -> None:
        if vault := parts.text(provider, "azurekv", "vaultUrl"):
            self._vaults[store] = vault.rstrip("/").lower()
        if provider and "azurekv" not in provider:
            self._of_others.add(store)

    def _count(self, document: Mapping[str, Any]) -> None:
        namespace, every = parts.namespace(document), _every(document)
        if not every:
            return
        keys: dict[str, int] = defaultdict(int)
        for kind, name in _stores_read(document):
            keys[self._vault(_named(kind, namespace, name))] += 1
        full_name = f"{namespace}/{parts.name(document)}"
        for vault, count in keys.items():
            self._reads[vault].append(_Reads(full_name, count, count / every.total_seconds()))

    def _vault(self, store: _Store) -> str:
        """Return the vault's address, or what stands for that of a store that is not there."""
        return self._vaults.get(store, " ".join(store))


class _Reads(NamedTuple):
    """What one ExternalSecret asks of one vault."""

    full_name: str
    keys: int
    a_second: float


def _together(reads: list[_Reads]) -> Refreshes:
    return Refreshes(
        objects=len(reads),
        keys=sum(each.keys for each in reads),
        reads_a_second=sum(each.a_second for each in reads),
        told_by=reads[0].full_name,
    )


def _account(document: Mapping[str, Any]) -> Account:
    metadata = parts.mapping(document, "metadata")
    return Account(
        namespace=parts.namespace(document),
        name=parts.name(document),
        annotations=_texts(parts.mapping(metadata, "annotations")),
        labels=_texts(parts.mapping(metadata, "labels")),
    )


def _texts(found: Mapping[Any, Any]) -> Mapping[str, str]:
    return {key: value for key, value in found.items() if isinstance(key, str) and isinstance(value, str)}


def _delivered(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the Secrets that a document brings about in its namespace."""
    match document.get("kind"):
        case "ExternalSecret":
            yield parts.text(document, "spec", "target", "name") or parts.name(document)
        case "SecretProviderClass":
            yield from (
                parts.text(entry, "secretName") for _, entry in parts.entries(document, "spec", "secretObjects")
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


def _stores_read(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield kind and name of the store of each entry that reads."""
    own = parts.mapping(document, "spec", "secretStoreRef")
    for field in ("data", "dataFrom"):
        for _, entry in parts.entries(document, "spec", field):
            if field == "data" or "extract" in entry or "find" in entry:
                store = parts.mapping(entry, "sourceRef", "storeRef") or own
                yield parts.text(store, "kind") or "SecretStore", parts.text(store, "name")


def _stores_pushed(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield kind and name of each store that a PushSecret writes to."""
    for _, store in parts.entries(document, "spec", "secretStoreRefs"):
        yield parts.text(store, "kind") or "SecretStore", parts.text(store, "name")


def _named(kind: str, namespace: str, name: str) -> _Store:
    return _Store(kind=kind, namespace=namespace if kind == "SecretStore" else "", name=name)


def _is_of(document: Mapping[str, Any], group: str) -> bool:
    return parts.text(document, "apiVersion").startswith(f"{group}/")
