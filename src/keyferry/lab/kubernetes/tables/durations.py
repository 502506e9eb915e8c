"""Ages as kubectl prints them: `58s`, `2m30s`, `14m`, `7h12m`, `3d`, `2y11d`.

Source: `k8s.io/apimachinery/pkg/util/duration.HumanDuration`.
"""

from datetime import datetime, timedelta
from typing import Any

from keyferry.lab.kubernetes import objects

UNKNOWN = "<unknown>"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_YEAR = 365 * _DAY


def age(moment: Any, now: datetime) -> str:
    """Return how long ago the instant in `moment` was, `<unknown>` when it holds none."""
    found = objects.instant(moment)
    return UNKNOWN if found is None else human(now - found)


def human(duration: timedelta) -> str:
    """Return `duration` in at most two units, coarser the longer it is."""
    seconds = int(duration.total_seconds())
    if seconds < -1:
        return "<invalid>"
    return _short(max(seconds, 0)) if seconds < 3 * _HOUR else _long(seconds)


def _short(seconds: int) -> str:
    if seconds < 2 * _MINUTE:
        return f"{seconds}s"
    if seconds < 10 * _MINUTE:
        return _two(seconds, _MINUTE, "m", 1, "s")
    return f"{seconds // _MINUTE}m"


def _long(seconds: int) -> str:
    if seconds < 8 * _HOUR:
        return _two(seconds, _HOUR, "h", _MINUTE, "m")
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR}h"
    if seconds < 8 * _DAY:
        return _two(seconds, _DAY, "d", _HOUR, "h")
    if seconds < 2 * _YEAR:
        return f"{seconds // _DAY}d"
    return _two(seconds, _YEAR, "y", _DAY, "d") if seconds < 8 * _YEAR else f"{seconds // _YEAR}y"


def _two(seconds: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    rest = seconds % large // small
    return f"{seconds // large}{large_unit}" + (f"{rest}{small_unit}" if rest else "")
