"""The lab's knobs on a unix socket that only its owner can open."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from keyferry.lab.azure.admin.service import Admin
from keyferry.lab.serve.keeping import NotKeptError
from keyferry.lab.serve.listener import Listener
from keyferry.lab.world.http import Request, Reset, Response


class AdminServer:
    """Serves one `Admin`. `now` gives the lab's instant; `changed` is called after knobs were turned."""

    def __init__(self, admin: Admin, now: Callable[[], datetime], changed: Callable[[], None] = lambda: None) -> None:
        self._admin = admin
        self._now = now
        self._changed = changed
        self._listener = Listener(self._serve, now)

    async def open(self, path: Path) -> None:
        """Listen at `path`, with mode 0600. PortInUseError where something is there already."""
        await self._listener.open_unix(path)

    async def close(self) -> None:
        """Stop listening and remove the socket."""
        await self._listener.close()

    async def _serve(self, request: Request) -> Response | Reset:
        answer = self._admin.handle(request, self._now())
        if request.method != "GET":
            try:
                self._changed()
            except NotKeptError:
                return Reset()
        return answer
