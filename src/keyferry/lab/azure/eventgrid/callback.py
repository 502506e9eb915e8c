"""The validation URL: whoever opens it says that the endpoint wants the events.

https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema#manual-validation-handshake
"""

import re
from datetime import datetime
from typing import Final

from keyferry.lab.azure.eventgrid.grid import EventGrid
from keyferry.lab.azure.eventgrid.source import ORIGINS
from keyferry.lab.world.http import Request, Response

_PATH: Final = re.compile(r"/eventsubscriptions/(?P<name>[^/]+)/validate", re.IGNORECASE)
_HOST: Final = re.compile(rf"rp-[a-z0-9]+\.({'|'.join(re.escape(origin) for origin in ORIGINS.values())})")


def is_host(host: str) -> bool:
    """Tell whether this is the host name of validation URLs."""
    return _HOST.fullmatch(host) is not None


def answer(grid: EventGrid, request: Request, now: datetime) -> Response:
    """Confirm the subscription that the URL names: by GET, or by POST as CloudEvents allows too."""
    path = _PATH.fullmatch(request.path.rstrip("/"))
    if path is None:
        return _text(404, "There is nothing at this address.")
    if request.method not in ("GET", "POST"):
        return _text(405, "A subscription is confirmed by GET or POST.")
    if not grid.confirm(path["name"], request.parameter("id"), request.parameter("token"), now):
        return _text(400, "No subscription waits to be confirmed here. The time for it may be over.")
    return _text(200, "The endpoint is validated.")


def _text(status: int, text: str) -> Response:
    return Response(status=status, headers=(("Content-Type", "text/plain; charset=utf-8"),), body=f"{text}\n".encode())
