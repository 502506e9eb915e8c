"""The volumes that this process serves, found by what may change for them. Pure.

An index of the present moment and no memory: the ledger and kubelet's calls fill it again after a restart.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from keyferry.kube.wire.objects import Key
from keyferry.model.identity import Identity, ServiceAccountRef
from keyferry.model.secrets import SecretName, SecretRef
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import Payload, Watched

T = TypeVar("T", bound=Hashable)


@dataclass(slots=True)
class Volume:
    """One published volume: how it was asked for, what it shows, and how it is.

    `payload` is None until this process has written it. `failing` is the last failure's text, "" while all is well.
    `stale_since` is when the oldest part of a shown copy was read. `is_told`: the cluster knew once what it shows.
    """

    request: PublishRequest
    payload: Payload | None = None
    provider: str = ""
    watched: frozenset[Watched] = frozenset()
    verified_at: datetime | None = None
    vault_url: str = ""
    stale_since: datetime | None = None
    failing: str = ""
    problem: str = ""  # which the pod's status tells, and since when
    problem_at: datetime | None = None
    is_unsure: bool = False  # a write was begun, and nobody knows how it ended: `payload` may not be what it shows
    is_told: bool = False
    is_substitute: bool = False  # another vault, or a copy, answered in place of its own
    waits_until: datetime | None = None  # for kubelet's tokens, which it brings again after a restart of this process

    @property
    def key(self) -> Key:
        """The key by which its refreshes are queued."""
        return Key(namespace=self.request.pod.namespace, name=self.request.volume_id)

    @property
    def class_key(self) -> Key:
        """The class that it was made by."""
        return Key(namespace=self.request.pod.namespace, name=self.request.class_name)


class Known:
    """Volumes by id, by class, and by what they watch."""

    def __init__(self) -> None:
        self._volumes: dict[str, Volume] = {}
        self._by_class: dict[Key, set[str]] = {}
        self._by_watched: dict[Watched, set[str]] = {}

    def __len__(self) -> int:
        return len(self._volumes)

    def get(self, volume_id: str) -> Volume | None:
        """Return the volume, None where none of this id is served."""
        return self._volumes.get(volume_id)

    def put(self, volume: Volume) -> None:
        """Keep a volume; one of the same id goes."""
        self.drop(volume.request.volume_id)
        volume_id = volume.request.volume_id
        self._volumes[volume_id] = volume
        self._by_class.setdefault(volume.class_key, set()).add(volume_id)
        self._watch(volume_id, volume.watched)

    def watches(self, volume: Volume, watched: frozenset[Watched]) -> None:
        """Take in what a volume shows from now on."""
        if watched == volume.watched or self._volumes.get(volume.request.volume_id) is not volume:
            return
        self._unwatch(volume)
        volume.watched = watched
        self._watch(volume.request.volume_id, watched)

    def drop(self, volume_id: str) -> Volume | None:
        """Let a volume go; return it where it was known."""
        volume = self._volumes.pop(volume_id, None)
        if volume is not None:
            _discard(self._by_class, volume.class_key, volume_id)
            self._unwatch(volume)
        return volume

    def of_class(self, key: Key) -> tuple[Volume, ...]:
        """Return the volumes that a class makes."""
        return tuple(self._volumes[volume_id] for volume_id in sorted(self._by_class.get(key, ())))

    def showing(self, identity: Identity, ref: SecretRef) -> tuple[Volume, ...]:
        """Return the volumes that show an object, read by this identity. The name's case does not matter."""
        wanted = Watched(identity=identity, ref=folded(ref))
        return tuple(self._volumes[volume_id] for volume_id in sorted(self._by_watched.get(wanted, ())))

    def has_account(self, account: ServiceAccountRef) -> bool:
        """Tell whether a volume of a pod with this ServiceAccount is left."""
        return any(volume.request.pod.account == account for volume in self._volumes.values())

    def all(self) -> tuple[Volume, ...]:
        """Return every volume, in the order of coming."""
        return tuple(self._volumes.values())

    def _watch(self, volume_id: str, watched: frozenset[Watched]) -> None:
        for each in watched:
            self._by_watched.setdefault(_folded(each), set()).add(volume_id)

    def _unwatch(self, volume: Volume) -> None:
        for each in volume.watched:
            _discard(self._by_watched, _folded(each), volume.request.volume_id)


def folded(ref: SecretRef) -> SecretRef:
    """Return the reference with its name in lower case: vaults compare names without case."""
    return replace(ref, name=SecretName(ref.name.lower()))


def _folded(watched: Watched) -> Watched:
    return Watched(identity=watched.identity, ref=folded(watched.ref))


def _discard(index: dict[T, set[str]], key: T, volume_id: str) -> None:
    found = index.get(key)
    if found is not None:
        found.discard(volume_id)
        if not found:
            del index[key]
