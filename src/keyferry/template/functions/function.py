"""What a template function is: its name, what it takes, what it does; and what it may know of the world."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.values import Value

__all__ = ["DAY_OF_BIRTH", "Fault", "Function", "LimitReached", "Meter", "Surroundings", "named"]

DAY_OF_BIRTH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Fault(Exception):
    """The error that a function returns. Its text is shown to people: it never quotes an argument."""


def _no_chance(_count: int) -> bytes:
    raise Fault("this rendering has no source of chance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The world as one rendering may see it: the time, where `local` time is, chance (n random bytes), its meter."""

    now: datetime = DAY_OF_BIRTH
    local: tzinfo = UTC
    chance: Callable[[int], bytes] = _no_chance
    meter: Meter = field(default_factory=lambda: Meter(steps=200_000, bytes_left=16 << 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function by its name. `takes` are Go types, in order; with `variadic`, any number of that type may follow.

    `call` gets the arguments, already of those types (`ANY` takes everything), and first the Surroundings where
    `knows_world` is set. Where Go's template engine converts between types on the way, the caller has done so.
    """

    name: str
    call: Callable[..., Value]
    takes: tuple[str, ...] = ()
    variadic: str | None = None
    knows_world: bool = False


def named(
    name: str, *takes: str, variadic: str | None = None, knows_world: bool = False
) -> Callable[[Callable[..., Value]], Function]:
    """Decorate the function that templates call `name`: `@named("upper", STRING)` turns it into a `Function`."""

    def wrap(call: Callable[..., Value]) -> Function:
        return Function(name=name, call=call, takes=takes, variadic=variadic, knows_world=knows_world)

    return wrap
