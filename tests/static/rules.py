"""The reference of the rules is what the rules say of themselves."""

from pathlib import Path

from keyferry.advice.judge import KINDS, RULES
from keyferry.advice.rule import Rule

NAME = Path("docs", "reference", "rules.md")
HEAD = """\
# Rules

<!-- Generated from src/keyferry/advice/ by `make generate`. -->

What is off in a document though an API server would take it. `keyferry webhook` says it when the document is applied,
[`keyferry check`](cli.md#keyferry-check) offline; `keyferry check --explain RULE` tells what stands here. An `error`
does not work; a `warning` works and will hurt. An object passes over rules by an annotation, as
`keyferry.io/ignore: rule-a,rule-b`; whoever runs the check or the webhook enforces rules by `--enforce`.

Looked at are {kinds}.

| Rule | Level | What it finds |
|---|---|---|
{rows}
"""


def generate(into: Path) -> None:
    """Write the reference into `into`."""
    path = into / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "\n".join(f"| [`{rule.name}`](#{rule.name}) | {rule.severity} | {rule.title} |" for rule in RULES.values())
    head = HEAD.format(kinds=", ".join(sorted(KINDS)), rows=rows)
    path.write_text("\n".join([head, *(_section(rule) for rule in RULES.values())]))


def _section(rule: Rule) -> str:
    parts = [f"## {rule.name}", f"{rule.title} ({rule.severity}).", rule.why, f"To mend it: {rule.remedy}."]
    if rule.example:
        parts.append(f"This is right:\n\n```yaml\n{rule.example}```")
    if rule.source:
        parts.append(f"Source: <{rule.source}>")
    return "\n\n".join(parts) + "\n"
