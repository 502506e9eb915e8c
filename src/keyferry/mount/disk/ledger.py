"""Which volumes this node has published, across restarts: one small file for each, in a folder of the plugin's own.

It says what kubelet asked for, so that a new process goes on where the last one ended. Tokens, the Secret's data of
nodePublishSecretRef and values are never in it. An entry is written before the mount and removed after the unmount, so
a crash leaves an entry without a volume, never a volume without an entry. Not fsynced: a power failure takes the mounts
as well. Called by volumes, blocking; any thread may call.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
import structlog

from keyferry.model.errors import SpecError, Unavailable, Where, foreign
from keyferry.mount.disk.targets import where
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.state import PodRef

MAX_ENTRY_BYTES: Final = 512 * 1024
MAX_ENTRIES: Final = 10_000
_SUFFIX: Final = ".json"
_UNFINISHED: Final = ".tmp"

_LOG = structlog.get_logger(__name__)


class _Pod(msgspec.Struct, frozen=True):
    namespace: str
    name: str
    uid: str
    service_account: str = ""


class _Entry(msgspec.Struct, frozen=True):
    volume_id: str
    target_path: str
    class_name: str
    pod: _Pod
    attributes: dict[str, str]
    group: int | None = None


class Ledger:
    """The entries of one folder, which is made where it is missing. Nobody else works in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._by_id: dict[str, PublishRequest] = {}
        self._id_at: dict[str, str] = {}

    def load(self) -> tuple[PublishRequest, ...]:
        """Return what earlier processes have left, without tokens and secrets. What is no entry is removed and logged.

        Unavailable where the folder cannot be read.
        """
        with self._lock:
            try:
                self._make_folder()
                for path in self._files():
                    self._take(path)
            except OSError as refusal:
                raise _unavailable(refusal, self._folder) from None
            return tuple(self._by_id.values())

    def check(self, volume_id: str, target_path: str) -> None:
        """SpecError where the volume is known at another target, or the target with another volume."""
        known = self._by_id.get(volume_id)
        owner = self._id_at.get(target_path)
        if (known is not None and known.target_path != target_path) or owner not in {None, volume_id}:
            raise SpecError(
                what="the volume and the target path do not belong together",
                cause="the volume is published at another path, or another volume at this one",
                remedy="unpublish the other one first",
                where=where(target_path),
            )

    def knows(self, target_path: str) -> bool:
        """Tell whether a volume is published there."""
        return target_path in self._id_at

    def remember(self, request: PublishRequest) -> None:
        """Write an entry, in one step. SpecError as of `check` and for attributes out of bounds; Unavailable."""
        encoded = _encoded(request)
        with self._lock:
            self.check(request.volume_id, request.target_path)
            if len(self._by_id) >= MAX_ENTRIES and request.volume_id not in self._by_id:
                raise Unavailable(what="this node has too many volumes", cause=f"it has {MAX_ENTRIES} already")
            try:
                self._make_folder()
                _replace(self._path(request.volume_id), encoded)
            except OSError as refusal:
                raise _unavailable(refusal, self._folder) from None
            self._index(request)

    def forget(self, volume_id: str) -> None:
        """Remove an entry. None there is fine. Unavailable where the folder refuses."""
        with self._lock:
            try:
                self._path(volume_id).unlink(missing_ok=True)
            except OSError as refusal:
                raise _unavailable(refusal, self._folder) from None
            if known := self._by_id.pop(volume_id, None):
                del self._id_at[known.target_path]

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _files(self) -> Iterator[Path]:
        """Entries, the first `MAX_ENTRIES`; what a crash left unfinished goes."""
        for count, path in enumerate(sorted(self._folder.iterdir())):
            if path.suffix == _UNFINISHED:
                path.unlink()
            elif path.suffix == _SUFFIX and count < MAX_ENTRIES:
                yield path

    def _take(self, path: Path) -> None:
        entry = _decoded(path)
        if entry is None or path != self._path(entry.volume_id) or entry.target_path in self._id_at:
            _LOG.warning("ledger.entry_dropped", file=path.name)
            path.unlink()
            return
        self._index(_request(entry))

    def _index(self, request: PublishRequest) -> None:
        bare = _request(_entry(request))  # without its tokens and secrets
        self._by_id[request.volume_id] = bare
        self._id_at[request.target_path] = request.volume_id

    def _path(self, volume_id: str) -> Path:
        name = hashlib.sha256(volume_id.encode(errors="surrogateescape")).hexdigest()
        return self._folder / f"{name}{_SUFFIX}"


def _entry(request: PublishRequest) -> _Entry:
    pod = request.pod
    return _Entry(
        volume_id=request.volume_id,
        target_path=request.target_path,
        class_name=request.class_name,
        pod=_Pod(namespace=pod.namespace, name=pod.name, uid=pod.uid, service_account=pod.service_account),
        attributes=dict(request.attributes),
        group=request.group,
    )


def _request(entry: _Entry) -> PublishRequest:
    pod = entry.pod
    return PublishRequest(
        volume_id=entry.volume_id,
        target_path=entry.target_path,
        class_name=entry.class_name,
        pod=PodRef(namespace=pod.namespace, name=pod.name, uid=pod.uid, service_account=pod.service_account),
        attributes=entry.attributes,
        group=entry.group,
    )


def _encoded(request: PublishRequest) -> bytes:
    encoded = msgspec.json.encode(_entry(request))
    if len(encoded) > MAX_ENTRY_BYTES:
        raise SpecError(
            what="the volume's attributes are too large",
            cause=f"they take {len(encoded)} bytes of {MAX_ENTRY_BYTES}",
            remedy="shorten volumeAttributes in the pod",
            where=Where(kind="Pod", namespace=request.pod.namespace, name=request.pod.name),
        )
    return encoded


def _decoded(path: Path) -> _Entry | None:
    try:
        if path.lstat().st_size > MAX_ENTRY_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=_Entry)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(_UNFINISHED)
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    unfinished.replace(path)


def _unavailable(refusal: OSError, folder: Path) -> Unavailable:
    return Unavailable(
        what="the list of published volumes cannot be kept",
        cause=foreign(refusal.strerror or type(refusal).__name__),
        remedy="the node plugin needs a writable folder of its own (--plugin-dir)",
        where=Where(kind="folder", name=str(folder)),
    )
