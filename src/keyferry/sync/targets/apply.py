"""Carries out the write of a plan: one API call. Decides nothing. Needs `create`, `update`, `delete` on the resource.

What the API server says about a body may quote it, and so a value: such words go no further.
"""

from contextlib import suppress
from typing import Final, assert_never

from keyferry.kube.client import Client
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable
from keyferry.spec import hashes
from keyferry.sync.targets import documents, wire
from keyferry.sync.targets.state import CreateTarget, DeleteTarget, LiveTarget, ReplaceTarget, Write

_RBAC: Final = 'User "'  # how the sentence of the RBAC authorizer begins, of which nothing comes from a body


class TargetApplier:
    """Writes for one operator process."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def apply(self, external_name: str, write: Write) -> LiveTarget | None:
        """Return the object as stored, None where it was deleted. Conflict and AlreadyExists mean: look again."""
        try:
            return await self._apply(hashes.field_manager(external_name), write)
        except (AlreadyExists, Conflict):
            raise
        except KeyferryError as refusal:
            raise unquoted(refusal) from None

    async def _apply(self, manager: str, write: Write) -> LiveTarget | None:
        match write:
            case CreateTarget(target=target):
                body = documents.body(target)
                home = target.key.namespace
                return wire.live(await self._client.create(target.resource, home, body, field_manager=manager), manager)
            case ReplaceTarget(target=target, resource_version=seen):
                body = documents.body(target, seen)
                return wire.live(
                    await self._client.replace(target.resource, target.key, body, field_manager=manager), manager
                )
            case DeleteTarget(resource=resource, key=key, uid=uid):
                with suppress(NotFound):
                    await self._client.delete(resource, key, uid=uid)
                return None
            case _:
                assert_never(write)


def unquoted(refusal: KeyferryError) -> KeyferryError:
    """Return the refusal without the words of whoever refused, unless it is known that they quote nothing."""
    cause = refusal.cause if refusal.cause.startswith(_RBAC) else "its words are not shown, as they may quote a value"
    texts = {"what": refusal.what, "cause": cause, "remedy": refusal.remedy}
    match refusal:
        case Throttled(retry_after=wait):
            return Throttled(retry_after=wait, **texts, where=refusal.where)
        case Unavailable(retry_after=wait):
            return Unavailable(retry_after=wait, **texts, where=refusal.where)
        case GrantError():
            return GrantError(**texts, where=refusal.where)
        case NotFound():
            return NotFound(**texts, where=refusal.where)
        case _:
            remedy = "write the object by hand with harmless values: kubectl create --dry-run=server says what is wrong"
            return SpecError(what=refusal.what, cause=cause, remedy=remedy, where=refusal.where)
