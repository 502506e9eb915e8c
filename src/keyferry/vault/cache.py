"""Values that were read, found again under the identity that read them and no other. Pure."""

from collections import OrderedDict
from typing import Final

from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretBundle, SecretRef

LIMIT_BYTES: Final = 64 * 1024 * 1024
LIMIT_ENTRIES: Final = 50_000
ENTRY_BYTES: Final = 1_024  # the key, the properties and their containers, roughly

_Key = tuple[Identity, SecretRef]


class Cache:
    """At most so many bytes and entries; what was used least recently goes first, and is simply read again."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES, limit_entries: int = LIMIT_ENTRIES) -> None:
        self._limit_bytes = limit_bytes
        self._limit_entries = limit_entries
        self._bundles: OrderedDict[_Key, SecretBundle] = OrderedDict()
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._bundles)

    def get(self, identity: Identity, ref: SecretRef) -> SecretBundle | None:
        """Return what `identity` read of `ref`, None where that is not held."""
        bundle = self._bundles.get((identity, ref))
        if bundle is not None:
            self._bundles.move_to_end((identity, ref))
        return bundle

    def put(self, identity: Identity, ref: SecretRef, bundle: SecretBundle) -> None:
        """Keep what `identity` read of `ref`, as long as there is room. What is larger than all of it is not kept."""
        self.drop(identity, ref)
        size = _size_bytes(bundle)
        if size > self._limit_bytes:
            return
        self._bundles[identity, ref] = bundle
        self.size_bytes += size
        while self.size_bytes > self._limit_bytes or len(self._bundles) > self._limit_entries:
            _, oldest = self._bundles.popitem(last=False)
            self.size_bytes -= _size_bytes(oldest)

    def drop(self, identity: Identity, ref: SecretRef) -> None:
        """Let a value go; it need not be there."""
        bundle = self._bundles.pop((identity, ref), None)
        if bundle is not None:
            self.size_bytes -= _size_bytes(bundle)

    def clear(self) -> None:
        """Let all values go."""
        self._bundles.clear()
        self.size_bytes = 0


def _size_bytes(bundle: SecretBundle) -> int:
    properties = bundle.properties
    tags = sum(len(name) + len(value) for name, value in properties.tags)
    return ENTRY_BYTES + len(bundle.value) + tags + len(properties.content_type)
