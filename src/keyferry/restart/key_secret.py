"""The key of the marks, kept in a Secret of the operator's own namespace, so that marks outlive every process.

Whoever deletes it loses no value: the next key makes other marks, and all workloads are marked anew without a roll.
Needs "get" and "create" on secrets.
"""

import base64
from collections.abc import Callable
from typing import Final

import msgspec

from keyferry.kube.client import Client
from keyferry.kube.errors import AlreadyExists
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import NotFound, SpecError, Where
from keyferry.restart.seen import KEY_BYTES, Marker

NAME: Final = "keyferry-restart-key"
_FIELD: Final = "key"


class _Secret(msgspec.Struct, frozen=True):
    data: dict[str, str] | None = None


class KeySecret:
    """Gives the marker of this cluster. The Secret is read once; whoever replaces it restarts the operator."""

    def __init__(self, client: Client, namespace: str, chance: Callable[[int], bytes]) -> None:
        """`chance` gives as many random bytes as it is asked for."""
        self._client = client
        self._key = Key(namespace=namespace, name=NAME)
        self._chance = chance
        self._marker: Marker | None = None

    async def marker(self) -> Marker:
        """Return the marker; where there is no key yet, make one. Raises what the API server refuses."""
        if self._marker is None:
            self._marker = await self._stored()
        return self._marker

    async def _stored(self) -> Marker:
        try:
            return await self._client.get(SECRETS, self._key, _decode)
        except NotFound:
            made = self._chance(KEY_BYTES)
        try:
            await self._client.create(SECRETS, self._key.namespace, _document(self._key, made))
        except AlreadyExists:  # another replica was quicker
            return await self._client.get(SECRETS, self._key, _decode)
        return Marker(made)


def _decode(document: bytes) -> Marker:
    try:
        content = base64.b64decode((msgspec.json.decode(document, type=_Secret).data or {}).get(_FIELD, ""))
    except (msgspec.MsgspecError, ValueError):
        content = b""
    if len(content) != KEY_BYTES:
        raise SpecError(
            what=f'the Secret {NAME} does not hold {KEY_BYTES} bytes under "{_FIELD}"',
            remedy="delete it; a new one is made",
            where=Where(kind="Secret", name=NAME),
        ) from None
    return Marker(content)


def _document(key: Key, made: bytes) -> bytes:
    return msgspec.json.encode(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": key.name, "namespace": key.namespace},
            "immutable": True,
            "data": {_FIELD: base64.b64encode(made).decode()},
        }
    )
