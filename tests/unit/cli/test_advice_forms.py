"""Lines and JSON of what was found."""

import json

from keyferry.cli import advice_forms
from keyferry.cli.advised import Outcome, Wish
from keyferry.cli.manifest_files import Unread
from tests.unit.cli.test_advised import IGNORING, UNREAD, made

OUTCOME = Outcome(checked=1200, advised=(made(Wish()), made(Wish(), IGNORING)), unread=(UNREAD,))


def test_lines_of_what_counts() -> None:
    assert list(advice_forms.lines(OUTCOME)) == ["f:1:1: warning: Pod b: spec: is off. To mend it: r [sub-path]"]


def test_nothing_steers_the_terminal() -> None:
    hostile = {"kind": "Pod\x1b[2J", "metadata": {"name": "a\nb"}}
    (line,) = advice_forms.lines(Outcome(checked=1, advised=(made(Wish(), hostile),), unread=()))
    assert line == "f:1:1: warning: Pod�[2J a�b (chart/a.yaml): spec: is off. To mend it: r [sub-path]"
    assert advice_forms.unread_line(Unread(file="\udcff", message="m", remedy="r")) == "�: error: m. To mend it: r"


def test_levels_are_painted() -> None:
    (line,) = advice_forms.lines(OUTCOME, lambda level: f"<{level}>")
    assert line.startswith("f:1:1: <warning>: Pod b: ")


def test_the_last_line() -> None:
    assert advice_forms.summary(OUTCOME) == "1,200 objects checked: 0 errors, 1 warning, 1 not read, 1 passed over"
    assert advice_forms.summary(Outcome(checked=1, advised=(), unread=())) == "1 object checked: 0 errors, 0 warnings"


def test_json_has_everything() -> None:
    told = json.loads(advice_forms.as_json(OUTCOME))
    assert [each["suppressed"] for each in told["findings"]] == ["", "annotation"]
    assert told["unread"] == [{"file": "f", "line": 0, "message": "m", "remedy": "r"}]
    assert told["checked"] == 1200


def test_what_could_not_be_read() -> None:
    assert advice_forms.unread_line(UNREAD) == "f: error: m. To mend it: r"
