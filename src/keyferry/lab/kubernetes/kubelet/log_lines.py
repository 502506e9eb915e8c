"""A container's log: each line with the instant at which it was printed, and the part of it that somebody asks for."""

from datetime import UTC, datetime

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.kubelets import LogQuery


def stamped(text: bytes, now: datetime) -> bytes:
    """Return whole lines as the log keeps them."""
    prefix = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ ").encode()
    return b"".join(prefix + line + b"\n" for line in text.split(b"\n")[:-1])


def chosen(log: bytes, query: LogQuery) -> bytes:
    """Return what a query chooses of a log."""
    lines = [line for line in log.splitlines(keepends=True) if _is_recent(line, query.since)]
    if query.tail_lines is not None:
        lines = lines[max(0, len(lines) - query.tail_lines) :]
    return shown(lines, query)[: query.limit_bytes]


def shown(lines: list[bytes], query: LogQuery) -> bytes:
    """Return lines of a log as the query wants to see them: with or without their instants."""
    return b"".join(lines if query.timestamps else [line.partition(b" ")[2] for line in lines])


def _is_recent(line: bytes, since: datetime | None) -> bool:
    if since is None:
        return True
    printed = objects.instant(line.partition(b" ")[0].decode("ascii", "replace"))
    return printed is None or printed >= since
