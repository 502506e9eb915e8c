"""How a finding reads."""

from keyferry.advice.rule import Finding, Rule, Severity

RULE = Rule(name="a-rule", title="A rule", severity=Severity.WARNING, why="it hurts", remedy="mend it")


def test_a_finding_says_where_what_and_what_to_do() -> None:
    found = Finding(rule=RULE, path="spec.a", message="it is off", remedy="write b")
    assert str(found) == "spec.a: it is off. To mend it: write b"
    assert str(Finding(rule=RULE, path="spec.a", message="it is off", remedy="")) == "spec.a: it is off"
