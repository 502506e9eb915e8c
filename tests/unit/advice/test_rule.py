"""How a finding reads."""

from keyferry.advice.rule import Finding, Rule, Severity

RULE = Rule(name="a-rule", title="A rule", severity=Severity.WARNING, why="it hurts", remedy="mend it")


def test_a_finding_says_where_what_and_what_to_do() -> None:
    found = Finding(rule=RULE, path="spec.a", message="it is off", remedy="write b")
    assert str(found) == "spec.a: it is off. To mend it: write b"
    assert str(Finding(rule=RULE, path="spec.a", message="it is off", remedy="")) == "spec.a: it is off"


def test_a_finding_has_the_rules_own_remedy_unless_a_better_one_is_known() -> None:
    assert RULE.found("spec.a", "it is off") == Finding(rule=RULE, path="spec.a", message="it is off", remedy="mend it")
    assert RULE.found("spec.a", "it is off", "write b").remedy == "write b"
