"""What is kept of the objects that advice asks about: a few words of each, decoded without the rest. Pure."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import msgspec

from keyferry.kube.wire.nesting import Decoder
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError
from keyferry.spec import durations

_DEFAULT_INTERVAL: Final = "1h"
_OWNER: Final = "Owner"
_PERIODIC: Final = "Periodic"
CLUSTER_STORE: Final = "ClusterSecretStore"


class WatchedExternalSecret(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """`secret` is the Secret that it owns, "" for none. `reads` are the stores it asks, and for how many keys.

    `seconds` is how long it is between two refreshes, 0 where there is one alone.
    """

    secret: str
    reads: tuple[tuple[Key, int], ...]
    seconds: float


class _StoreRef(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    kind: str = ""
    name: str = ""


class _SourceRef(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    store_ref: _StoreRef | None = None


class _Given(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """That something is there is all that counts."""


class _Entry(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    source_ref: _SourceRef | None = None
    extract: _Given | None = None
    find: _Given | None = None


class _Target(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    name: str = ""
    creation_policy: str = _OWNER
    manifest: _Given | None = None


class _Spec(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    secret_store_ref: _StoreRef = _StoreRef()
    refresh_interval: str = ""
    refresh_policy: str = _PERIODIC
    target: _Target = _Target()
    data: list[_Entry] = []
    data_from: list[_Entry] = []


class _Metadata(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str
    namespace: str


class _ExternalSecret(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    metadata: _Metadata
    spec: _Spec


class _Vault(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    vault_url: str = ""


class _Provider(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    azurekv: _Vault = _Vault()


class _StoreSpec(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    provider: _Provider = _Provider()


class _Store(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    spec: _StoreSpec = _StoreSpec()


_EXTERNAL_SECRET: Final = Decoder(_ExternalSecret)
_STORE: Final = Decoder(_Store)


def external_secret(body: bytes | msgspec.Raw) -> WatchedExternalSecret:
    """Decode an ExternalSecret of any served version. msgspec.MsgspecError when it is none."""
    found = _EXTERNAL_SECRET.decode(body)
    spec, target = found.spec, found.spec.target
    owns = target.manifest is None and target.creation_policy in ("", _OWNER)
    reads = Counter(store_key(found.metadata.namespace, store.kind, store.name) for store in _stores(spec))
    return WatchedExternalSecret(
        secret=(target.name or found.metadata.name) if owns else "",
        reads=tuple(reads.items()),
        seconds=_seconds(spec),
    )


def vault_of(body: bytes | msgspec.Raw) -> str:
    """Return the address of the vault behind a store of either kind, "" where it is another provider's."""
    return sys.intern(_STORE.decode(body).spec.provider.azurekv.vault_url.rstrip("/").lower())


def store_key(namespace: str, kind: str, name: str) -> Key:
    """Return how a store is named here; one of the cluster is in no namespace."""
    return Key(namespace="" if kind == CLUSTER_STORE else namespace, name=name)


def _stores(spec: _Spec) -> Iterator[_StoreRef]:
    """Yield the store of each entry that reads; a generator asks no store."""
    for entry in spec.data:
        yield _store(entry, spec)
    for entry in spec.data_from:
        if entry.extract is not None or entry.find is not None:
            yield _store(entry, spec)


def _store(entry: _Entry, spec: _Spec) -> _StoreRef:
    own = None if entry.source_ref is None else entry.source_ref.store_ref
    return own or spec.secret_store_ref


def _seconds(spec: _Spec) -> float:
    if spec.refresh_policy not in ("", _PERIODIC):
        return 0.0
    try:
        return max(timedelta(0), durations.parse(spec.refresh_interval or _DEFAULT_INTERVAL)).total_seconds()
    except SpecError:
        return 0.0
