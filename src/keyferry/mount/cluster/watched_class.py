"""A SecretProviderClass as the cache keeps it: what its parser needs, and no more. Pure. Called by classes."""

from typing import Any

import msgspec

from keyferry.kube.wire.objects import Key
from keyferry.model.wellknown import CHANGED_ANNOTATION, FALLBACK_VAULTS_ANNOTATION, SERVE_STALE_ANNOTATION
from keyferry.mount.cluster.kinds import CLASSES
from keyferry.spec import secret_provider_class
from keyferry.spec.secret_provider_class import SecretProviderClass
from keyferry.vault.events import relay
from keyferry.vault.events.relay import RelayedHint

_READ = (SERVE_STALE_ANNOTATION, FALLBACK_VAULTS_ANNOTATION)  # of all annotations: kubectl's own repeats the whole spec


class _Meta(msgspec.Struct, frozen=True, gc=False):
    name: str
    namespace: str = ""
    uid: str = ""
    generation: int = 0
    annotations: dict[str, str] | None = None


class _Class(msgspec.Struct, frozen=True, gc=False):
    metadata: _Meta
    spec: msgspec.Raw = msgspec.Raw(b"{}")


class WatchedClass(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One class. `spec` is JSON as the API server sent it, `hints` the annotation of the operator."""

    name: str
    namespace: str
    uid: str
    generation: int
    annotations: tuple[tuple[str, str], ...]
    spec: bytes
    hints: str = ""

    @property
    def identity(self) -> tuple[object, ...]:
        """What differs once the class says something else. Hints do not count: they only say where to look."""
        return self.uid, self.generation, self.annotations

    @property
    def key(self) -> Key:
        """The class's namespace and name."""
        return Key(namespace=self.namespace, name=self.name)

    def parsed(self) -> SecretProviderClass:
        """Return what the class says. SpecError with everything that is wrong with it."""
        return secret_provider_class.parse(self._document())

    def _document(self) -> dict[str, Any]:
        metadata = {
            "name": self.name,
            "namespace": self.namespace,
            "uid": self.uid,
            "generation": self.generation,
            "annotations": dict(self.annotations),
        }
        return {
            "apiVersion": CLASSES.api_version,
            "kind": CLASSES.kind,
            "metadata": metadata,
            "spec": msgspec.json.decode(self.spec),
        }


def decode(document: bytes) -> WatchedClass:
    """Decode a class, whatever its spec says. msgspec.MsgspecError where it has no metadata."""
    read = _DECODER.decode(document)
    meta = read.metadata
    annotations = meta.annotations or {}
    return WatchedClass(
        name=meta.name,
        namespace=meta.namespace,
        uid=meta.uid,
        generation=meta.generation,
        annotations=tuple((name, annotations[name]) for name in _READ if name in annotations),
        spec=bytes(read.spec),
        hints=annotations.get(CHANGED_ANNOTATION, ""),
    )


def unheard(old: WatchedClass, new: WatchedClass) -> tuple[RelayedHint, ...]:
    """Return the hints that came with a change of the class."""
    return () if old.hints == new.hints else relay.unheard(old.hints, new.hints)


_DECODER = msgspec.json.Decoder(_Class)
