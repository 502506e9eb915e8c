"""Metadata of any object. Unknown fields are skipped while decoding, so `managedFields` never becomes memory."""

from datetime import datetime

import msgspec

from keyferry.kube.wire.nesting import Decoder


class Key(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True, kw_only=True):
    """Names one object of one resource. `namespace` is "" for objects of the cluster.

    No dataclass: keys are made, compared and hashed more often than anything else, which takes a fifth of the time so.
    """

    namespace: str = ""
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class OwnerReference(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True, omit_defaults=True):
    """An owner: the garbage collector deletes the object after the last of its owners."""

    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool = False
    block_owner_deletion: bool = False


class ObjectMeta(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True, omit_defaults=True):
    """The metadata that controllers read. `resource_version` is opaque: compare it for equality alone."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    owner_references: list[OwnerReference] = []
    finalizers: list[str] = []
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None

    @property
    def key(self) -> Key:
        """The object's namespace and name."""
        return Key(namespace=self.namespace, name=self.name)


class PartialObject(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """An object of which nothing but the metadata is kept: what a cache of Secrets holds."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta


class Identity(msgspec.Struct, frozen=True, gc=False, rename="camel", kw_only=True):
    """The four fields that tell an object from others; the rest is skipped. A bookmark has no name."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""


class Envelope(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The least that tells which object some bytes are."""

    metadata: Identity

    @property
    def key(self) -> Key:
        """The object's namespace and name."""
        return Key(namespace=self.metadata.namespace, name=self.metadata.name)


_ENVELOPE = Decoder(Envelope)
_PARTIAL = Decoder(PartialObject)


def envelope(body: bytes | msgspec.Raw) -> Envelope:
    """Tell which object `body` is. msgspec.MsgspecError when it is none."""
    return _ENVELOPE.decode(body)


def partial(body: bytes | msgspec.Raw) -> PartialObject:
    """Decode the metadata of `body`. msgspec.MsgspecError when it is no object."""
    return _PARTIAL.decode(body)
