"""Finds CSI drivers by the plugin-registration protocol: a socket in the registry folder is a plugin that wants in.

Source: `kubernetes/pkg/kubelet/pluginmanager`. The real one is told by the kernel; this one looks ten times a second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from keyferry.lab.kubernetes.kubelet import backoff, registration
from keyferry.lab.serve.kubelet import csi_client
from keyferry.lab.serve.kubelet.cluster import Refused
from keyferry.lab.serve.kubelet.csi_client import CallFailed, NodeInfo

LOOK_SECONDS: Final = 0.1
_LOG: Final = logging.getLogger("keyferry.lab.kubelet")
Stamp = tuple[int, int]  # which file it is: a new socket in place of an old one has another


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A registered driver and where it listens."""

    name: str
    endpoint: Path


@dataclass(slots=True, kw_only=True)
class _Candidate:
    stamp: Stamp
    driver: str = ""
    failures: int = 0
    again_at: float = 0.0


class Plugins:
    """The registered drivers of a node. `add` and `remove` keep its CSINode."""

    def __init__(
        self,
        registry: Path,
        *,
        add: Callable[[str, NodeInfo], Awaitable[None]],
        remove: Callable[[str], Awaitable[None]],
    ) -> None:
        self.drivers: dict[str, Driver] = {}
        self._registry = registry
        self._add = add
        self._remove = remove
        self._known: dict[Path, _Candidate] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look(asyncio.get_running_loop().time())
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, now: float) -> None:
        """Register the sockets that are new, deregister what is gone. `now` is any clock's seconds."""
        found = _sockets(self._registry)
        for socket, candidate in list(self._known.items()):
            if found.get(socket) != candidate.stamp:
                del self._known[socket]
                await self._deregister(candidate.driver)
        for socket, stamp in found.items():
            candidate = self._known.setdefault(socket, _Candidate(stamp=stamp))
            if not candidate.driver and now >= candidate.again_at:
                await self._try(socket, candidate, now)

    async def _try(self, socket: Path, candidate: _Candidate, now: float) -> None:
        try:
            candidate.driver = await self._register(socket)
        except (CallFailed, Refused) as failure:
            _LOG.info("the plugin at %s is not registered: %s", socket.name, failure)
        if not candidate.driver:
            candidate.failures += 1
            candidate.again_at = now + backoff.after(candidate.failures)

    async def _register(self, socket: Path) -> str:
        """Return the driver's name, "" where it was refused and has been told."""
        plugin = await csi_client.plugin_info(socket)
        problem = registration.problem(plugin, self.drivers)
        if not problem:
            problem = await self._join(Driver(name=plugin.name, endpoint=Path(plugin.endpoint)))
        if problem:
            await csi_client.notify(socket, problem)
            return ""
        try:
            await csi_client.notify(socket, "")
        except CallFailed as failure:  # it is registered all the same
            _LOG.info("the plugin %s was not told that it is registered: %s", plugin.name, failure)
        return plugin.name

    async def _join(self, driver: Driver) -> str:
        """Take the driver in; return why that cannot be, "" once it is in."""
        try:
            info = await csi_client.node_info(driver.endpoint)
            if not info.node_id:
                return f"driver {driver.name} returned an empty node id"
            self.drivers[driver.name] = driver
            await self._add(driver.name, info)
        except (CallFailed, Refused) as failure:
            self.drivers.pop(driver.name, None)
            return f"driver {driver.name} cannot be asked or entered: {failure}"
        return ""

    async def _deregister(self, driver: str) -> None:
        if self.drivers.pop(driver, None) is not None:
            await self._remove(driver)


def _sockets(registry: Path) -> dict[Path, Stamp]:
    found = {}
    for path in sorted(registry.iterdir()):
        if registration.is_watched(path.name) and path.is_socket():
            about = path.stat()
            found[path] = (about.st_ino, about.st_mtime_ns)
    return found
