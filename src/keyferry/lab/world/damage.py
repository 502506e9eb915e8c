"""Answers that go wrong on their way: late in half, cut short, no JSON, or told to come back at a date."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from keyferry.lab.world.faults import Fault, Kind
from keyferry.lab.world.http import Partial, Reset, Response

GARBAGE: Final = b'{"value": <html>'


def http_date(instant: datetime) -> str:
    """Return the instant as headers carry it (RFC 9110 §5.6.7)."""
    return format_datetime(instant.replace(microsecond=0), usegmt=True)


def whole_seconds(wait: timedelta) -> str:
    """Return the wait as Retry-After tells it in seconds, never too short (RFC 9110 §10.2.3)."""
    return str(-(-wait // timedelta(seconds=1)))


def damaged(response: Response, kind: Kind) -> Response | Partial | Reset:
    """Return what a client gets to see of `response`. Where there is no body to damage, the connection is reset."""
    half = len(response.body) // 2
    match kind:
        case Kind.STALL | Kind.STALL_MIDWAY | Kind.CUT if not response.body:
            return Reset()
        case Kind.STALL:
            return Partial(response=response, sent_bytes=0, stalls=True)
        case Kind.STALL_MIDWAY:
            return Partial(response=response, sent_bytes=half, stalls=True)
        case Kind.CUT:
            return Partial(response=response, sent_bytes=half, stalls=False)
        case Kind.GARBAGE:
            return replace(response, body=GARBAGE)
        case _:
            return response


def told_late(refusal: Response, fault: Fault, now: datetime) -> Response:
    """Return the refusal with its Retry-After as a date, where the fault wants one."""
    if fault.retry_after is None or not fault.retry_after_date:
        return refusal
    return _with_header(refusal, "Retry-After", http_date(now + fault.retry_after))


def dated(response: Response, now: datetime) -> Response:
    """Return the response with the Date that its service believes in."""
    return _with_header(response, "Date", http_date(now))


def _with_header(response: Response, name: str, value: str) -> Response:
    others = tuple(header for header in response.headers if header[0].lower() != name.lower())
    return replace(response, headers=(*others, (name, value)))
