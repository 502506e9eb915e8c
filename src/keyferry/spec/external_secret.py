"""An ExternalSecret in YAML or JSON becomes one frozen value, or one error with everything that is wrong.

Called by sync.observe and by `keyferry check`, so both say the same. Fields: https://external-secrets.io/latest/api/externalsecret/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from keyferry.model.wellknown import REFRESH_ANNOTATION
from keyferry.spec import blueprint, checking, cross_rules, documents, durations, hashes, sources, sync_windows
from keyferry.spec.blueprint import Blueprint
from keyferry.spec.decoding import Decoding, NullBytePolicy
from keyferry.spec.fields import external_secret as fields
from keyferry.spec.fields.references import V1, V1BETA1
from keyferry.spec.keys import Conversion, ObjectKey, ObjectType
from keyferry.spec.problems import Review
from keyferry.spec.rewriting import TransformStep
from keyferry.spec.sources import DataFrom, DataItem, Extract, Find, MetadataPolicy, Nothing, RemoteRef, StoreRef
from keyferry.spec.sync_windows import SyncWindows

__all__ = [
    "Conversion",
    "CreationPolicy",
    "DataFrom",
    "DataItem",
    "Decoding",
    "DeletionPolicy",
    "ExternalSecret",
    "Extract",
    "Find",
    "MetadataPolicy",
    "NullBytePolicy",
    "ObjectKey",
    "ObjectType",
    "RefreshPolicy",
    "RemoteRef",
    "StoreRef",
    "Target",
    "parse",
]

KIND: Final = "ExternalSecret"
_FIELDS: Final = {version: fields.spec(version) for version in (V1, V1BETA1)}


class RefreshPolicy(StrEnum):
    """`refreshPolicy`: what makes a refresh due."""

    CREATED_ONCE = "CreatedOnce"
    PERIODIC = "Periodic"
    ON_CHANGE = "OnChange"


class CreationPolicy(StrEnum):
    """`creationPolicy`: whose the Secret is."""

    OWNER = "Owner"
    ORPHAN = "Orphan"
    MERGE = "Merge"
    CREATE_OR_MERGE = "CreateOrMerge"
    NONE = "None"


class DeletionPolicy(StrEnum):
    """`deletionPolicy`: what happens when the vault has nothing to deliver any more."""

    DELETE = "Delete"
    MERGE = "Merge"
    RETAIN = "Retain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The kind of object to write in place of a Secret."""

    api_version: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The Secret to write, in the ExternalSecret's namespace."""

    name: str
    creation_policy: CreationPolicy
    deletion_policy: DeletionPolicy
    immutable: bool
    template: Blueprint | None = None
    manifest: Manifest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalSecret:
    """What one ExternalSecret asks for. `data` wins over `data_from`, and later entries over earlier ones.

    `store` is None only where every entry names its own. A `refresh_interval` of zero or less means once.
    """

    namespace: str
    name: str
    uid: str
    generation: int
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    store: StoreRef | None
    refresh_interval: timedelta
    refresh_policy: RefreshPolicy
    target: Target
    data: tuple[DataItem, ...]
    data_from: tuple[DataFrom, ...]
    windows: SyncWindows | None = None
    synced_version: str = field(init=False, repr=False, compare=False)  # made here: it is asked for again and again

    def __post_init__(self) -> None:
        """Tell what `status.syncedResourceVersion` says once this is synced."""
        version = hashes.synced_resource_version(self.generation, self.annotations, self.labels)
        object.__setattr__(self, "synced_version", version)

    @property
    def demanded_at(self) -> datetime | None:
        """The instant than which values must be younger, as the annotation `keyferry.io/refresh` tells."""
        return _demand(self.annotations)

    @property
    def templates(self) -> tuple[tuple[str, str], ...]:
        """Each template that stands in the document, with its path: for whoever can tell whether it parses."""
        found = () if self.target.template is None else self.target.template.texts
        steps = (
            (f"spec.dataFrom[{index}].rewrite[{number}].transform.template", step.template)
            for index, entry in enumerate(self.data_from)
            if not isinstance(entry, Nothing)
            for number, step in enumerate(entry.rewrite)
            if isinstance(step, TransformStep)
        )
        return (*((f"spec.target.template.{path}", text) for path, text in found), *steps)

    @property
    def reads(self) -> tuple[Extract | Find | DataItem, ...]:
        """The entries that read from a store."""
        return (*(entry for entry in self.data_from if isinstance(entry, Extract | Find)), *self.data)


def parse(document: bytes | Mapping[str, object]) -> ExternalSecret:
    """Return what the document asks for; raise `SpecError` that lists every problem in it.

    Takes `external-secrets.io/v1` and `v1beta1`, as JSON or as a mapping.
    """
    opened, spec = _open(document)
    opened.raise_if_any_problem()
    metadata = opened.metadata
    return ExternalSecret(
        namespace=metadata.namespace,
        name=metadata.name,
        uid=metadata.uid,
        generation=metadata.generation,
        labels=metadata.labels,
        annotations=metadata.annotations,
        store=sources.store_ref(spec.get("secretStoreRef")),
        refresh_interval=durations.parse(spec["refreshInterval"]),
        refresh_policy=RefreshPolicy(spec.get("refreshPolicy", RefreshPolicy.PERIODIC)),
        target=_target(spec["target"], metadata.name),
        data=tuple(sources.data_item(item) for item in spec.get("data", ())),
        data_from=tuple(sources.data_from(item) for item in spec.get("dataFrom", ())),
        windows=sync_windows.sync_windows(spec.get("syncWindows")),
    )


def review(document: bytes | Mapping[str, object]) -> Review:
    """Return what an admission says of the document: upstream's refusals are problems, keyferry's own are warnings.

    Raises `SpecError` where it is no ExternalSecret at all.
    """
    opened, spec = _open(document)
    for index, entry in enumerate(spec.get("dataFrom", ())):
        cross_rules.advise(entry, f"spec.dataFrom[{index}]", opened.problems)
    told = opened.metadata.annotations
    if REFRESH_ANNOTATION in told and _demand(told) is None:
        opened.problems.add(
            f"metadata.annotations[{REFRESH_ANNOTATION}]",
            "is no instant with its zone, so nothing that is read but once is refreshed",
            'write one such as "2026-11-22T12:00:00Z"',
            is_ours=True,
        )
    return opened.review()


def _demand(annotations: Mapping[str, str]) -> datetime | None:
    told = annotations.get(REFRESH_ANNOTATION)
    if told is None:
        return None
    try:
        instant = datetime.fromisoformat(told)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


def _open(document: bytes | Mapping[str, object]) -> tuple[documents.Document, Any]:
    opened = documents.open_document(document, KIND)
    spec = checking.check(_FIELDS[opened.version], opened.spec, "spec", opened.problems)
    cross_rules.check(spec, opened.problems)
    return opened, spec


def _target(target: Mapping[str, Any], own_name: str) -> Target:
    return Target(
        name=target.get("name", own_name),
        creation_policy=CreationPolicy(target["creationPolicy"]),
        deletion_policy=DeletionPolicy(target["deletionPolicy"]),
        immutable=target.get("immutable", False),
        template=blueprint.blueprint(target.get("template")),
        manifest=_manifest(target.get("manifest")),
    )


def _manifest(fields: Mapping[str, Any] | None) -> Manifest | None:
    return None if fields is None else Manifest(api_version=fields["apiVersion"], kind=fields["kind"])
