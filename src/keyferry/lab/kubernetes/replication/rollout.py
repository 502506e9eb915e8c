"""How far a rolling update may go now: never more pods than allowed, and never fewer of them available. Pure numbers.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
"""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many pods above the wished-for number there may be, and how many below it."""

    surge: int
    unavailable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """The pods of one template: how many are wished for at present, and how many of them are available."""

    replicas: int
    available: int


def limits(strategy: Any, replicas: int) -> Limits:
    """Return the limits of a strategy's `rollingUpdate`; where both would be none, one pod may be missing."""
    rolling = strategy.get("rollingUpdate") or {}
    surge = _number(rolling.get("maxSurge", "25%"), replicas, math.ceil)
    unavailable = min(_number(rolling.get("maxUnavailable", "25%"), replicas, math.floor), replicas)
    return Limits(surge=surge, unavailable=unavailable if surge or unavailable else 1)


def scaled_up(replicas: int, new: int, total: int, allowed: Limits) -> int:
    """Return how many pods of the new template there should be now, of `new` at present and `total` of all."""
    if new >= replicas:
        return replicas
    room = replicas + allowed.surge - total
    return new + max(0, min(room, replicas - new))


def scaled_down(replicas: int, new: Generation, old: list[Generation], allowed: Limits) -> list[int]:
    """Return how many pods of each old template there should be now, the oldest first.

    Those that are not available go first, as they are missed by nobody.
    """
    least = replicas - allowed.unavailable
    total = new.replicas + sum(one.replicas for one in old)
    room = total - least - (new.replicas - new.available)
    wanted = [one.replicas for one in old]
    for index, one in enumerate(old):
        gone = min(max(0, room), max(0, one.replicas - one.available))
        wanted[index] -= gone
        room -= gone
    spare = new.available + sum(one.available for one in old) - least
    for index, left in enumerate(wanted):
        gone = min(max(0, room), max(0, spare), left)
        wanted[index] -= gone
        room -= gone
        spare -= gone
    return wanted


def _number(value: Any, replicas: int, rounded: Any) -> int:
    text = str(value)
    if text.endswith("%"):
        return int(rounded(replicas * int(text[:-1]) / 100))
    return int(text)
