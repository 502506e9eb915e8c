"""What is known of a cluster from a set of documents, as a folder of manifests holds them. Pure.

Called by `keyferry check`. A name is known to be missing nowhere: others may create it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any, Final

from keyferry.advice import parts, vault_reads
from keyferry.advice.rules import owners
from keyferry.advice.surroundings import Account, Nothing, Refreshes
from keyferry.advice.vault_reads import VaultReads
from keyferry.model.wellknown import ES_GROUP

_SECRET: Final = "Secret"  # noqa: S105  (a kind)
_AT_HOME: Final = frozenset({_SECRET, "SecretProviderClass", "SecretStore"})
_OF_THE_STORE: Final = re.compile(r"\.(remoteRef|extract|find)\b|^spec\.data\[\d+\]\.metadata\b")


class Documents:
    """What `documents` tell together. `subjects` are those of federated credentials.

    A document that leaves its namespace open goes where those of its scope go, as those of one folder. Where none are
    given all are of one.
    """

    def __init__(
        self,
        documents: Iterable[Mapping[str, Any]],
        subjects: frozenset[str] = frozenset(),
        scopes: Iterable[str] | None = None,
    ) -> None:
        self.subjects = subjects
        self.accounts: dict[str, dict[str, Account]] = defaultdict(dict)
        self.homes: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.owners: dict[tuple[str, str], str] = {}
        self.reads = VaultReads()
        self._present: set[tuple[str, str, str]] = set()
        for document, scope in zip(documents, repeat("") if scopes is None else scopes, strict=False):
            self._learn(document, place(parts.namespace(document), scope))

    def around(self, scope: str = "") -> "Around":
        """Return what is known around the documents of a scope."""
        return Around(self, scope)

    def is_made_by_one(self, document: Mapping[str, Any]) -> bool:
        """Tell whether another of the documents makes it, as a ReplicaSet its pods: that one is to be judged."""
        namespace = parts.namespace(document)
        owners = (owner for _, owner in parts.entries(document, "metadata", "ownerReferences"))
        return any(
            (parts.text(owner, "kind"), namespace, parts.text(owner, "name")) in self._present
            for owner in owners
            if owner.get("controller") is True
        )

    def _learn(self, document: Mapping[str, Any], namespace: str) -> None:
        kind, name = document.get("kind"), parts.name(document)
        self._present.add((str(kind), parts.namespace(document), name))
        if kind == "ServiceAccount":
            self.accounts[namespace][name] = _account(document)
        if isinstance(kind, str) and kind in _AT_HOME:
            self.homes[kind, name].add(parts.namespace(document))
        for secret in _delivered(document):
            self.homes[_SECRET, secret].add(parts.namespace(document))
        if isinstance(kind, str) and kind in vault_reads.STORES:
            store = vault_reads.store(kind, namespace, name)
            self.reads.learn(store, parts.mapping(document, "spec", "provider"))
        if kind == "ExternalSecret" and parts.text(document, "apiVersion").startswith(f"{ES_GROUP}/"):
            self.reads.count(document, namespace)
            if target := owners.target_of(document):
                self.owners.setdefault((namespace, target), name)


class Around(Nothing):
    """What is known around the documents of one scope."""

    def __init__(self, documents: Documents, scope: str) -> None:
        self._documents = documents
        self._scope = scope

    def account(self, namespace: str, name: str) -> Account | None:
        """Return a ServiceAccount, None where no document is one of that name."""
        return self.accounts(namespace).get(name)

    def accounts(self, namespace: str) -> Mapping[str, Account]:
        """Return the ServiceAccounts of a namespace by name."""
        return self._documents.accounts.get(place(namespace, self._scope), {})

    @property
    def subjects(self) -> frozenset[str]:
        """The subjects that were given."""
        return self._documents.subjects

    def secret_owner(self, namespace: str, name: str) -> str:
        """Return the first ExternalSecret that owns the Secret, "" for none."""
        return self._documents.owners.get((place(namespace, self._scope), name), "")

    def refreshes(self, namespace: str, store: str, kind: str) -> Refreshes | None:
        """Return how often the vault behind a store is asked; of a store that is not there, how often the store is."""
        return self._documents.reads.refreshes(vault_reads.store(kind, place(namespace, self._scope), store))

    def homes(self, kind: str, name: str) -> frozenset[str]:
        """Return the namespaces that have such an object; none where one leaves open where it will be."""
        found = self._documents.homes.get((kind, name), set())
        return frozenset() if "" in found else frozenset(found)

    def is_about_another_provider(self, document: Mapping[str, Any], path: str) -> bool:
        """Tell whether a place names an object of stores that are no Azure Key Vault: others know what is right."""
        if not _OF_THE_STORE.search(path):
            return False
        return self._documents.reads.is_of_others(document, place(parts.namespace(document), self._scope))


def place(namespace: str, scope: str) -> str:
    """Return what stands for a namespace: itself, or for one that is open what no namespace is called."""
    return namespace or f"\0{scope}"


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
