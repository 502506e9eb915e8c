"""The node plugin of a lab's node as the stories handle it: started, killed, started anew, and what it counts."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from keyferry.cli import looking
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.cli.webhook_plugin import free_port
from tests.fakes.patience import PATIENCE

NODE: Final = "node-1"


class Plugin:
    """The plugin of the first node, which writes every line it has. It is `keyferry node` with these flags besides."""

    def __init__(self, session: Session, *flags: str) -> None:
        self.log_path = session.lab.folder / f"{NODE}.log"
        self.folder: Path = session.lab.kubelets[0].root / "plugins" / "keyferry"
        self._session = session
        self._set_flags(*flags)

    @property
    def log(self) -> str:
        """What it has written, in all its lives."""
        return self.log_path.read_text()

    async def start(self) -> None:
        """Start it, and wait until kubelet has it."""
        await self.process.start()

        async def is_ready() -> bool | None:
            assert self.process.pid, f"it ended: {self.log[-3000:]}"
            try:
                return True if (await self._get("readyz"))[0] == 200 else None
            except aiohttp.ClientError:
                return None

        await self._until(is_ready, "the plugin to be ready")

    async def kill(self) -> None:
        """End it at once."""
        await self.process.kill()

    async def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        return await self.process.stop()

    async def restart(self, *flags: str) -> None:
        """Kill it, and start one with these flags in place of its own."""
        await self.kill()
        self._set_flags(*flags)
        await self.start()

    def ledger(self) -> list[Path]:
        """Return the files in which it remembers its volumes."""
        return list((self.folder / "volumes").glob("*.json"))

    async def metrics(self) -> str:
        """Return what a scrape gets."""
        return (await self._get("metrics"))[1]

    async def counted(self, name: str, **labels: str) -> int:
        """Return the sum of its series of this name and labels."""
        text = await self.metrics()
        samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
        return int(sum(one.value for one in samples if one.name == name and labels.items() <= one.labels.items()))

    async def looks(self, more: int) -> None:
        """Wait until it has looked so many times more at its volumes."""
        before = await self.counted("rotation_reconcile_total")

        async def has_looked() -> bool | None:
            return True if await self.counted("rotation_reconcile_total") >= before + more else None

        await self._until(has_looked, f"{more} more looks at volumes")

    async def all_well(self) -> None:
        """Wait until no volume fails."""

        async def is_well() -> bool | None:
            return None if await self.counted("keyferry_node_volumes", state="failing") else True

        await self._until(is_well, "the last volume to be well")

    def _set_flags(self, *flags: str) -> None:
        self._port = free_port()
        address = ("--metrics-addr", f"127.0.0.1:{self._port}")
        self.process: Process = self._session.node(NODE, self.log_path, "--log-level", "debug", *address, *flags)

    async def _get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{self._port}/{path}") as answer:
            return answer.status, await answer.text()

    async def _until(self, look: Callable[[], Awaitable[bool | None]], what: str) -> None:
        try:
            await looking.until(look, seconds=PATIENCE, what=what)
        except Exception as error:
            error.add_note(self.log[-3000:])
            raise
