"""The volumes of this node, for asynchronous callers: disk's calls in threads, one at a time for each target.

Called by publisher and keeper; calls disk and ledger.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Final, TypeVar

import structlog

from keyferry.model.errors import KeyferryError, Unavailable
from keyferry.mount.disk import kernel as kernels
from keyferry.mount.disk.disk import Disk
from keyferry.mount.disk.kernel import LinuxKernel
from keyferry.mount.disk.ledger import Ledger
from keyferry.mount.disk.targets import Targets
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.settings import VolumeSettings
from keyferry.mount.state import Payload
from keyferry.mount.turns import Turns
from keyferry.runtime.clock import Clock, SystemClock

T = TypeVar("T")
_LOG = structlog.get_logger(__name__)

THREADS: Final = 8
LINGER: Final = timedelta(seconds=1)  # programs that watch single files hear of a rotation only after it


class Volumes:
    """Volumes below the kubelet's root. A call that is cancelled goes on to its end; the next one waits for it.

    Calls for different targets run side by side, `THREADS` at most. With `any_form`, targets may have another form than
    kubelet's, below the same root. `linger` is how long who has resolved `..data` still finds the version before.
    """

    def __init__(
        self,
        settings: VolumeSettings,
        *,
        clock: Clock | None = None,
        kernel: LinuxKernel | None = None,
        any_form: bool = False,
        linger: timedelta = LINGER,
    ) -> None:
        targets = Targets(root=str(settings.kubelet_root), any_form=any_form)
        self._kernel = kernel or LinuxKernel()
        self._is_plain = settings.without_tmpfs
        self._disk = Disk(
            targets=targets,
            kernel=self._kernel,
            size_limit_bytes=settings.size_limit_bytes,
            is_plain=self._is_plain,
        )
        self._ledger = Ledger(settings.folder / "volumes")
        self._clock = clock or SystemClock()
        self._linger = linger
        self._turns = Turns()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="volumes")
        self._tasks: set[asyncio.Task[object]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    async def may_mount(self) -> str:
        """Return why this process cannot mount a tmpfs; "" where it can, or need not."""
        if self._is_plain:
            return ""
        return await asyncio.get_running_loop().run_in_executor(self._threads, kernels.may_mount, self._kernel)

    @property
    def can_swap(self) -> bool:
        """Whether values may reach a swap device: known after `may_mount`. True on plain directories."""
        return self._is_plain or not self._kernel.takes_noswap

    async def published(self) -> tuple[PublishRequest, ...]:
        """Return the volumes of earlier processes that still hold their files; to be asked once, before any other call.

        What has no target any more is forgotten. Unavailable where the plugin's own folder cannot be used.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._found)

    def check(self, volume_id: str, target_path: str) -> None:
        """SpecError where the volume is known at another target, or the target with another volume."""
        self._ledger.check(volume_id, target_path)

    async def is_filled(self, target_path: str) -> bool:
        """Tell whether a whole set of files is there. Unavailable where a pod may run on it and it cannot be read."""
        return await self._alone(target_path, partial(self._is_filled, target_path))

    async def make(self, request: PublishRequest) -> bool:
        """Make the empty volume and remember it, or take what is there; nothing is left of one that cannot be made.

        Returns whether it is empty: a pod may run on what is not. SpecError for a target that is none or another
        volume's; Unavailable for what the system refuses.
        """
        return await self._alone(request.target_path, partial(self._make, request))

    async def fill(self, target_path: str, payload: Payload, group: int | None = None) -> tuple[str, ...]:
        """Write the payload in one swap, as Disk.write says; return the paths that changed, sorted.

        The version before goes after `linger`.
        """
        work = partial(self._disk.write, target_path, payload, group=group, now=self._clock.now())
        changes = await self._alone(target_path, work)
        if changes:
            self._tidy_later(target_path)
        return changes.paths

    async def remove(self, volume_id: str, target_path: str) -> None:
        """Take the volume away with all it holds, and forget it. What is not there is fine.

        SpecError for a target that is none or another volume's; Unavailable for what the system refuses.
        """
        if timer := self._timers.pop(target_path, None):
            timer.cancel()
        await self._alone(target_path, partial(self._remove, volume_id, target_path))

    async def aclose(self) -> None:
        """Wait for what is under way. Volumes stay as they are: pods run on them."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=False)

    def _found(self) -> tuple[PublishRequest, ...]:
        filled = []
        for request in self._ledger.load():
            try:
                if self._disk.is_filled(request.target_path):
                    filled.append(request)
                    self._disk.finish(request.target_path, group=request.group)
                elif not self._disk.exists(request.target_path):
                    self._ledger.forget(request.volume_id)
            except KeyferryError as error:
                _LOG.warning("volume.unusable", error=str(error), target=request.target_path)
        return tuple(filled)

    def _is_filled(self, target_path: str) -> bool:
        try:
            return self._disk.is_filled(target_path)
        except Unavailable:
            if self._ledger.knows(target_path):
                raise
            return False  # nobody's: make() takes it away

    def _make(self, request: PublishRequest) -> bool:
        is_published = self._ledger.knows(request.target_path)
        self._ledger.remember(request)
        try:
            return self._disk.prepare(request.target_path, is_published=is_published)
        except KeyferryError:
            if not is_published:
                self._ledger.forget(request.volume_id)
            raise

    def _remove(self, volume_id: str, target_path: str) -> None:
        self._ledger.check(volume_id, target_path)
        self._disk.remove(target_path)
        self._ledger.forget(volume_id)

    async def _alone(self, target_path: str, work: Callable[[], T]) -> T:
        task = asyncio.create_task(self._in_turn(target_path, work))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def _in_turn(self, target_path: str, work: Callable[[], T]) -> T:
        async with self._turns.of(target_path):
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _ended(self, task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as seen: the caller may have gone

    def _tidy_later(self, target_path: str) -> None:
        if timer := self._timers.pop(target_path, None):
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers[target_path] = loop.call_later(self._linger.total_seconds(), self._tidy, target_path)

    def _tidy(self, target_path: str) -> None:
        del self._timers[target_path]
        task = asyncio.create_task(self._in_turn(target_path, partial(self._disk.tidy, target_path)))
        self._tasks.add(task)
        task.add_done_callback(self._ended)  # what could not be removed goes at the next write
