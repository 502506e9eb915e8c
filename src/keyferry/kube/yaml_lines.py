"""Where in a file each part of a document stands: paths such as `spec.data[0].remoteRef.key` to places. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import yaml

from keyferry.kube import yaml_documents
from keyferry.model.errors import foreign

_STEP: Final = re.compile(r"[^.\[\]]+|\[[^\]]*\]")
# What the parser quotes of a document may be a password that somebody left without quotes, as in `password: !x`.
_NAMED: Final = re.compile(r"\b(tag|alias|anchor|handle) '.*'")


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


class Mistake(NamedTuple):
    """Why a text is no YAML, without a word of it, and in which line; 0 where the reader names none."""

    line: int
    why: str


class Located:
    """One document of a file: its content, and the place of each of its parts."""

    def __init__(self, content: Mapping[str, Any], node: yaml.Node) -> None:
        self.content = content
        self._node = node

    def line_of(self, path: str) -> int:
        """Return the line of what `path` names, or of what would hold it; the first line is 1."""
        return place_of(self._node, path).line


def documents(text: str) -> Iterator[Located]:
    """Yield the documents of a file that are mappings. yaml.YAMLError where it is no YAML, or too much of it."""
    loader = yaml_documents.opened(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if isinstance(node, yaml.MappingNode):
                yield Located(yaml_documents.content(loader, node), node)
    finally:
        loader.dispose()


def nodes(text: str) -> Iterator[yaml.Node]:
    """Yield the node of each document that `documents` yields, of a text that it took."""
    loader = yaml_documents.opened(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if isinstance(node, yaml.MappingNode):
                yield node
    finally:
        loader.dispose()


def place_of(node: yaml.Node, path: str) -> Place:
    """Return the place of what `path` names in a document, or of what would hold it.

    A text that is YAML again, as the objects of a SecretProviderClass are, is looked into.
    """
    return _followed(node, steps_of(path), _start(node))


def mistake(refusal: Exception) -> Mistake:
    """Return what a reader of YAML has against a text, from the yaml.YAMLError or RecursionError that it raised."""
    mark = getattr(refusal, "problem_mark", None)
    why = _NAMED.sub(r"\1", foreign(getattr(refusal, "problem", None) or type(refusal).__name__))
    return Mistake(line=mark.line + 1 if mark is not None else 0, why=why)


def steps_of(path: str) -> list[str]:
    """Return the fields and indices that a path leads through, also a field in brackets, which may hold dots."""
    return [step[1:-1] if step.startswith("[") else step for step in _STEP.findall(path)]


def _followed(node: yaml.Node, steps: Sequence[str], place: Place) -> Place:
    for number, step in enumerate(steps):
        if isinstance(node, yaml.ScalarNode):
            return _inside(node, steps[number:]) or place
        found = _found(node, step)
        if found is None:
            break
        node, place = found
    return place


def _inside(text: yaml.ScalarNode, steps: Sequence[str]) -> Place | None:
    """Only a block that keeps its lines, as `|` begins one, has its own lines in the file."""
    if text.style != "|":
        return None
    try:
        inner = next(nodes(text.value), None)
    except yaml.YAMLError:
        return None
    if inner is None:
        return None
    place = _followed(inner, steps, _start(inner))
    return Place(place.line + text.start_mark.line + 1, 1)


def _found(node: yaml.Node, name: str) -> tuple[yaml.Node, Place] | None:
    if isinstance(node, yaml.SequenceNode):
        item = node.value[int(name)] if name.isdecimal() and int(name) < len(node.value) else None
        return None if item is None else (item, _start(item))
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == name:
            return value, _start(key)
    return None


def _start(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
