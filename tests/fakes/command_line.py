"""The `keyferry` command run in this process: what it printed, and how it ended."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

import pytest
import structlog

from keyferry.cli import main, working


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    errors: str

    @property
    def lines(self) -> list[str]:
        """Its lines on standard error."""
        return self.errors.splitlines()


def run(*arguments: str) -> Ended:
    """Run `keyferry ARGUMENTS…` as the installed script does."""
    output, errors = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as environment:
        environment.setattr(sys, "argv", ["keyferry", *arguments])
        environment.setattr(os, "execv", _in_this_process)
        environment.setenv("COLUMNS", "200")
        environment.setenv("TERM", "dumb")
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors), _own_logging():
            try:
                main.main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            else:
                code = 0
    return Ended(code=code, output=output.getvalue(), errors=errors.getvalue())


def _in_this_process(_program: str, arguments: Sequence[str]) -> NoReturn:
    """What execve(2) would do, but for a new process: the working half runs, and ends the command."""
    assert list(arguments[:4]) == [sys.executable, "-P", "-m", "keyferry.cli.working"]
    sys.argv[1:] = arguments[4:]
    working.main()
    raise SystemExit(0)


@contextlib.contextmanager
def _own_logging() -> Iterator[None]:
    """Put back the logging of the test run: a command sets up the process's."""
    root = logging.getLogger()
    handlers, level, settings = root.handlers[:], root.level, structlog.get_config()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**settings)
