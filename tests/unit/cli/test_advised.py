"""What counts, and for how much."""

from typing import Any

import pytest

from keyferry.advice.rule import Rule, Severity
from keyferry.cli import advised
from keyferry.cli.advised import Outcome, Passed, Wish
from keyferry.cli.manifest_files import Manifest, Unread
from keyferry.kube.yaml_lines import Place

RULE = Rule(name="sub-path", title="t", severity=Severity.WARNING, why="w.", remedy="r")
IGNORING: dict[str, Any] = {
    "kind": "Pod",
    "metadata": {"generateName": "a-", "namespace": "apps", "annotations": {"keyferry.io/ignore": "sub-path"}},
}
UNREAD = Unread(file="f", message="m", remedy="r")


def made(wish: Wish, document: dict[str, Any] | None = None, line: int = 1) -> advised.Advised:
    finding = RULE.found("spec", "is off")
    content = document or {"kind": "Pod", "metadata": {"name": "b"}}
    manifest = Manifest(document=0, prefix="", content=content, source="chart/a.yaml" if document else "")
    return advised.advised(finding, manifest, wish, "f", Place(line, 1))


@pytest.mark.parametrize(
    ("wish", "document", "level", "passed"),
    [
        pytest.param(Wish(), None, Severity.WARNING, Passed.NOBODY, id="as-it-is"),
        pytest.param(Wish(), IGNORING, Severity.WARNING, Passed.ANNOTATION, id="annotation"),
        pytest.param(Wish(ignored=frozenset({"sub-path"})), None, Severity.WARNING, Passed.FLAG, id="flag"),
        pytest.param(Wish(enforced=frozenset({"sub-path"})), IGNORING, Severity.ERROR, Passed.NOBODY, id="enforced"),
    ],
)
def test_wishes(wish: Wish, document: dict[str, Any] | None, level: Severity, passed: Passed) -> None:
    found = made(wish, document)
    assert (found.level, found.passed, found.counts) == (level, passed, passed == Passed.NOBODY)


def test_objects_are_named() -> None:
    assert made(Wish()).object == "Pod b"
    assert made(Wish(), IGNORING).object == "Pod apps/a-"


@pytest.mark.parametrize(
    ("outcome", "strict", "code"),
    [
        pytest.param(Outcome(checked=1, advised=(), unread=()), True, 0, id="nothing"),
        pytest.param(Outcome(checked=1, advised=(made(Wish()),), unread=()), False, 0, id="a-warning"),
        pytest.param(Outcome(checked=1, advised=(made(Wish()),), unread=()), True, 1, id="strict"),
        pytest.param(Outcome(checked=1, advised=(made(Wish(), IGNORING),), unread=()), True, 0, id="passed-over"),
        pytest.param(
            Outcome(checked=1, advised=(made(Wish(enforced=frozenset({"sub-path"}))),), unread=()), False, 1, id="error"
        ),
        pytest.param(Outcome(checked=0, advised=(), unread=(UNREAD,)), False, 2, id="unread"),
    ],
)
def test_exit_codes(outcome: Outcome, strict: bool, code: int) -> None:
    assert outcome.exit_code(strict=strict) == code


def test_findings_are_told_as_they_stand() -> None:
    assert [each.place.line for each in advised.in_order([made(Wish(), line=2), made(Wish())])] == [1, 2]
