"""A path leads to its place, or to the nearest there is."""

import pytest
import yaml

from keyferry.cli.yaml_lines import Place, documents, nodes, place_of

TEXT = """\
# a comment
kind: A
spec:
  data:
    - key: a
    - key: b
      "odd": 1
  labels:
    azure.workload.identity/use: true
  objects: |
    array:
      - |
        objectName: a
      - |
        objectName: b
        mode: 1
  folded: >
    a: 1
  broken: |
    a: [
  text: |
    just text
---
just text
---
kind: B
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("kind", (2, 1)),
        ("spec.data", (4, 3)),
        ("spec.data[1]", (6, 7)),
        ("spec.data[1].odd", (7, 7)),
        ("spec.data[1].gone", (6, 7)),
        ("spec.data[9]", (4, 3)),
        ("spec.data[x]", (4, 3)),
        ("spec.data.key", (4, 3)),
        ("spec.labels[azure.workload.identity/use]", (9, 5)),
        ("spec.objects", (10, 3)),
        ("spec.objects.array", (11, 1)),
        ("spec.objects.array[1].mode", (16, 1)),
        ("spec.objects.array[1].gone", (15, 1)),
        ("spec.folded.a", (17, 3)),
        ("spec.broken.a", (19, 3)),
        ("spec.text.a", (21, 3)),
        ("nothing", (2, 1)),
        ("", (2, 1)),
    ],
)
def test_places(path: str, place: tuple[int, int]) -> None:
    first, second = documents(TEXT)
    assert first.line_of(path) == place[0]
    assert (second.content, second.line_of("kind")) == ({"kind": "B"}, 26)
    assert place_of(next(nodes(TEXT)), path) == Place(*place)


def test_nodes_go_with_documents() -> None:
    assert len(list(nodes(TEXT))) == len(list(documents(TEXT))) == 2


def test_what_is_too_much_or_wrong_is_no_document() -> None:
    with pytest.raises(yaml.YAMLError):
        list(documents("a: {b: 1, b: 2}"))
