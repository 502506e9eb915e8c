"""Reads the world for one ExternalSecret: the caches, the live Secret, the vault. Decides nothing.

With sync.reading, the only module of sync through which a value enters. Every read is made with the identity of the
store that the ExternalSecret itself names; a failed read comes back as data.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from keyferry.kube.client import Client
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound, SpecError, Where
from keyferry.spec import external_secret, hashes
from keyferry.spec.external_secret import ExternalSecret
from keyferry.spec.secret_store import SecretStore
from keyferry.spec.sources import GeneratorRef, StoreRef
from keyferry.sync import schedule, wire
from keyferry.sync.consumers import Consumers
from keyferry.sync.expectations import Expectations, Topic
from keyferry.sync.reading import NO_GENERATORS, Freshness, Generators, Ports, Reading, named
from keyferry.sync.state import LiveSecret, Snapshot, Sources, Values, WatchedExternalSecret, WatchedStore
from keyferry.sync.stores.directory import Access, Directory, key_of
from keyferry.sync.template_sources import TemplateSources
from keyferry.vault.names import vault_name
from keyferry.vault.reader import Reader

CREATED_BY_INDEX: Final = "created-by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches:
    """What the watches keep. `stores` are of both kinds, `secrets` the managed ones alone, without their values."""

    externals: Store[WatchedExternalSecret]
    stores: Store[WatchedStore]
    accounts: Store[PartialObject]
    namespaces: Store[PartialObject]
    secrets: Store[LiveSecret]


class Observer:
    """Answers what is, for one operator process."""

    def __init__(
        self,
        caches: Caches,
        client: Client,
        reader: Reader,
        stores: Directory,
        sources: TemplateSources,
        generators: Generators = NO_GENERATORS,
    ) -> None:
        self._caches = caches
        self._generators = generators
        self._sources = sources
        self._settled: dict[Key, str] = {}
        self._specs: dict[Key, ExternalSecret] = {}
        self._client = client
        self._reader = reader
        self._stores = stores
        self.consumers = Consumers()
        self.expectations = Expectations()

    def snapshot(self, key: Key) -> Snapshot | None:
        """Return what the caches hold for an ExternalSecret; None when it is gone."""
        external = self._caches.externals.get(key)
        if external is None:
            self.consumers.forget(key)
            self.expectations.settle(key)
            self._settled.pop(key, None)
            self._specs.pop(key, None)
            return None
        label = hashes.owner_label(key.namespace, key.name)
        orphans = tuple(
            secret
            for secret_key in self._caches.secrets.indexed(CREATED_BY_INDEX, label)
            if (secret := self._caches.secrets.get(secret_key)) is not None
            and secret_key != external.target
            and _is_controlled_by(secret, external)
        )
        return Snapshot(
            external=external,
            secret=self._caches.secrets.get(external.target),
            orphans=orphans,
            settled=self._settled.get(key, ""),
        )

    def is_there(self, seen: WatchedExternalSecret) -> bool:
        """Tell whether this very ExternalSecret exists still, and is not being deleted."""
        known = self._caches.externals.get(seen.metadata.key)
        if known is None or known.metadata.uid != seen.metadata.uid:
            return False
        return known.metadata.deletion_timestamp == seen.metadata.deletion_timestamp

    async def with_live_secret(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the target Secret read whole from the API server."""
        manager = hashes.field_manager(snapshot.external.metadata.name)

        def decode(document: bytes) -> LiveSecret:
            return wire.whole_secret(document, manager)

        try:
            secret = await self._client.get(SECRETS, snapshot.external.target, decode)
        except NotFound:
            return replace(snapshot, secret=None, is_live=True)
        return replace(snapshot, secret=secret, is_live=True)

    def note_settled(self, key: Key, mark: str) -> None:
        """Keep what `desired_secret.mark` said of a Secret that needs no write, for the next snapshot."""
        self._settled[key] = mark

    def spec(self, external: WatchedExternalSecret) -> ExternalSecret | SpecError:
        """Return the spec, parsed once for each of its versions; what is wrong with it comes back as data."""
        key = external.metadata.key
        held = self._specs.get(key)
        if held is not None and _is_of(held, external.metadata):
            return held
        try:
            parsed = external_secret.parse(wire.spec_document(external.metadata, external.spec, "ExternalSecret"))
        except SpecError as problem:
            self._specs.pop(key, None)
            return problem
        self._specs[key] = parsed
        return parsed

    async def access(self, spec: ExternalSecret, own: StoreRef | None) -> Access:
        """Return the vault and identity of an entry's store. Raises SpecError, GrantError, NotFound or Unavailable."""
        where = Where(kind="ExternalSecret", namespace=spec.namespace, name=spec.name, path="spec.secretStoreRef")
        reference = own or spec.store
        if reference is None:
            raise SpecError(
                what=f"ExternalSecret {spec.namespace}/{spec.name} names no store",
                cause="neither spec.secretStoreRef nor the entry's sourceRef.storeRef is set",
                remedy="set spec.secretStoreRef",
                where=where,
            )
        return await self._stores.access(reference, spec.namespace, where)

    def expect(self, spec: ExternalSecret) -> None:
        """Let an event wake an ExternalSecret that is at rest since before this process began."""
        key = Key(namespace=spec.namespace, name=spec.name)
        if schedule.interval(spec) is None or self.consumers.knows(key) or key in self.expectations:
            return
        if self.expectations.expect(key, self._topics(spec)):
            self.consumers.mark(key)

    def is_foreign(self, spec: ExternalSecret, controller_class: str) -> bool:
        """Tell whether another operator's controller class is named by any store of the spec."""
        references = (spec.store, *(entry.store for entry in spec.reads))
        named = (reference for reference in references if reference is not None)
        return self._stores.is_foreign(named, spec.namespace, controller_class)

    def note_status(self, seen: WatchedExternalSecret, stored: bytes) -> None:
        """Keep the status just written until the watch tells it too: a second look must not find the object due.

        `seen` is what the status was planned for. Once the watch has told anything newer, that stays: the answer to a
        write may arrive after an edit that came later.
        """
        known = self._caches.externals.get(seen.metadata.key)
        if known is not None and known.metadata.resource_version == seen.metadata.resource_version:
            self._caches.externals.applied(seen.metadata.key, wire.external_secret(stored, known))

    async def values(self, spec: ExternalSecret, *, fresh: bool) -> Values:
        """Read everything that the spec names, each object once; failures are part of the result.

        A value is as young as the spec's interval asks; with `fresh`, it is what the vault holds from now on.
        """

        async def access_to(own: StoreRef | None) -> Access:
            return await self.access(spec, own)

        async def generate(reference: GeneratorRef) -> Mapping[str, bytes]:
            return await self._generators.generate(reference, spec.namespace)

        key = Key(namespace=spec.namespace, name=spec.name)
        freshness = Freshness(interval=schedule.interval(spec), fresh=fresh)
        ports = Ports(access_to=access_to, generate=generate, concern=lambda one: self.consumers.also(key, one))
        reading = Reading(self._reader, freshness, ports)
        sources = await self._templates(spec)
        data_from, data = await reading.all(spec.data_from, spec.data)
        self.consumers.reads(key, reading.interests)
        self.expectations.settle(key)
        return Values(
            data_from=data_from,
            data=data,
            sources=sources,
            at=reading.at,
            fallbacks=tuple(reading.fallbacks),
        )

    async def _templates(self, spec: ExternalSecret) -> Sources:
        template = spec.target.template
        if template is None:
            return {}
        named = {(source.kind, source.name) for source in template.objects}
        wanted = [(kind, Key(namespace=spec.namespace, name=name)) for kind, name in named]
        read = await asyncio.gather(*(self._sources.read(source) for source in wanted))
        return {(kind, key.name): content for (kind, key), content in zip(wanted, read, strict=True)}

    def _topics(self, spec: ExternalSecret) -> Iterator[Topic]:
        for entry in spec.reads:
            reference = entry.store or spec.store
            store = self._stores.parsed(key_of(reference, spec.namespace)) if reference else None
            if not isinstance(store, SecretStore):
                continue
            kind, name = named(entry)
            for url in (store.provider.vault_url, *store.fallback_vaults):
                yield Topic(vault=vault_name(url), kind=kind, name=name.lower())


def _is_of(spec: ExternalSecret, metadata: ObjectMeta) -> bool:
    """Tell whether a spec was parsed of what the object says now: its generation counts the edits of its spec."""
    return (spec.uid, spec.generation, spec.labels, spec.annotations) == (
        metadata.uid,
        metadata.generation,
        metadata.labels,
        metadata.annotations,
    )


def _is_controlled_by(secret: LiveSecret, external: WatchedExternalSecret) -> bool:
    return secret.owner is not None and secret.owner.uid == external.metadata.uid
