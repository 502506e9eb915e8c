"""The machine's metadata endpoint on a socket: plain HTTP, as the real one at 169.254.169.254 is."""

from collections.abc import Callable
from datetime import datetime

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.serve.azure import delay
from keyferry.lab.serve.listener import LOOPBACK, Listener
from keyferry.lab.world import damage
from keyferry.lab.world.faults import Faults, Kind, Service
from keyferry.lab.world.http import Answer, Request, Reset


class ImdsServer:
    """Serves the metadata endpoint of one `Azure`. Whoever reaches it gets its machine's tokens."""

    def __init__(self, azure: Azure, *, now: Callable[[], datetime], faults: Faults) -> None:
        self._azure = azure
        self._now = now
        self._faults = faults
        self._listener = Listener(self._serve, now)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._listener.port

    async def open(self, *, host: str = LOOPBACK, port: int = 0) -> None:
        """Listen. PortInUseError where the port is taken."""
        await self._listener.open(context=None, host=host, port=port)

    async def close(self) -> None:
        """Stop listening."""
        await self._listener.close()

    async def _serve(self, request: Request) -> Answer:
        fault = self._faults.decide(Service.IMDS, request, self._now())
        await delay(fault)
        now = self._now() + fault.skew
        match fault.kind:
            case Kind.RESET:
                return Reset()
            case Kind.STATUS:
                seconds = None if fault.retry_after is None else damage.whole_seconds(fault.retry_after)
                refusal = self._azure.imds.refuse(fault.status, seconds)
                return damage.dated(damage.told_late(refusal, fault, now), now)
            case _:
                return damage.damaged(damage.dated(self._azure.lend(request, now), now), fault.kind)
