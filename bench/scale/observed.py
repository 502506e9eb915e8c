"""What a run shows from outside: the lab's counters, the API server's writes, the operator's process."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.world import usage
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.lab.azure.keyvault.audit import AuditRecord
from keyferry.lab.kubernetes.apiserver import ApiServer
from keyferry.lab.world.http import Request

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ESTABLISHED = "01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one stretch of time took."""

    seconds: float
    azure: Counter[str]
    writes: Counter[str]
    cpu_seconds: float
    lab_cpu_seconds: float

    def line(self) -> str:
        """Return it for people."""
        asked = ", ".join(f"{count} {what}" for what, count in sorted(self.azure.items())) or "none"
        written = ", ".join(f"{count} {what}" for what, count in sorted(self.writes.items())) or "none"
        return (
            f"{self.seconds:.2f} s; Azure: {asked}; API writes: {written}; "
            f"CPU {self.cpu_seconds:.2f} s (lab {self.lab_cpu_seconds:.2f} s)"
        )


class Outside:
    """Counts between `begin` and `counted`."""

    def __init__(self, session: Session, operator: Process) -> None:
        self._session = session
        self._operator = operator
        self._writes: Counter[str] = Counter()
        self.connections = 0
        self._note_writes(session.lab.kubernetes.api)

    def begin(self) -> None:
        """Count from here."""
        self._session.lab.azure.reset_counts()
        self._writes.clear()
        self.started, self._lab, self._cpu = time.perf_counter(), time.process_time(), self._used()

    def counted(self) -> Counted:
        """Return what was counted since."""
        azure: Counter[str] = Counter()
        for count in self._session.lab.azure.counts():
            azure[count.operation] += count.number
        return Counted(
            seconds=time.perf_counter() - self.started,
            azure=azure,
            writes=Counter(self._writes),
            cpu_seconds=self._used() - self._cpu,
            lab_cpu_seconds=time.process_time() - self._lab,
        )

    async def watch_connections(self) -> None:
        """Remember the most connections that the operator had to Azure's proxy at a time, until cancelled."""
        proxy = self._session.environment["HTTPS_PROXY"].rsplit(":", maxsplit=1)[1]
        while True:
            self.connections = max(self.connections, _connections(self._operator.pid, int(proxy)))
            await asyncio.sleep(0.5)

    def _used(self) -> float:
        return usage(self._operator.pid).cpu_seconds if self._operator.pid else 0.0

    def _note_writes(self, api: ApiServer) -> None:
        answer = api.handle

        def handle(request: Request, now: Any) -> Any:
            if request.method in WRITES:
                self._writes[_what(request)] += 1
            return answer(request, now)

        api.handle = handle  # type: ignore[method-assign]  # (the bench looks on from within the lab)


class Firsts:
    """A sink that notes when each object was first seen in a state: by `is_so`."""

    def __init__(self, is_so: Callable[[Any], bool]) -> None:
        self._is_so = is_so
        self.at: dict[str, float] = {}
        self.changed = asyncio.Event()

    def applied(self, key: Key, value: Any, /) -> None:
        """Note the first time."""
        if key.name not in self.at and self._is_so(value):
            self.at[key.name] = time.perf_counter()
            self.changed.set()

    def deleted(self, key: Key, /) -> None:
        """Nobody deletes here."""

    def undecodable(self, key: Key, problem: str, /) -> None:
        """Fail."""
        raise AssertionError(f"{key}: {problem}")

    def synced(self) -> None:
        """Nothing to do."""

    async def until(self, count: int, seconds: float) -> None:
        """Wait until so many objects were seen."""
        async with asyncio.timeout(seconds):
            while len(self.at) < count:
                self.changed.clear()
                await self.changed.wait()


class Seen:
    """When each secret was read last: what the feed found changed is read at once."""

    def __init__(self, session: Session) -> None:
        self.at: dict[str, float] = {}
        session.lab.azure.keyvault.audit.on_record(self._note)

    def forget(self, name: str) -> float:
        """Look for reads from now on."""
        self.at.pop(name, None)
        return time.perf_counter()

    def _note(self, record: AuditRecord) -> None:
        if record.operation == "SecretGet":
            name = record.request_uri.partition("/secrets/")[2].partition("?")[0].partition("/")[0]
            self.at.setdefault(name, time.perf_counter())


def _what(request: Request) -> str:
    parts = request.path.strip("/").split("/")
    kinds = ("externalsecrets", "secrets", "events", "secretstores", "token", "leases")
    kind = next((part for part in reversed(parts) if part in kinds), parts[-1])
    return f"{request.method} {kind}{'/status' if parts[-1] == 'status' else ''}"


def _connections(pid: int, port: int) -> int:
    """Return how many TCP connections a process has to a port, by the kernel's tables."""
    inodes = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(handle.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = 0
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        found += fields[3] == ESTABLISHED and int(fields[2].split(":")[1], 16) == port and fields[9] in inodes
    return found
