"""The `keyferry` command run in this process: what it printed, and how it ended."""

import contextlib
import io
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import structlog

from keyferry.cli import main


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
