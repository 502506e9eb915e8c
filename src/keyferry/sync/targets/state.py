"""The types that pass between the steps for a target of another kind: what is there, what shall be, what is to be done.

Their fields hold values as an object has them, in plain text, so no repr shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from keyferry.kube.wire.objects import Key, ObjectMeta, OwnerReference
from keyferry.kube.wire.resources import Resource
from keyferry.sync.state import ManagedFields, Plan, Rendered, Shape, Snapshot
from keyferry.template.yaml.reading import Json

Fields: TypeAlias = dict[str, Json]  # of an object, without apiVersion, kind, metadata and status


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTarget:
    """An object as the cluster has it.

    `managed` are the labels and annotations that its ExternalSecret wrote, `owned` its fields, as managedFields has
    them.
    """

    metadata: ObjectMeta
    fields: Fields = field(repr=False)
    status: Json = field(default=None, repr=False)
    managed: ManagedFields = field(default_factory=ManagedFields)
    owned: Mapping[str, Any] = field(default_factory=dict)

    @property
    def owner(self) -> OwnerReference | None:
        """The controller that owns it, if any."""
        return next((owner for owner in self.metadata.owner_references if owner.controller), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One ExternalSecret, and what is there of its target, read just now."""

    snapshot: Snapshot
    resource: Resource
    live: LiveTarget | None

    @property
    def key(self) -> Key:
        """Where the target is."""
        return self.snapshot.external.target

    @property
    def name(self) -> str:
        """How texts call the target."""
        return f"{self.resource.kind} {self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedTarget:
    """What was read, and what the object shall hold. Without a template `shape` is None."""

    read: Rendered
    fields: Fields = field(repr=False)
    shape: Shape | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredTarget:
    """An object whole, as it shall be written in one request."""

    resource: Resource
    key: Key
    fields: Fields = field(repr=False)
    status: Json = field(default=None, repr=False)
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner_references: tuple[OwnerReference, ...]
    finalizers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTarget:
    """Create the object; AlreadyExists means that somebody else made one meanwhile."""

    target: DesiredTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceTarget:
    """Replace the object as it was seen at `resource_version`; Conflict means that it changed meanwhile."""

    target: DesiredTarget
    resource_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTarget:
    """Delete this very object, and no later one of its name."""

    resource: Resource
    key: Key
    uid: str


Write = CreateTarget | ReplaceTarget | DeleteTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPlan:
    """At most one write, and what is told after it. `settled` says that nothing is to be written."""

    told: Plan
    write: Write | None = None
    settled: bool = False
