"""What `keyferry check` prints: lines for people, JSON for programs. SARIF is cli.sarif's."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from keyferry.advice.rule import Severity
from keyferry.cli.advised import Advised, Outcome
from keyferry.cli.manifest_files import Unread


def lines(outcome: Outcome, painted: Callable[[Severity], str] = str) -> Iterator[str]:
    """Yield a line for each finding that counts, as compilers write them; `painted` gives the level its colour."""
    for each in outcome.advised:
        if each.counts:
            place = printable(f"{each.file}:{each.place.line}:{each.place.column}")
            source = f" ({each.source})" if each.source else ""
            rest = printable(f"{each.object}{source}: {each.finding} [{each.finding.rule.name}]")
            yield f"{place}: {painted(each.level)}: {rest}"


def unread_line(unread: Unread) -> str:
    """Return the line of a file that could not be read."""
    place = f"{unread.file}:{unread.line}" if unread.line else unread.file
    return printable(f"{place}: error: {unread.message}. To mend it: {unread.remedy}")


def summary(outcome: Outcome) -> str:
    """Return the last line."""
    passed = sum(not each.counts for each in outcome.advised)
    told = f"{_number(outcome.checked, 'object')} checked: {_number(outcome.errors, 'error')}"
    told = f"{told}, {_number(outcome.warnings, 'warning')}"
    told = f"{told}, {len(outcome.unread):,} not read" if outcome.unread else told
    return f"{told}, {passed:,} passed over" if passed else told


def as_json(outcome: Outcome) -> str:
    """Return everything, also what was passed over, as one JSON object."""
    return json.dumps(
        {
            "checked": outcome.checked,
            "findings": [_finding(each) for each in outcome.advised],
            "unread": [
                {"file": each.file, "line": each.line, "message": each.message, "remedy": each.remedy}
                for each in outcome.unread
            ],
        },
        indent=2,
    )


def _finding(each: Advised) -> dict[str, Any]:
    return {
        "rule": each.finding.rule.name,
        "level": str(each.level),
        "file": each.file,
        "line": each.place.line,
        "column": each.place.column,
        "source": each.source,
        "kind": each.kind,
        "namespace": each.namespace,
        "name": each.name,
        "path": each.finding.path,
        "message": each.finding.message,
        "remedy": each.finding.remedy,
        "suppressed": str(each.passed),
    }


def printable(line: str) -> str:
    """Let nothing that stands in a manifest, or in a file's name, steer the terminal."""
    return line if line.isprintable() else "".join(each if each.isprintable() else "�" for each in line)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
