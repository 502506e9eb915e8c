"""Reads the target of one ExternalSecret as it is now. Decides nothing. Needs `get` on the target's resource."""

from contextlib import suppress

from keyferry.kube.client import Client
from keyferry.model.errors import NotFound
from keyferry.spec import hashes
from keyferry.spec.external_secret import Manifest
from keyferry.sync.state import Snapshot
from keyferry.sync.targets import wire
from keyferry.sync.targets.kinds import Kinds
from keyferry.sync.targets.state import LiveTarget, Scene


class TargetObserver:
    """Answers what is, for one operator process. Nothing is watched or kept: any kind may be named."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kinds = Kinds(client)

    async def scene(self, snapshot: Snapshot, manifest: Manifest) -> Scene:
        """Return the target with its snapshot. Raises what the API server refuses, and what `Kinds.resource` does."""
        manager = hashes.field_manager(snapshot.external.metadata.name)
        resource = await self._kinds.resource(manifest)

        def decode(document: bytes) -> LiveTarget:
            return wire.live(document, manager)

        live: LiveTarget | None = None
        with suppress(NotFound):
            live = await self._client.get(resource, snapshot.external.target, decode)
        return Scene(snapshot=snapshot, resource=resource, live=live)

    def forget(self, manifest: Manifest) -> None:
        """Ask the next time which resource it is: its kind may be served no more."""
        self._kinds.forget(manifest)
