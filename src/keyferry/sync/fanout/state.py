"""The types that pass between the steps: what is watched, what is to be done, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject
from keyferry.model.errors import KeyferryError
from keyferry.spec.fanout_status import FanoutStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFanout:
    """A ClusterExternalSecret or ClusterPushSecret as the cluster has it; `spec` is still the user's JSON.

    `child_name` is what its children are called, before any validation.
    """

    metadata: ObjectMeta
    spec: bytes
    status: FanoutStatus
    child_name: str


class Child(Protocol):
    """An ExternalSecret or PushSecret, as watched."""

    @property
    def metadata(self) -> ObjectMeta:
        """Its metadata."""
        ...

    @property
    def spec(self) -> bytes:
        """Its spec, as the API server has it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One object and what the cluster holds for it, at one moment.

    `children` are all that it owns, `present` all of the wanted name, by namespace, whoever owns them. `made` are
    namespaces where one was created a moment ago, which the watch need not have told yet.
    """

    watched: WatchedFanout
    namespaces: tuple[PartialObject, ...]
    children: tuple[Child, ...]
    present: Mapping[str, Child]
    made: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateChild:
    """Create this child."""

    key: Key
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchChild:
    """Merge this into the child, unless it changed meanwhile."""

    key: Key
    patch: Mapping[str, Any]
    seen: Child


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteChild:
    """Delete a child that is no longer wanted, and nothing that came in its place."""

    key: Key
    uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseNamespace:
    """Take another operator's finalizer from a namespace, unless that changed meanwhile."""

    name: str
    remaining: tuple[str, ...]
    resource_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFinalizer:
    """Take another operator's finalizer from the object itself, unless it changed meanwhile."""

    name: str
    remaining: tuple[str, ...]
    resource_version: str


Write = CreateChild | PatchChild
Removal = DeleteChild | ReleaseNamespace | RemoveFinalizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now: `writes` first, all of them at a time, and then `removals`.

    `wanted` are the namespaces that should have a child; `foreign` those of them whose place is taken, with the reason.
    `is_silent`: there is nothing to say of it in a status.
    """

    writes: tuple[Write, ...] = ()
    removals: tuple[Removal, ...] = ()
    wanted: tuple[str, ...] = ()
    foreign: Mapping[str, str] = field(default_factory=dict)
    again_after: timedelta | None = None
    is_silent: bool = False


Failures = Mapping[str, KeyferryError]  # by namespace, of the writes of a plan
