"""The reference of the chart's values is what values.yaml says of each of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
VALUES = ROOT / "deploy" / "helm" / "keyferry" / "values.yaml"
NAME = Path("docs", "reference", "chart.md")
HEAD = """\
# The chart's values

<!-- Generated from deploy/helm/keyferry/values.yaml by `make generate`. -->

Every value of [deploy/helm/keyferry](../../deploy/helm/keyferry/values.yaml), how it is by default, and what it means.
A schema comes along, so a misspelt value is refused before anything happens. How to install:
[with Helm](../how-to/install-with-helm.md); what stays: [upgrade and uninstall](../how-to/upgrade-and-uninstall.md).
"""
TABLE = "\n## {title}\n\n| Value | Default | Meaning |\n|---|---|---|\n{rows}\n"
OPENING = "names"  # of what stands at the top of the file, without a group


def generate(into: Path) -> None:
    """Write the reference into `into`. ValueError for a value that nothing is said of."""
    path = into / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    groups: dict[str, list[str]] = {}
    for key, default, meaning in described(VALUES.read_text()):
        group, dot, _ = key.partition(".")
        groups.setdefault(group if dot else OPENING, []).append(f"| `{key}` | `{_shown(default)}` | {meaning} |")
    tables = [TABLE.format(title=title, rows="\n".join(rows)) for title, rows in groups.items()]
    path.write_text("".join([HEAD, *tables]))


def described(text: str) -> Iterator[tuple[str, Any, str]]:
    """Yield each value by its path, with its default and the comment above it. A mapping without comment is a group."""
    lines = text.splitlines()
    yield from _of(yaml.compose(text, Loader=yaml.SafeLoader), (), lines)


def _of(node: Any, path: tuple[str, ...], lines: list[str]) -> Iterator[tuple[str, Any, str]]:
    for key, value in node.value:
        place, comment = (*path, key.value), _comment(lines, key.start_mark.line)
        if comment:
            yield ".".join(place), yaml.safe_load(yaml.serialize(value)), comment
        elif isinstance(value, yaml.MappingNode) and value.value:
            yield from _of(value, place, lines)
        else:
            message = f"values.yaml says nothing of {'.'.join(place)}"
            raise ValueError(message)


def _comment(lines: list[str], number: int) -> str:
    """Return the comment that ends on the line above."""
    found: list[str] = []
    while number > 0 and lines[number - 1].lstrip().startswith("#"):
        number -= 1
        found.insert(0, lines[number].lstrip("# "))
    return " ".join(found)


def _shown(default: Any) -> str:
    return json.dumps(default, ensure_ascii=False).replace("|", "\\|")
