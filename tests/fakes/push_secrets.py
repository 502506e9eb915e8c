"""PushSecrets, stores and sources as the watches would give them, and vaults that remember what is pushed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Where
from keyferry.model.identity import ClientId, Identity, ManagedIdentity
from keyferry.model.secrets import SecretRef, SecretValue, VaultUrl
from keyferry.spec import hashes, push_secret, secret_store
from keyferry.spec.push_secret import PushSecret
from keyferry.spec.secret_store import SecretStore
from keyferry.spec.sources import StoreRef
from keyferry.sync import wire as store_wire
from keyferry.sync.push import wire
from keyferry.sync.push.state import SourceSecret, StoreToWrite, WatchedPushSecret
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.directory import Access
from keyferry.vault.throttle import Priority
from keyferry.vault.writing import choice
from keyferry.vault.writing.choice import Step
from keyferry.vault.writing.wish import Outcome, Present, Wish

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
PUSH = Key(namespace="app", name="push")
KV = StoreRef(kind="SecretStore", name="kv")
VAULT = VaultUrl("https://kv-prod.vault.azure.net")
IDENTITY = ManagedIdentity(client_id=ClientId("c"))
ONE: Mapping[str, Any] = {
    "refreshInterval": "1h",
    "deletionPolicy": "Delete",
    "secretStoreRefs": [{"name": "kv"}],
    "selector": {"secret": {"name": "source"}},
    "data": [{"match": {"secretKey": "k", "remoteRef": {"remoteKey": "remote"}}}],
}
RECORD = {"match": {"secretKey": "k", "remoteRef": {"remoteKey": "remote"}}, "conversionStrategy": "None"}
SYNCED = {"SecretStore/kv": {"remote": RECORD}}


def document(spec: Mapping[str, Any] | None = None, status: Mapping[str, Any] | None = None, **metadata: Any) -> Any:
    """The PushSecret app/push of the Secret `source`, with these deviations."""
    return {
        "apiVersion": "external-secrets.io/v1alpha1",
        "kind": "PushSecret",
        "metadata": {"name": "push", "namespace": "app", "uid": "u-ps", "generation": 1, "resourceVersion": "7"}
        | metadata,
        "spec": {**ONE, **(spec or {})},
        "status": status or {},
    }


def watched(
    spec: Mapping[str, Any] | None = None, status: Mapping[str, Any] | None = None, **metadata: Any
) -> WatchedPushSecret:
    """The same, as watched."""
    return wire.push_secret(json.dumps(document(spec, status, **metadata)).encode())


def parsed(**spec: Any) -> PushSecret:
    """Its spec."""
    return push_secret.parse(document(spec))


def synced(**more: Any) -> dict[str, Any]:
    """The status after a push at NOW."""
    ready = {"type": "Ready", "status": "True", "reason": "Synced", "message": "m"}
    version = hashes.synced_resource_version(1, {}, {})
    time = NOW.isoformat().replace("+00:00", "Z")
    return {
        "refreshTime": time,
        "syncedResourceVersion": version,
        "syncedPushSecrets": SYNCED,
        "conditions": [ready],
    } | more


def source(name: str = "source", version: str = "1", **data: bytes) -> SourceSecret:
    """A Secret as it was read."""
    return SourceSecret(name=name, version=version, data={key: SecretValue(value) for key, value in data.items()})


def target(name: str = "kv", kind: str = "SecretStore", **labels: str) -> StoreToWrite:
    """A store that is written to."""
    return StoreToWrite(reference=StoreRef(kind=kind, name=name), labels=labels)


def store(name: str = "kv", namespace: str = "app", **metadata: Any) -> WatchedStore:
    """A store as watched; of the cluster without a namespace."""
    read = {"metadata": {"name": name, "namespace": namespace, **metadata}, "spec": {}}
    return store_wire.secret_store(json.dumps(read).encode())


@dataclass(slots=True)
class FakeVaults:
    """Vaults behind the port that pushes write through: they decide as vault.writing does, and remember.

    `failures` are raised for an object by its name, as often as they stand there.
    """

    held: dict[SecretRef, tuple[SecretValue, Present]] = field(default_factory=dict)
    failures: dict[str, list[KeyferryError]] = field(default_factory=dict)
    asked: list[tuple[str, str, Priority]] = field(default_factory=list)

    async def push(
        self, identity: Identity, wish: Wish, *, only_if_absent: bool = False, priority: Priority = Priority.FIRST_READ
    ) -> Outcome:
        self._ask("push", wish.ref, priority)
        value, present = self.held.get(wish.ref, (None, None))
        if present is not None and only_if_absent:
            return Outcome.LEFT
        compared = None if present is None else replace(present, is_same=value == wish.value)
        step = choice.step(wish, compared)
        if step is Step.NOTHING:
            return Outcome.UNCHANGED
        made = Present(version="v", tags=wish.tags, content_type=wish.content_type, expires=wish.expires)
        self.held[wish.ref] = wish.value, made
        return Outcome.WRITTEN if step is Step.WRITE else Outcome.UPDATED

    async def remove(self, identity: Identity, ref: SecretRef, *, priority: Priority = Priority.FIRST_READ) -> Outcome:
        self._ask("remove", ref, priority)
        if ref not in self.held:
            return Outcome.ABSENT
        if not choice.is_ours(self.held[ref][1]):
            return Outcome.FOREIGN
        del self.held[ref]
        return Outcome.REMOVED

    def values(self) -> dict[str, bytes]:
        """What is held, by name."""
        return {ref.name: value.reveal() for ref, (value, _) in self.held.items()}

    def _ask(self, what: str, ref: SecretRef, priority: Priority) -> None:
        self.asked.append((what, ref.name, priority))
        if self.failures.get(ref.name):
            raise self.failures[ref.name].pop(0)


@dataclass(slots=True)
class FakeStores:
    """Stores behind the ports of the directory, all of one vault; `foreign` are of other controller classes."""

    absent: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    asked: int = 0

    async def access(self, reference: StoreRef, namespace: str, asker: Where) -> Access:
        self.asked += 1
        if reference.name in self.absent:
            raise NotFound(what=f"{reference} does not exist", where=asker)
        return Access(identity=IDENTITY, vault_url=VAULT)

    def parsed(self, key: Key) -> SecretStore | SpecError | None:
        if key.name in self.absent:
            return None
        controller = "another" if key.name in self.foreign else ""
        spec = {"controller": controller, "provider": {"azurekv": {"authType": "ManagedIdentity", "vaultUrl": VAULT}}}
        metadata = {"name": key.name, "namespace": key.namespace}
        api = "external-secrets.io/v1"
        return secret_store.parse({"apiVersion": api, "kind": "SecretStore", "metadata": metadata, "spec": spec})

    def is_foreign(self, references: Iterable[StoreRef], namespace: str, controller_class: str) -> bool:
        return any(reference.name in self.foreign for reference in references)
