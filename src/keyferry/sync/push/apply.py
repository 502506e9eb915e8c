"""Writes what was decided of a PushSecret: its finalizers, its status, its events. Decides nothing."""

from collections.abc import Callable

import msgspec

from keyferry.kube.client import Client
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import NORMAL, WARNING, EventType
from keyferry.sync import documents
from keyferry.sync.kinds import PUSH_SECRETS, reference
from keyferry.sync.push import wire
from keyferry.sync.push.state import Told, WatchedPushSecret


class Applier:
    """Writes for one operator process. `note` is told each object that was written, as the API server stored it."""

    def __init__(self, client: Client, recorder: Recorder, note: Callable[[WatchedPushSecret, bytes], None]) -> None:
        self._client = client
        self._recorder = recorder
        self._note = note

    async def finalizers(self, watched: WatchedPushSecret, wanted: tuple[str, ...]) -> WatchedPushSecret:
        """Make these the finalizers, and return the object; Conflict when it changed meanwhile."""
        patch = documents.finalizers(wanted, watched.metadata.resource_version)
        stored = await self._client.merge_patch(PUSH_SECRETS, watched.metadata.key, patch)
        self._note(watched, stored)
        return wire.push_secret(stored)

    async def tell(self, watched: WatchedPushSecret, told: Told) -> None:
        """Write the status where it differs, and record the event where there is one."""
        if told.status is not None:
            patch = msgspec.json.encode({"status": told.status.patch(watched.status)})
            stored = await self._client.merge_patch(PUSH_SECRETS, watched.metadata.key, patch, subresource="status")
            self._note(watched, stored)
        if told.reason:
            self.event(watched, told.reason, told.message, is_warning=told.is_warning)

    def event(self, watched: WatchedPushSecret, reason: str, message: str, *, is_warning: bool) -> None:
        """Tell people, by an event on the PushSecret."""
        kind: EventType = WARNING if is_warning else NORMAL
        self._recorder.record(reference(PUSH_SECRETS, watched.metadata), kind, reason, message)
