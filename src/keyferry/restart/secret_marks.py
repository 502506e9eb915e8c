"""Marks of the Secrets that somebody watches: read when asked for, forgotten when the watch tells of a change.

The watch asks for metadata alone. A Secret is read only where a workload names it, and of the others not even the name
is kept here. Called by observe.
"""

from collections.abc import Callable
from typing import Final

from keyferry.kube.client import Client
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound
from keyferry.restart import wire
from keyferry.restart.seen import Marker
from keyferry.restart.state import Absent, Known

_NONE: Final = ""  # the version of what does not exist


class SecretMarks:
    """A sink of the watch. `changed` is called with each Secret that may not be as it was; it must be quick.

    No Secret is read twice at a time.
    """

    def __init__(self, client: Client, changed: Callable[[Key], None]) -> None:
        self._client = client
        self._changed = changed
        self._known: dict[Key, tuple[str, Known | Absent]] = {}
        self._reading: set[Key] = set()  # and not told of a change since

    async def reading(self, key: Key, marker: Marker) -> Known | Absent:
        """Return what is known of a Secret. Raises what the API server refuses."""
        known = self._known.get(key)
        if known is None:
            self._reading.add(key)
            try:
                known = await self._client.get(SECRETS, key, lambda document: wire.secret(document, marker))
            except NotFound:
                known = (_NONE, Absent())
            if key in self._reading:  # else this may be what was before the change
                self._reading.remove(key)
                self._known[key] = known
        return known[1]

    def keep(self, namespace: str, wanted: frozenset[Key]) -> None:
        """Forget the Secrets of a namespace that nobody wants any longer."""
        for key in [key for key in self._known if key.namespace == namespace and key not in wanted]:
            del self._known[key]

    def applied(self, key: Key, resource_version: str) -> None:
        """Look again at the Secret, unless this very version is known."""
        known = self._known.get(key)
        if known is None or known[0] != resource_version:
            self.deleted(key)

    def deleted(self, key: Key) -> None:
        """Look again at what is there no longer."""
        self._known.pop(key, None)
        self._reading.discard(key)
        self._changed(key)

    def undecodable(self, key: Key, _problem: str) -> None:
        """Look again: reading it tells what is wrong."""
        self.deleted(key)

    def synced(self) -> None:
        """Nothing waits for the first list: what is read before it is right, and what changes after it is told."""


def version(document: bytes) -> str:
    """Return the resource version of an object."""
    return objects.envelope(document).metadata.resource_version
