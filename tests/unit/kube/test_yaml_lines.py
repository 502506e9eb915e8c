"""A path leads to its place, or to the nearest there is."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.yaml_lines import Mistake, Place, documents, mistake, nodes, place_of

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


NAMES = st.text("abcz", min_size=1, max_size=3).map("key-".__add__) | st.sampled_from(["a.b/key", "0", "key"])
CONTENT = st.dictionaries(
    NAMES,
    st.recursive(
        st.text("xyz\n", max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=12,
    ),
    min_size=1,
)


def keys(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every path of a document with the key that it ends in."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}[{key}]", key
            yield from keys(inner, f"{path}[{key}]")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from keys(inner, f"{path}[{index}]")


@given(CONTENT)
def test_every_key_is_found(content: dict[str, Any]) -> None:
    text = yaml.safe_dump(content)
    lines = text.splitlines()
    for path, key in keys(content):
        place = place_of(next(nodes(text)), path)
        assert lines[place.line - 1][place.column - 1 :].lstrip("'").startswith(key)


def test_nodes_go_with_documents() -> None:
    assert len(list(nodes(TEXT))) == len(list(documents(TEXT))) == 2


def test_what_is_too_much_or_wrong_is_no_document() -> None:
    with pytest.raises(yaml.YAMLError):
        list(documents("a: {b: 1, b: 2}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1\na: 2", Mistake(2, "a key stands there twice"), id="with-a-line"),
        pytest.param("a: *hunter2", Mistake(1, "found undefined alias"), id="without-what-stands-there"),
        pytest.param("a: \x00", Mistake(0, "ReaderError"), id="without-a-line"),
    ],
)
def test_a_mistake_repeats_nothing_of_the_text(text: str, expected: Mistake) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        list(documents(text))
    assert mistake(caught.value) == expected
