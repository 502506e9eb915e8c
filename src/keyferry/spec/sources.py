"""What an ExternalSecret reads, as frozen types, built from fields that were checked before.

Called by external_secret.parse.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from keyferry.spec import keys, rewriting
from keyferry.spec.decoding import Decoding, NullBytePolicy
from keyferry.spec.keys import Conversion, ObjectKey
from keyferry.spec.rewriting import Step


class MetadataPolicy(StrEnum):
    """`metadataPolicy`: the value of an object, or its tags."""

    NONE = "None"
    FETCH = "Fetch"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRef:
    """A store by kind (`SecretStore` where the document has none) and name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteRef:
    """One object of a vault and what to do with its value. `property` and `version` are "" for all and the latest.

    `key` is how the document names the object.
    """

    key: str
    object: ObjectKey
    property: str
    version: str
    conversion: Conversion
    decoding: Decoding
    metadata: MetadataPolicy
    null_bytes: NullBytePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItem:
    """One entry of `data`. `store` is None where the ExternalSecret's own counts."""

    secret_key: str
    remote: RemoteRef
    store: StoreRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """One `extract` of `dataFrom`: the members of a JSON object."""

    remote: RemoteRef
    store: StoreRef | None
    rewrite: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One `find` of `dataFrom`: name and tags must both fit; no pattern and no tags fit every secret."""

    name_regexp: str | None
    tags: tuple[tuple[str, str], ...]
    conversion: Conversion
    decoding: Decoding
    null_bytes: NullBytePolicy
    store: StoreRef | None
    rewrite: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorRef:
    """A generator by group and version, kind and name; a ClusterGenerator, or one of the same namespace."""

    api_version: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """One `generatorRef` of `dataFrom`: whatever the generator makes up, anew at each refresh."""

    generator: GeneratorRef
    rewrite: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """An entry of `dataFrom` that names a store alone: upstream takes it, and it contributes nothing."""


DataFrom: TypeAlias = Extract | Find | Generate | Nothing


def store_ref(fields: Mapping[str, Any] | None) -> StoreRef | None:
    """Return the store of a `secretStoreRef` or `storeRef`, None where it names none."""
    if not fields or "name" not in fields:
        return None
    return StoreRef(kind=fields.get("kind", "SecretStore"), name=fields["name"])


def data_item(fields: Mapping[str, Any]) -> DataItem:
    """Return an entry of `data`."""
    return DataItem(
        secret_key=fields["secretKey"], remote=_remote_ref(fields["remoteRef"]), store=_source_store(fields)
    )


def data_from(fields: Mapping[str, Any]) -> DataFrom:
    """Return an entry of `dataFrom`."""
    rewrite = rewriting.steps(fields.get("rewrite", ()))
    generator = fields.get("sourceRef", {}).get("generatorRef")
    if "extract" in fields:
        return Extract(remote=_remote_ref(fields["extract"]), store=_source_store(fields), rewrite=rewrite)
    if "find" in fields:
        return _find(fields["find"], _source_store(fields), rewrite)
    return Nothing() if generator is None else Generate(generator=generator_ref(generator), rewrite=rewrite)


def generator_ref(fields: Mapping[str, Any]) -> GeneratorRef:
    """Return the generator of a `generatorRef`."""
    return GeneratorRef(api_version=fields["apiVersion"], kind=fields["kind"], name=fields["name"])


def _find(find: Mapping[str, Any], store: StoreRef | None, rewrite: tuple[Step, ...]) -> Find:
    return Find(
        name_regexp=find.get("name", {}).get("regexp"),
        tags=tuple(sorted(find.get("tags", {}).items())),
        conversion=Conversion(find.get("conversionStrategy", Conversion.DEFAULT)),
        decoding=Decoding(find.get("decodingStrategy", Decoding.NONE)),
        null_bytes=NullBytePolicy(find.get("nullBytePolicy", NullBytePolicy.IGNORE)),
        store=store,
        rewrite=rewrite,
    )


def _remote_ref(fields: Mapping[str, Any]) -> RemoteRef:
    return RemoteRef(
        key=fields["key"],
        object=keys.parse_object_key(fields["key"]),
        property=fields.get("property", ""),
        version=fields.get("version", ""),
        conversion=Conversion(fields.get("conversionStrategy", Conversion.DEFAULT)),
        decoding=Decoding(fields.get("decodingStrategy", Decoding.NONE)),
        metadata=MetadataPolicy(fields.get("metadataPolicy", MetadataPolicy.NONE)),
        null_bytes=NullBytePolicy(fields.get("nullBytePolicy", NullBytePolicy.IGNORE)),
    )


def _source_store(fields: Mapping[str, Any]) -> StoreRef | None:
    return store_ref(fields.get("sourceRef", {}).get("storeRef"))
