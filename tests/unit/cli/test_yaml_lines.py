"""A path leads to its line, or to the nearest there is."""

import pytest
import yaml

from keyferry.cli.yaml_lines import documents

TEXT = """\
# a comment
kind: A
spec:
  data:
    - key: a
    - key: b
      "odd": 1
---
just text
---
kind: B
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("kind", 2),
        ("spec.data", 4),
        ("spec.data[1]", 6),
        ("spec.data[1].odd", 7),
        ("spec.data[1].gone", 6),
        ("spec.data[9]", 4),
        ("spec.data.key", 4),
        ("nothing", 2),
    ],
)
def test_lines(path: str, line: int) -> None:
    first, second = documents(TEXT)
    assert first.line_of(path) == line
    assert (second.content, second.line_of("kind")) == ({"kind": "B"}, 11)


def test_what_is_too_much_or_wrong_is_no_document() -> None:
    with pytest.raises(yaml.YAMLError):
        list(documents("a: {b: 1, b: 2}"))
