"""A PushSecret in YAML or JSON becomes one frozen value, or one error with everything that is wrong.

Called by sync.push and by `keyferry check`. Fields: https://external-secrets.io/latest/api/pushsecret/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from keyferry.model import wellknown
from keyferry.spec import blueprint, checking, documents, durations, label_selectors, push_rules, rewriting, sources
from keyferry.spec.blueprint import Blueprint
from keyferry.spec.fields import push_secret as fields
from keyferry.spec.label_selectors import LabelSelector
from keyferry.spec.problems import Problems
from keyferry.spec.push_metadata import PushMetadata
from keyferry.spec.push_metadata import parse as push_metadata
from keyferry.spec.rewriting import Step
from keyferry.spec.sources import GeneratorRef

KIND: Final = "PushSecret"
VERSIONS: Final = {f"{wellknown.ES_GROUP}/{wellknown.PUSH_VERSION}": wellknown.PUSH_VERSION}
_FIELDS: Final = fields.spec()


class UpdatePolicy(StrEnum):
    """`updatePolicy`: what becomes of an object that exists."""

    REPLACE = "Replace"
    IF_NOT_EXISTS = "IfNotExists"


class DeletionPolicy(StrEnum):
    """`deletionPolicy`: what becomes of an object whose entry goes."""

    DELETE = "Delete"
    NONE = "None"


class KeyConversion(StrEnum):
    """`conversionStrategy`: whether `_U002f_` in a key stands for a character."""

    NONE = "None"
    REVERSE_UNICODE = "ReverseUnicode"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreChoice:
    """Stores of one kind: the one of that name, or, where `name` is "", all whose labels fit."""

    kind: str
    name: str = ""
    selector: LabelSelector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the values come from: exactly one of the three is set."""

    secret: str = ""
    selector: LabelSelector | None = None
    generator: GeneratorRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataEntry:
    """One object of the vault. "" as `secret_key` stands for the whole Secret; `raw_metadata` is for the status."""

    secret_key: str
    remote_key: str
    property: str
    conversion: KeyConversion
    metadata: PushMetadata
    raw_metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTo:
    """Keys that fit `regexp` (None: all), each by itself, or in one JSON object where `remote_key` is set."""

    store: StoreChoice
    regexp: str | None
    remote_key: str
    rewrite: tuple[Step, ...]
    conversion: KeyConversion
    metadata: PushMetadata
    raw_metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSecret:
    """What one PushSecret asks for. A `refresh_interval` of zero or less means once."""

    namespace: str
    name: str
    uid: str
    generation: int
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    stores: tuple[StoreChoice, ...]
    refresh_interval: timedelta
    update_policy: UpdatePolicy
    deletion_policy: DeletionPolicy
    source: Source
    data: tuple[DataEntry, ...]
    data_to: tuple[DataTo, ...]
    template: Blueprint | None


def parse(document: bytes | Mapping[str, object]) -> PushSecret:
    """Return what the document asks for; raise `SpecError` that lists every problem in it.

    Takes `external-secrets.io/v1alpha1`, as JSON or as a mapping.
    """
    opened = documents.open_document(document, KIND, VERSIONS)
    spec = checking.check(_FIELDS, opened.spec, "spec", opened.problems)
    push_rules.check(spec, opened.problems)
    metadata = opened.metadata
    data = _data(spec, opened.problems)
    bulk_metadata = _metadata_of(spec, "dataTo", opened.problems)
    opened.raise_if_any_problem()
    return PushSecret(
        namespace=metadata.namespace,
        name=metadata.name,
        uid=metadata.uid,
        generation=metadata.generation,
        labels=metadata.labels,
        annotations=metadata.annotations,
        stores=tuple(_store(store) for store in spec["secretStoreRefs"]),
        refresh_interval=durations.parse(spec["refreshInterval"]),
        update_policy=UpdatePolicy(spec["updatePolicy"]),
        deletion_policy=DeletionPolicy(spec["deletionPolicy"]),
        source=_source(spec["selector"]),
        data=data,
        data_to=tuple(_data_to(entry, read) for entry, read in zip(spec.get("dataTo", ()), bulk_metadata, strict=True)),
        template=blueprint.blueprint(spec.get("template")),
    )


def _data(spec: Mapping[str, Any], problems: Problems) -> tuple[DataEntry, ...]:
    read = _metadata_of(spec, "data", problems)
    entries = []
    for entry, metadata in zip(spec.get("data", ()), read, strict=True):
        match = entry.get("match", {})
        remote = match.get("remoteRef", {})
        entries.append(
            DataEntry(
                secret_key=match.get("secretKey", ""),
                remote_key=remote.get("remoteKey", ""),
                property=remote.get("property", ""),
                conversion=KeyConversion(entry.get("conversionStrategy", KeyConversion.NONE)),
                metadata=metadata,
                raw_metadata=entry.get("metadata"),
            )
        )
    return tuple(entries)


def _metadata_of(spec: Mapping[str, Any], field: str, problems: Problems) -> list[PushMetadata]:
    return [
        push_metadata(entry.get("metadata"), f"spec.{field}[{index}].metadata", problems)
        for index, entry in enumerate(spec.get(field, ()))
    ]


def _data_to(entry: Mapping[str, Any], metadata: PushMetadata) -> DataTo:
    return DataTo(
        store=_store(entry["storeRef"]),
        regexp=entry.get("match", {}).get("regexp") or None,
        remote_key=entry.get("remoteKey", ""),
        rewrite=rewriting.steps(entry.get("rewrite", ())),
        conversion=KeyConversion(entry["conversionStrategy"]),
        metadata=metadata,
        raw_metadata=entry.get("metadata"),
    )


def _store(fields: Mapping[str, Any]) -> StoreChoice:
    if "name" in fields:
        return StoreChoice(kind=fields["kind"], name=fields["name"])
    return StoreChoice(kind=fields["kind"], selector=label_selectors.parse(fields["labelSelector"]))


def _source(selector: Mapping[str, Any]) -> Source:
    if "generatorRef" in selector:
        return Source(generator=sources.generator_ref(selector["generatorRef"]))
    secret = selector["secret"]
    if "name" in secret:
        return Source(secret=secret["name"])
    return Source(selector=label_selectors.parse(secret["selector"]))
