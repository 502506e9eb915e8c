"""Runs `terraform` or `tofu`. It writes into a log file by itself, which is followed for its messages.

So if keyferry dies, the tool neither notices nor dies: it comes to its end and writes its state. It has no terminal,
so Ctrl-C reaches keyferry alone, which passes it on once; the tool then finishes what it has begun. A second one would
make it give up its state, so it is not passed on.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from keyferry.model.errors import KeyferryError, SpecError, Unavailable

_LOOK_SECONDS: Final = 0.1
_PIECE: Final = 256 * 1024
_TAIL_BYTES: Final = 16 * 1024
_LINE_BYTES: Final = 1024 * 1024  # what is longer is no message: its end is not looked at
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)

EachLine = Callable[[bytes], None]


class Interrupted(KeyferryError):
    """Somebody stopped it, and the tool came to an orderly end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended. `tail` is the end of what it said."""

    code: int
    tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The tool: where it is, in which folder and environment it runs, and where what it says goes."""

    path: Path
    folder: Path
    environment: Mapping[str, str]
    log: Path

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.name


def run(program: Program, arguments: Sequence[str], each: EachLine, warn: Callable[[], None]) -> Ended:
    """Run a command to its end; `each` gets every line that it says, `warn` is called when somebody stops it.

    Interrupted where it was stopped; SpecError where it cannot be started.
    """
    descriptor = _opened_log(program.log)
    with os.fdopen(descriptor, "r+b") as log:
        log.write(f"$ {program.name} {' '.join(arguments)}\n".encode())
        log.flush()
        begin = log.seek(0, os.SEEK_END)
        with _heard(warn) as stop, _started(program, arguments, descriptor) as child:
            stop.concerns(child)
            _follow(child, log.fileno(), begin, each)
        size = log.seek(0, os.SEEK_END)
        log.seek(max(begin, size - _TAIL_BYTES))
        tail = log.read().decode(errors="replace")
    if stop.is_wanted:
        raise _interrupted(program, arguments[0])
    return Ended(code=child.returncode, tail=tail)


def new_log(program: Program) -> None:
    """Remove what earlier runs said. SpecError where that cannot be."""
    try:
        program.log.unlink(missing_ok=True)
    except OSError as refusal:
        raise _no_log(program.log, refusal) from refusal


def answer(program: Program, arguments: Sequence[str]) -> bytes:
    """Return what a command that changes nothing prints. Unavailable where it fails."""
    try:
        ended = subprocess.run(  # noqa: S603  (no shell; the program was looked up)
            [program.path, *arguments],
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as refusal:
        raise _not_started(program, refusal) from refusal
    if ended.returncode:
        raise Unavailable(
            what=f"{program.name} {arguments[0]} failed",
            cause=f"it ended with code {ended.returncode}",
            remedy=f"run it yourself to see why: {program.name} -chdir={program.folder} {' '.join(arguments)}",
        )
    return ended.stdout


def _opened_log(path: Path) -> int:
    try:
        return os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    except OSError as refusal:
        raise _no_log(path, refusal) from refusal


def _no_log(path: Path, refusal: OSError) -> SpecError:
    return SpecError(
        what=f"{path} cannot be written",
        cause=refusal.strerror or type(refusal).__name__,
        remedy="remove it, or take another folder by --out",
    )


@contextmanager
def _started(program: Program, arguments: Sequence[str], log: int) -> "Iterator[subprocess.Popen[bytes]]":
    try:
        child = subprocess.Popen(  # noqa: S603  (no shell; the program was looked up)
            [program.path, *arguments],
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,  # plans and states are for nobody else
        )
    except OSError as refusal:
        raise _not_started(program, refusal) from refusal
    with child:
        yield child


class _Stop:
    """The first signal that would end this process goes to the tool, none of the others does."""

    def __init__(self, warn: Callable[[], None]) -> None:
        self._warn = warn
        self._child: subprocess.Popen[bytes] | None = None
        self.is_wanted = False

    def hear(self, _number: int, _frame: FrameType | None) -> None:
        """Take a signal."""
        if not self.is_wanted and self._child is not None:
            self._child.send_signal(signal.SIGINT)
        self.is_wanted = True
        self._warn()

    def concerns(self, child: "subprocess.Popen[bytes]") -> None:
        """Pass on to this child what is heard, and what was heard before it was there."""
        self._child = child
        if self.is_wanted:
            child.send_signal(signal.SIGINT)


@contextmanager
def _heard(warn: Callable[[], None]) -> Iterator[_Stop]:
    stop = _Stop(warn)
    before = {number: signal.signal(number, stop.hear) for number in _STOPPING}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(child: "subprocess.Popen[bytes]", log: int, begin: int, each: EachLine) -> None:
    position, rest = begin, b""
    has_ended = False
    while True:
        piece = os.pread(log, _PIECE, position)
        position += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            each(line)
        rest = rest[:_LINE_BYTES]
        if piece:
            continue
        if has_ended:
            break
        has_ended = _has_ended(child)
    if rest:
        each(rest)


def _has_ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(timeout=_LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _not_started(program: Program, refusal: OSError) -> SpecError:
    return SpecError(
        what=f"{program.path} cannot be run",
        cause=refusal.strerror or type(refusal).__name__,
        remedy="name another program by --terraform",
    )


def _interrupted(program: Program, command: str) -> Interrupted:
    return Interrupted(
        what=f"{program.name} {command} was stopped",
        cause="this process was told to end, and told the tool",
        remedy=f"run the same again: it goes on from what was done; what the tool said is in {program.log}",
    )
