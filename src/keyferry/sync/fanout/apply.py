"""Carries out a plan: one API call for each action. Decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from keyferry.kube.client import Client
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import WARNING
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.spec.conditions import ConditionStatus
from keyferry.spec.fanout_status import FanoutStatus
from keyferry.sync.fanout import wire
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.state import (
    Child,
    CreateChild,
    DeleteChild,
    PatchChild,
    ReleaseNamespace,
    Removal,
    RemoveFinalizer,
    WatchedFanout,
    Write,
)
from keyferry.sync.fanout.told import ERRORED
from keyferry.sync.kinds import reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """Who is told what was written: `made` each child that was created, `patched` each as the API server stored it."""

    made: Callable[[Key], None]
    patched: Callable[[Child, bytes], None]


class Applier:
    """Writes for one kind."""

    def __init__(self, kind: Kind, client: Client, recorder: Recorder, notes: Notes) -> None:
        self._kind = kind
        self._client = client
        self._recorder = recorder
        self._notes = notes

    async def write(self, action: Write) -> None:
        """Create or change a child. Conflict and AlreadyExists mean: look again."""
        children = self._kind.children
        match action:
            case CreateChild(key=key, document=document):
                await self._client.create(children, key.namespace, wire.body(document))
                self._notes.made(key)
            case PatchChild(key=key, patch=patch, seen=seen):
                self._notes.patched(seen, await self._client.merge_patch(children, key, wire.body(patch)))
            case _:
                assert_never(action)

    async def remove(self, action: Removal) -> None:
        """Delete a child, or take a finalizer away. NotFound and Conflict mean: it went, or changed, meanwhile."""
        match action:
            case DeleteChild(key=key, uid=uid):
                await self._client.delete(self._kind.children, key, uid=uid)
            case ReleaseNamespace(name=name, remaining=remaining, resource_version=seen):
                await self._client.merge_patch(NAMESPACES, Key(name=name), wire.finalizers(remaining, seen))
            case RemoveFinalizer(name=name, remaining=remaining, resource_version=seen):
                await self._client.merge_patch(self._kind.resource, Key(name=name), wire.finalizers(remaining, seen))
            case _:
                assert_never(action)

    async def tell(self, watched: WatchedFanout, status: FanoutStatus) -> None:
        """Write the status, and an event where it is not ready."""
        body = wire.status(self._kind.spec, status)
        await self._client.merge_patch(self._kind.resource, watched.metadata.key, body, subresource="status")
        if status.ready is not None and status.ready.status is not ConditionStatus.TRUE:
            where = reference(self._kind.resource, watched.metadata)
            self._recorder.record(where, WARNING, ERRORED, status.ready.message)
