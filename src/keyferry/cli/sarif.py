"""Findings as SARIF 2.1.0, which code-scanning services show at the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import json
from typing import Any, Final
from urllib.parse import quote

from keyferry import __version__
from keyferry.advice.judge import RULES
from keyferry.advice.rule import Rule
from keyferry.cli.advised import Advised, Outcome, Passed
from keyferry.cli.manifest_files import Unread
from keyferry.cli.manifest_folders import STDIN

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_STDIN_URI: Final = "stdin"
_INDICES: Final = {name: index for index, name in enumerate(RULES)}
_KINDS: Final = {Passed.ANNOTATION: "inSource", Passed.FLAG: "external"}


def text(outcome: Outcome, root: str) -> str:
    """Return the log. Files below the folder `root` are named relative to it, as services want them."""
    return json.dumps(
        {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": _driver()},
                    "columnKind": "unicodeCodePoints",
                    "invocations": [_invocation(outcome, root)],
                    "results": [_result(each, root) for each in outcome.advised],
                }
            ],
        },
        indent=2,
    )


def _driver() -> dict[str, Any]:
    rules = [_rule(rule) for rule in RULES.values()]
    return {"name": "keyferry", "version": __version__, "semanticVersion": __version__, "rules": rules}


def _rule(rule: Rule) -> dict[str, Any]:
    help_text = f"{rule.why}\n\nTo mend it: {rule.remedy}."
    example = f"\n\n```yaml\n{rule.example}```" if rule.example else ""
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": help_text, "markdown": f"{help_text}{example}"},
        "defaultConfiguration": {"level": str(rule.severity)},
        **({"helpUri": rule.source} if rule.source else {}),
    }


def _invocation(outcome: Outcome, root: str) -> dict[str, Any]:
    """What could not be read is told as a notification: it is no finding of a rule."""
    told = [_notification(unread, root) for unread in outcome.unread]
    return {"executionSuccessful": not told, "toolExecutionNotifications": told}


def _notification(unread: Unread, root: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(unread.file, root)}}
    if unread.line:
        place["region"] = {"startLine": unread.line}
    return {
        "level": "error",
        "message": {"text": f"{unread.message}. To mend it: {unread.remedy}"},
        "locations": [{"physicalLocation": place}],
    }


def _result(each: Advised, root: str) -> dict[str, Any]:
    rule = each.finding.rule
    return {
        "ruleId": rule.name,
        "ruleIndex": _INDICES[rule.name],
        "level": str(each.level),
        "message": {"text": f"{each.object}: {each.finding}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(each.file, root)},
                    "region": {"startLine": each.place.line, "startColumn": each.place.column},
                },
                "logicalLocations": [{"fullyQualifiedName": f"{each.object} {each.finding.path}", "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"keyferryFinding/v1": _fingerprint(each)},
        "properties": {"source": each.source} if each.source else {},
        "suppressions": [] if each.counts else [{"kind": _KINDS[each.passed]}],
    }


def _fingerprint(each: Advised) -> str:
    """Stay the same while lines move: rule, object and path."""
    told = json.dumps([each.finding.rule.name, each.file, each.object, each.finding.path])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _uri(file: str, root: str) -> str:
    if file == STDIN:
        return _STDIN_URI
    below = file.removeprefix(f"{root.rstrip('/')}/").removeprefix("./")
    path = quote(below, safe="/", errors="surrogateescape")
    return f"file://{path}" if path.startswith("/") else path
