"""The node's last good copies, for pods that start while the vault is out of reach (`keyferry.io/serve-stale`).

Each is sealed for the identity that read it (mount.copies.sealing), in a file of the plugin's own folder. How old a
copy may be is the asker's to say: mount.azure.copies. A disk that fails costs copies, never a delivery.
"""

import asyncio
import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretBundle, SecretProperties, SecretRef
from keyferry.mount.copies.master_key import MasterKey
from keyferry.mount.copies.sealing import NONCE_BYTES, Kept, Sealer
from keyferry.runtime.clock import Clock
from keyferry.spec.class_annotations import MAX_STALE

STAMP_EVERY: Final = timedelta(minutes=10)  # an unchanged copy is told anew to be good, at this cost of writes
SKEW: Final = timedelta(minutes=5)  # a copy from further in the future is no measure of age
_LONGEST_FILE_BYTES: Final = 4 * 1024 * 1024
_UNDER_WAY: Final = ".new"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How old a copy gets, and how many bytes all of them take: the oldest go first."""

    longest: timedelta = MAX_STALE
    total_bytes: int = 64 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class _Noted:
    """What this process has written: of which version, until when it was good, and when that was last written."""

    name: str
    properties: SecretProperties
    at: datetime
    written: datetime


class LastGood:
    """Copies by identity and object. To be started before use; all of it may be called at once."""

    def __init__(self, folder: Path, key: MasterKey, clock: Clock, limits: Limits = Limits()) -> None:
        self._folder = folder
        self._sealer = Sealer(key.value)
        self._forgets = key.is_new
        self._clock = clock
        self._limits = limits
        self._noted: dict[tuple[Identity, SecretRef], _Noted] = {}
        self._disk = asyncio.Lock()
        self._warned = False

    async def start(self) -> None:
        """Make the folder, and take away what a former life left there that no key opens any more."""
        async with self._disk:
            try:
                await asyncio.to_thread(_prepare, self._folder, self._forgets)
            except OSError as failure:
                self._failed(failure)

    async def keep(self, identity: Identity, ref: SecretRef, bundle: SecretBundle, at: datetime) -> None:
        """Keep what `identity` read at `at`, or was told then to be good still. Cheap where nothing has changed.

        What was read before that which is kept does not take its place: mounts end in another order than they began.
        """
        if self._has_newer(identity, ref, at):
            return
        noted = self._noted.get((identity, ref))
        if noted is not None and noted.properties == bundle.properties and bundle.properties.version:
            noted.at = at
            if abs(at - noted.written) < STAMP_EVERY:  # else also by a clock that was set back
                return
        async with self._disk:
            if not self._has_newer(identity, ref, at):  # nor did one come while this one waited
                await self._write(identity, ref, Kept(bundle=bundle, at=at))

    async def find(self, identity: Identity, ref: SecretRef) -> Kept | None:
        """Return the copy that `identity` itself read; None where there is none that may be trusted, or it is too old.

        Not served: a file that is damaged, another's, or older than what this process wrote, and it is taken away; a
        copy from the future, because its age cannot be told while the clock is wrong.
        """
        async with self._disk:
            kept = await self._read(identity, ref)
            if kept is None:
                return None
            age = self._clock.now() - kept.at
            if age < -SKEW:
                log.warning("last_good.from_the_future", identity=identity.who, object=str(ref))
                return None
            if age > self._limits.longest:
                await self._remove(identity, ref)
                return None
            return kept

    async def drop(self, identity: Identity, ref: SecretRef) -> None:
        """Take a copy away: the vault has said that `identity` may not read the object, or that there is none."""
        async with self._disk:
            await self._remove(identity, ref)

    async def sweep(self) -> None:
        """Take away what is too old, and the oldest where all copies together take too much. For every few minutes."""
        async with self._disk:
            try:
                left = await asyncio.to_thread(_swept, self._folder, self._limits, self._clock.now())
            except OSError as failure:
                self._failed(failure)
                return
            self._noted = {key: noted for key, noted in self._noted.items() if noted.name in left}

    def _has_newer(self, identity: Identity, ref: SecretRef, at: datetime) -> bool:
        """Tell whether what is kept was read later. The future is no measure: the clock was set back then."""
        noted = self._noted.get((identity, ref))
        return noted is not None and at < noted.at <= self._clock.now()

    async def _write(self, identity: Identity, ref: SecretRef, kept: Kept) -> None:
        name = self._sealer.name_of(identity, ref)
        sealed = self._sealer.seal(identity, ref, kept, os.urandom(NONCE_BYTES))
        try:
            await asyncio.to_thread(_replace, self._folder / name, sealed, kept.at)
        except OSError as failure:
            self._noted.pop((identity, ref), None)
            self._failed(failure)
            return
        properties = kept.bundle.properties
        self._noted[identity, ref] = _Noted(name=name, properties=properties, at=kept.at, written=kept.at)

    async def _read(self, identity: Identity, ref: SecretRef) -> Kept | None:
        try:
            sealed = await asyncio.to_thread(_content, self._folder / self._sealer.name_of(identity, ref))
        except FileNotFoundError:
            return None
        except OSError as failure:
            self._failed(failure)
            return None
        kept = self._sealer.opened(identity, ref, sealed)
        noted = self._noted.get((identity, ref))
        if kept is None or (noted is not None and kept.at < noted.written):
            log.warning("last_good.not_ours", identity=identity.who, object=str(ref))
            await self._remove(identity, ref)
            return None
        return kept if noted is None else Kept(bundle=kept.bundle, at=noted.at)

    async def _remove(self, identity: Identity, ref: SecretRef) -> None:
        self._noted.pop((identity, ref), None)
        try:
            await asyncio.to_thread((self._folder / self._sealer.name_of(identity, ref)).unlink, missing_ok=True)
        except OSError as failure:
            self._failed(failure)

    def _failed(self, failure: OSError) -> None:
        """Say once that the disk will not have copies."""
        if not self._warned:
            self._warned = True
            log.warning("last_good.disk_failed", folder=str(self._folder), cause=failure.strerror or "unknown")


def _prepare(folder: Path, forgets: bool) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for file in folder.iterdir():
        if forgets or file.suffix == _UNDER_WAY:
            file.unlink()


def _replace(path: Path, content: bytes, at: datetime) -> None:
    """Write the whole file beside, then rename it. A crash leaves the old one, or a rest that start takes away."""
    beside = path.with_suffix(_UNDER_WAY)
    beside.unlink(missing_ok=True)
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
    os.utime(beside, (at.timestamp(), at.timestamp()))  # by which sweep knows a copy's age without opening it
    beside.rename(path)


def _content(path: Path) -> bytes:
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        return file.read(_LONGEST_FILE_BYTES)


def _swept(folder: Path, limits: Limits, now: datetime) -> frozenset[str]:
    """Return the names of the files that are left."""
    left: dict[str, int] = {}
    total = 0
    with os.scandir(folder) as found:
        files = sorted(((entry.stat(follow_symlinks=False), entry.name) for entry in found), key=_newest_first)
    for stat, name in files:
        age = now - datetime.fromtimestamp(stat.st_mtime, UTC)
        if abs(age) <= limits.longest and total + stat.st_size <= limits.total_bytes:
            left[name] = stat.st_size
            total += stat.st_size
        else:
            with contextlib.suppress(FileNotFoundError):
                (folder / name).unlink()
    return frozenset(left)


def _newest_first(found: tuple[os.stat_result, str]) -> float:
    return -found[0].st_mtime
