"""The part of the operator that delivers: ExternalSecrets, and the stores that they read from.

Called by run; wires caches, watches, observers and controllers.
"""

import os
import secrets
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.loop import Controller, Limits, Reconcile
from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.controller.store import Store
from keyferry.kube.events import Recorder
from keyferry.kube.part import Part, Work
from keyferry.kube.watch import Reflector
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS, SERVICE_ACCOUNTS
from keyferry.model.wellknown import CREATED_BY_LABEL, MANAGED_LABEL
from keyferry.runtime.clock import Clock
from keyferry.sync import local_zone, wire
from keyferry.sync.apply import Applier
from keyferry.sync.generators import generate
from keyferry.sync.generators.logins import Azure, Means, RegistryLogins
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.metrics import CallCollector, ConditionCollector, SyncCollector
from keyferry.sync.observe import CREATED_BY_INDEX, Caches, Observer
from keyferry.sync.reading import NO_GENERATORS, Generators
from keyferry.sync.reconciler import Habits, Reconciler
from keyferry.sync.settings import Settings
from keyferry.sync.state import LiveSecret, WatchedExternalSecret, WatchedStore
from keyferry.sync.stores.asking import Asking
from keyferry.sync.stores.credential_watch import CredentialWatch
from keyferry.sync.stores.directory import Directory
from keyferry.sync.stores.holding import Holder
from keyferry.sync.stores.identities import Identities
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.metrics import StoreCollector
from keyferry.sync.stores.reconciler import Duty, StoreReconciler, Writer, nobody
from keyferry.sync.stores.stored_secrets import StoredSecrets
from keyferry.sync.stores.wakes import ACCOUNT_INDEX, CREDENTIAL_INDEX, Grounds, StoreWakes
from keyferry.sync.template_sources import TemplateSources
from keyferry.sync.wakes import CLUSTER_STORE_INDEX, STORE_INDEX, TARGET_INDEX, TEMPLATE_INDEX, Wakes
from keyferry.vault.reader import Reader

LONGEST_BACKOFF: Final = timedelta(seconds=40)  # with a setback and a try under way, what was mended heals in a minute
STORE_WORKERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the parts of one operator process share. `reader` is how values come in; without `azure` none is made."""

    settings: Settings
    client: Client
    reader: Reader
    recorder: Recorder
    clock: Clock
    ownership: Ownership
    azure: Azure | None = None


class Delivery:
    """The part, and what other parts use of it: the caches, the stores' directory, who is woken by what."""

    def __init__(
        self, around: Surroundings, holders: Callable[[WatchedStore], Iterable[Holder]] | None = nobody
    ) -> None:
        """`holders` tells which PushSecrets may need a store; None where this process serves none."""
        settings, client, clock = around.settings, around.client, around.clock
        own = OwnIdentity(
            tenant_id=settings.tenant_id,
            client_id=settings.client_id,
            token_file=settings.token_file,
            usable_from=settings.own_identity_usable_from,
        )
        self._reader = around.reader
        self.caches = empty_caches()
        stored = StoredSecrets(client, clock)
        identities = Identities(self.caches.accounts, stored, own)
        self.generators = _generators(around, Means(accounts=self.caches.accounts, stored=stored, own=own))
        self.directory = Directory(self.caches.stores, self.caches.namespaces, identities)
        self._sources = TemplateSources(client, settings.namespace)
        observer = Observer(self.caches, client, around.reader, self.directory, self._sources, self.generators)
        applier = Applier(client, around.recorder, observer.note_status)
        habits = Habits(
            controller_class=settings.controller_class,
            zone=local_zone.named(os.environ.get("TZ", "")),
            cluster_stores=settings.served.cluster_secret_stores,
            delimiters=settings.delimiters,
        )
        generic = client if settings.generic_targets else None
        self._deliveries = Reconciler(observer, applier, clock, habits, generic)
        writer = Writer(client=client, recorder=around.recorder)
        duty = Duty(
            controller_class=settings.controller_class,
            interval=settings.store_interval,
            holders=holders,
            namespaced=settings.served.secret_stores,
        )
        self._checks = StoreReconciler(
            self.directory, Asking(self.directory, around.reader.clients), writer, clock, duty
        )
        own_only = around.ownership.guarded
        self._externals = controller(
            "externalsecret", own_only(self._deliveries.reconcile, self.home), settings.concurrent
        )
        self._stores = controller(
            "secretstore", own_only(self._checks.reconcile, _store_token), STORE_WORKERS, kind=_store_kind
        )
        caches = self.caches
        grounds = Grounds(stores=caches.stores, accounts=caches.accounts, namespaces=caches.namespaces)
        self.store_wakes = StoreWakes(grounds, self.directory, self._stores.enqueue, around.reader.forget)
        self.store_wakes.connect()
        self._credentials = CredentialWatch(client, settings.namespace, caches.stores, self.store_wakes.on_credential)
        self.wakes = Wakes(caches, observer, self._externals, self.store_wakes)
        self.wakes.connect()
        self.wakes.follow(self._sources)
        around.reader.on_change(self.wakes.on_change)
        self._reflectors = _reflectors(self.caches, client, settings)

    def part(self) -> Part:
        """Return what the process shall run of it."""
        return Part(
            reflectors=self._reflectors,
            work=(
                Work(controller=self._externals, keys=self.caches.externals.keys, token=self.home),
                Work(controller=self._stores, keys=self.caches.stores.keys, token=_store_token),
            ),
            always=(self._sources.watch, self._credentials.run),
            collectors=(
                ConditionCollector(self.caches.externals, self._deliveries.tally),
                SyncCollector(self._deliveries.tally),
                CallCollector(lambda: self._reader.counters),
                StoreCollector(self.caches.stores, lambda: self._checks.durations),
            ),
        )

    def check_store(self, store: Key) -> None:
        """Let a store be looked at."""
        self._stores.enqueue(store)

    def home(self, key: Key) -> str:
        """Return what an ExternalSecret belongs to: the first of its stores, so that one replica asks a vault."""
        external = self.caches.externals.get(key)
        stores = () if external is None else external.stores
        return _store_token(min(stores, key=str)) if stores else f"ExternalSecret {key}"


def _generators(around: Surroundings, means: Means) -> Generators:
    if around.azure is None:
        return NO_GENERATORS
    logins = RegistryLogins(means, around.azure, around.clock)
    return generate.Generators(around.client, logins, secrets, around.settings.controller_class)


def _store_kind(key: Key) -> str:
    return "secretstore" if key.namespace else "clustersecretstore"


def _store_token(key: Key) -> str:
    return f"store {key}"


def empty_caches() -> Caches:
    """Return caches with the indexes by which observe and wakes ask."""
    return Caches(
        externals=Store(
            {
                TARGET_INDEX: _target,
                STORE_INDEX: _stores_of,
                CLUSTER_STORE_INDEX: _cluster_stores_of,
                TEMPLATE_INDEX: _templates_of,
            }
        ),
        stores=Store({ACCOUNT_INDEX: _account, CREDENTIAL_INDEX: _credentials}),
        accounts=Store(),
        namespaces=Store(),
        secrets=Store({CREATED_BY_INDEX: _creator}),
    )


def _target(_key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    return (external.target,)


def _templates_of(_key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    return external.templates


def _stores_of(_key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    return external.stores


def _cluster_stores_of(key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    """Return who uses which cluster's store, as namespace and name: what changes in a namespace concerns it alone."""
    return (Key(namespace=key.namespace, name=store.name) for store in external.stores if not store.namespace)


def _account(_key: Key, store: WatchedStore) -> Iterable[Hashable]:
    return () if store.account is None else (store.account,)


def _credentials(_key: Key, store: WatchedStore) -> Iterable[Hashable]:
    return store.credentials


def _creator(_key: Key, secret: LiveSecret) -> Iterable[Hashable]:
    return (secret.metadata.labels.get(CREATED_BY_LABEL, ""),)


def _reflectors(caches: Caches, client: Client, settings: Settings) -> tuple[Reflector[Any], ...]:
    """Secrets by the label that every managed one carries; accounts and namespaces without what nobody asks for.

    Who serves one namespace needs no rights in the cluster, and so knows nothing of the cluster's stores.
    """
    namespace = settings.namespace
    everything = Selection(namespace=namespace)
    managed = Selection(namespace=namespace, label_selector=f"{MANAGED_LABEL}=true")
    metadata = Selection(namespace=namespace, metadata_only=True)
    clusters = Reflector(client, CLUSTER_SECRET_STORES, wire.secret_store, caches.stores, selection=everything)
    namespaces = Reflector(client, NAMESPACES, objects.partial, caches.namespaces, selection=metadata)
    has_clusters = settings.served.cluster_secret_stores and not namespace
    return (
        *((clusters,) if has_clusters else ()),
        *(() if namespace else (namespaces,)),
        Reflector(client, SECRET_STORES, wire.secret_store, caches.stores, selection=everything),
        Reflector(client, SERVICE_ACCOUNTS, objects.partial, caches.accounts, selection=metadata),
        Reflector(client, SECRETS, wire.live_secret, caches.secrets, selection=managed),
        Reflector(client, EXTERNAL_SECRETS, _external_secrets(caches), caches.externals, selection=everything),
    )


def _external_secrets(caches: Caches) -> Callable[[bytes], WatchedExternalSecret]:
    def decode(document: bytes) -> WatchedExternalSecret:
        """What a write of our own was answered with is known when the watch tells it, and stays the same object."""
        seen = objects.envelope(document)
        known = caches.externals.get(seen.key)
        if known is not None and known.metadata.resource_version == seen.metadata.resource_version:
            return known
        return wire.external_secret(document, known)

    return decode


def controller(name: str, reconcile: Reconcile, workers: int, kind: Callable[[Key], str] | None = None) -> Controller:
    """Return a controller with the operator's backoff; `kind` tells apart what it counts."""
    limits, backoff = Limits(workers=workers), Backoff[Key](longest=LONGEST_BACKOFF)
    return Controller(name, reconcile, limits=limits, backoff=backoff, kind=kind)
