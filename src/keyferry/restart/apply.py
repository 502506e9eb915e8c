"""Carries out a plan: one `match` over the actions, one API call for each. Decides nothing."""

from collections import Counter
from collections.abc import Callable
from typing import Final, assert_never

import structlog

from keyferry.kube.client import Client
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import NORMAL, WARNING, EventType, ObjectReference
from keyferry.restart import wire
from keyferry.restart.state import Action, Mark, Restart, Tell, Workload

_LOG = structlog.get_logger(__name__)
REMEMBERED: Final = 5000  # texts told once


class Applier:
    """Writes for one operator process. `note` is told each workload that was written, as the API server stored it.

    `restarts` counts by namespace and kind.
    """

    def __init__(self, client: Client, recorder: Recorder, note: Callable[[Workload, bytes], None]) -> None:
        self._client = client
        self._recorder = recorder
        self._note = note
        self._told: dict[tuple[str, str], str] = {}
        self.restarts: Counter[tuple[str, str]] = Counter()

    async def apply(self, action: Action) -> None:
        """Carry out one action. Conflict and NotFound mean: look again."""
        match action:
            case Mark(then=then):
                await self._write(action)
                _LOG.info("workload.marked", **_named(action.workload))
                self._tell(then)
            case Restart(then=then):
                await self._write(action)
                self.restarts[action.workload.key.namespace, action.workload.resource.kind] += 1
                _LOG.info("workload.restarted", **_named(action.workload), because=then.message)
                self._tell(then)
            case Tell():
                self._tell(action)
            case _:
                assert_never(action)

    async def _write(self, action: Mark | Restart) -> None:
        workload = action.workload
        self._note(workload, await self._client.merge_patch(workload.resource, workload.key, wire.patch(action)))

    def _tell(self, told: Tell | None) -> None:
        if told is None:
            return
        if told.once:
            if self._told.get((told.workload.uid, told.reason)) == told.message:
                return
            if len(self._told) >= REMEMBERED:
                self._told.clear()
            self._told[told.workload.uid, told.reason] = told.message
        kind: EventType = WARNING if told.warning else NORMAL
        self._recorder.record(reference(told.workload), kind, told.reason, told.message)


def reference(workload: Workload) -> ObjectReference:
    """Return how an event names a workload."""
    key = workload.key
    return ObjectReference(
        api_version=workload.resource.api_version,
        kind=workload.resource.kind,
        name=key.name,
        namespace=key.namespace,
        uid=workload.uid,
        resource_version=workload.resource_version,
    )


def _named(workload: Workload) -> dict[str, str]:
    return {"workload": str(workload), "namespace": workload.key.namespace}
