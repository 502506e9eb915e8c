"""Log lines as JSON or for a terminal: constant events, key-values, and nothing that looks like a credential.

`configure` is called once by each process. Lines of other libraries pass through the same pipeline, from WARNING up.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from typing import Any, Final, TextIO

from keyferry.runtime.optional import without

with without("rich"):  # for tracebacks in colour, which are never written; it holds 3 MiB
    import structlog
    from structlog.typing import Processor

HIDDEN: Final = "•••"
TEXT_LIMIT: Final = 2_000

# A JSON Web Token, or what stands after `Bearer` and `Basic`: whatever carries it, it is not for a log.
_CREDENTIAL = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?i:\b(?:bearer|basic)\s+)[\w.~+/=-]{16,}")
_SENSITIVE_KEY = re.compile(r"(?i)password|passwd|secret_value|token$|assertion|authorization|client_secret")


class LogFormat(StrEnum):
    """How a line is written: one JSON object for machines, or columns for people."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """The least severe lines to write."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def configure(*, level: LogLevel, form: LogFormat, stream: TextIO | None = None) -> None:
    """Send every line at or above `level` to `stream`, by default standard error."""
    target = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *_ending(form, target)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(target),
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_ending(form, target)],
        ),
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), handlers=[handler], force=True)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what looks like a credential and cut long texts; a structlog processor."""
    for key, value in event.items():
        if _SENSITIVE_KEY.search(key):
            event[key] = HIDDEN
        elif not isinstance(value, int | float | bool | None):
            event[key] = _clean(str(value))
    return event


def _clean(text: str) -> str:
    shown = _CREDENTIAL.sub(HIDDEN, text)
    return shown if len(shown) <= TEXT_LIMIT else shown[: TEXT_LIMIT - 1] + "…"


def _ending(form: LogFormat, stream: TextIO) -> list[Processor]:
    """Tracebacks become text before the redaction, so that an exception's words pass through it too."""
    if form is LogFormat.JSON:
        return [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
    plain = structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    return [structlog.processors.format_exc_info, redact, plain]
