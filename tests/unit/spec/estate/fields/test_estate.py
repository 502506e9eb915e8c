"""keyferry.spec.estate.fields.estate"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from keyferry.kube import yaml_documents
from keyferry.spec.estate.fields import estate as fields
from keyferry.spec.schema import Items, Node, Table, Text

EXAMPLES = Path(__file__).parents[5] / "examples"


def paths(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every field with its path, entries of lists without their number."""
    if isinstance(node, Table):
        for name, inner in node.fields.items():
            yield f"{path}.{name}", inner
            yield from paths(inner, f"{path}.{name}")
    elif isinstance(node, Items):
        yield from paths(node.of, path)


def written(value: Any, path: str = "") -> Iterator[str]:
    """Every path that a document has."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from written(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from written(inner, path)


def test_the_examples_show_every_field() -> None:
    shown = set()
    for file in EXAMPLES.glob("estate*.yaml"):
        (document,) = yaml_documents.documents(file.read_text())
        shown |= set(written(document))
    for file in (EXAMPLES / "sites").glob("*.yaml"):
        for document in yaml_documents.documents(file.read_text()):
            shown |= set(written(document, ".spec.sites"))
    own = {path.replace(".defaults.secrets.", ".sites.secrets.") for path, _ in paths(fields.WHOLE)}  # the same fields
    assert sorted(own - shown) == []


@pytest.mark.parametrize(
    ("path", "node"), list(paths(fields.WHOLE)), ids=lambda part: part if part == str(part) else ""
)
def test_every_field_says_what_it_is(path: str, node: Node) -> None:
    assert node.doc.endswith("."), path


def test_no_wrong_word_of_a_list_is_repeated() -> None:
    assert [path for path, node in paths(fields.WHOLE) if isinstance(node, Text) and node.enum and not node.quiet] == []
