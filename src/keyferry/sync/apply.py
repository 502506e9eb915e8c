"""Carries out a plan: one `match` over the actions, one API call for each. Decides nothing."""

from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from keyferry.kube.client import Client
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import NORMAL, WARNING, EventType
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound
from keyferry.spec import hashes
from keyferry.sync import documents
from keyferry.sync.kinds import EXTERNAL_SECRETS, reference
from keyferry.sync.state import (
    Action,
    CreateSecret,
    DeleteSecret,
    ReadSecretFirst,
    RecordEvent,
    RemoveFinalizer,
    ReplaceSecret,
    WatchedExternalSecret,
    WriteStatus,
)


class Applier:
    """Writes for one operator process. `note` is told each status that was written, as the API server stored it."""

    def __init__(
        self, client: Client, recorder: Recorder, note: Callable[[WatchedExternalSecret, bytes], None]
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._note = note

    async def apply(self, external: WatchedExternalSecret, action: Action) -> None:
        """Carry out one action. Conflict and AlreadyExists mean: look again. A Secret that is gone is deleted."""
        key = external.metadata.key
        manager = hashes.field_manager(external.metadata.name)
        match action:
            case CreateSecret(secret=secret):
                body = documents.secret(secret)
                await self._client.create(SECRETS, secret.key.namespace, body, field_manager=manager)
            case ReplaceSecret(secret=secret, resource_version=seen):
                body = documents.secret(secret, seen)
                await self._client.replace(SECRETS, secret.key, body, field_manager=manager)
            case DeleteSecret(key=secret_key, uid=uid):
                with suppress(NotFound):
                    await self._client.delete(SECRETS, secret_key, uid=uid)
            case WriteStatus(status=told):
                patch = documents.status(told)
                self._note(external, await self._client.merge_patch(EXTERNAL_SECRETS, key, patch, subresource="status"))
            case RemoveFinalizer(remaining=remaining):
                patch = documents.finalizers(remaining, external.metadata.resource_version)
                await self._client.merge_patch(EXTERNAL_SECRETS, key, patch)
            case RecordEvent():
                kind: EventType = WARNING if action.warning else NORMAL
                self._recorder.record(
                    reference(EXTERNAL_SECRETS, external.metadata), kind, action.reason, action.message
                )
            case ReadSecretFirst():
                return  # the caller reads and plans again
            case _:
                assert_never(action)
