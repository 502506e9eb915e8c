"""Nothing for two seconds, then a word now and then, and no trace at the end."""

import io
from datetime import UTC, datetime, timedelta

from keyferry.cli.patience import Patience


class Hands:
    """A clock whose hands are turned."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def turn(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def test_a_word_now_and_then() -> None:
    clock, terminal = Hands(), Terminal()
    patience = Patience(terminal, clock)
    patience.tell("at once")
    patience.wipe()
    assert terminal.getvalue() == ""
    clock.turn(2)
    patience.tell("a")
    patience.tell("too soon")
    clock.turn(0.2)
    patience.tell("b")
    patience.wipe()
    patience.wipe()
    assert terminal.getvalue() == "\r\x1b[Ka\r\x1b[Kb\r\x1b[K"


def test_things_are_counted_also_while_nothing_is_told() -> None:
    clock, terminal = Hands(), Terminal()
    each = Patience(terminal, clock).counting("of 2,000 done")
    for _ in range(1233):
        each()
    clock.turn(2)
    each()
    assert terminal.getvalue() == "\r\x1b[K1,234 of 2,000 done"


def test_nobody_sits_there() -> None:
    clock, file = Hands(), io.StringIO()
    patience = Patience(file, clock)
    clock.turn(9)
    patience.tell("a")
    patience.wipe()
    assert file.getvalue() == ""
