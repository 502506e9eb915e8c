"""Reads the Secrets that hold stores' credentials: those that a store names, when it is used, and for a moment.

Called by sync.stores.identities; calls kube.client, with `get` on the one Secret. A crowd of ExternalSecrets of one
store costs one read; a changed credential is found after at most `KEPT`, with nothing to watch.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from keyferry.identity.flight import Flights
from keyferry.identity.recent import Recent
from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import KeyferryError, NotFound, Where
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock
from keyferry.spec.secret_store import SecretKey

KEPT: Final = timedelta(seconds=10)
FAILURE_KEPT: Final = timedelta(seconds=5)
SECRETS_KEPT: Final = 1_000
_REASON: Final = "a store reads its credential there (spec.provider.azurekv.authSecretRef)"

_Wanted = tuple[Key, frozenset[str]]
_Values = Mapping[str, SecretValue]  # by key of the Secret


class _Secret(msgspec.Struct):
    data: dict[str, str] = {}


@dataclass(slots=True)
class _Seen:
    """What the last read gave, and until when it counts. Of a Secret the wanted keys are kept, and no other."""

    outcome: _Values | KeyferryError | None = None
    until: datetime | None = None


class StoredSecrets:
    """The wanted keys of Secrets, each Secret read once for all who want it at a time."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._seen: Recent[_Wanted, _Seen] = Recent(SECRETS_KEPT)
        self._reads: Flights[_Wanted, _Values] = Flights()

    async def read(self, namespace: str, keys: frozenset[SecretKey]) -> Mapping[SecretKey, SecretValue]:
        """Return the values of `keys`, those without a namespace from `namespace`.

        NotFound where a Secret or a key is missing; GrantError, Unavailable.
        """
        wanted: dict[Key, set[SecretKey]] = {}
        for key in keys:
            wanted.setdefault(Key(namespace=key.namespace or namespace, name=key.name), set()).add(key)
        found: dict[SecretKey, SecretValue] = {}
        for secret, named in sorted(wanted.items(), key=lambda each: each[0]):
            values = await self._part((secret, frozenset(key.key for key in named)))
            found |= {key: values[key.key] for key in named}
        return found

    def forget(self, namespace: str) -> None:
        """Read the Secrets of a namespace anew next time; those of all with ""."""
        self._seen.drop(lambda wanted: namespace in ("", wanted[0].namespace))

    async def _part(self, wanted: _Wanted) -> _Values:
        seen = self._seen.take(wanted, _Seen)
        if seen.until is None or not timedelta() < seen.until - self._clock.now() <= KEPT:
            return await self._reads.join(wanted, lambda: self._read(wanted, seen))
        if isinstance(seen.outcome, KeyferryError):
            raise seen.outcome.with_traceback(None)
        return seen.outcome or {}

    async def _read(self, wanted: _Wanted, seen: _Seen) -> _Values:
        key, names = wanted
        try:
            found = await self._fetch(key, names)
        except KeyferryError as failure:
            seen.outcome, seen.until = failure, self._clock.now() + FAILURE_KEPT
            raise
        seen.outcome, seen.until = found, self._clock.now() + KEPT
        return found

    async def _fetch(self, key: Key, names: frozenset[str]) -> _Values:
        try:
            data = await self._client.get(SECRETS, key, lambda document: _wanted(document, names))
        except NotFound:
            raise _no_such_secret(key) from None
        return {name: _value(data, key, name) for name in sorted(names)}


def _wanted(document: bytes, names: frozenset[str]) -> Mapping[str, str]:
    data = msgspec.json.decode(document, type=_Secret).data
    return {name: value for name, value in data.items() if name in names}


def _no_such_secret(key: Key) -> NotFound:
    return NotFound(
        what=f"Secret {key} does not exist",
        cause=_REASON,
        remedy="create it, or correct the reference",
        where=Where(kind="Secret", namespace=key.namespace, name=key.name),
    )


def _value(data: Mapping[str, str], key: Key, name: str) -> SecretValue:
    if name not in data:
        raise NotFound(
            what=f"Secret {key.namespace}/{key.name} has no key {name}",
            cause=_REASON,
            remedy="add the key, or correct the reference",
            where=Where(kind="Secret", namespace=key.namespace, name=key.name, path=f"data.{name}"),
        )
    return SecretValue(base64.b64decode(data[name]))
