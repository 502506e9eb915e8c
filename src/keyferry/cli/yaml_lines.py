"""Where in a file each part of a document stands: paths such as `spec.data[0].remoteRef.key` to lines. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

_STEP: Final = re.compile(r"[^.\[\]]+|\[\d+\]")
MAX_NODES: Final = 200_000
MAX_DEPTH: Final = 100


class Located:
    """One document of a file: its content, and the line of each of its parts."""

    def __init__(self, content: Mapping[str, Any], node: yaml.Node) -> None:
        self.content = content
        self._node = node

    def line_of(self, path: str) -> int:
        """Return the line of what `path` names, or of what would hold it; the first line is 1."""
        node, line = self._node, self._node.start_mark.line + 1
        for step in _STEP.findall(path):
            found = _item(node, int(step[1:-1])) if step.startswith("[") else _field(node, step)
            if found is None:
                break
            node, line = found
        return int(line)


def documents(text: str) -> Iterator[Located]:
    """Yield the documents of a file that are mappings. yaml.YAMLError where it is no YAML, or too much of it."""
    _check_depth(text)
    loader = yaml.CSafeLoader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if not isinstance(node, yaml.MappingNode):
                continue
            if sum(1 for _ in _nodes(node)) > MAX_NODES:
                raise yaml.YAMLError(f"a document has more than {MAX_NODES} values, aliases counted")
            content = loader.construct_document(node)
            yield Located(content, node)
    finally:
        loader.dispose()


def _check_depth(text: str) -> None:
    """Events do not nest on the stack of the machine; the library's nodes do, and end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise yaml.YAMLError(f"it is nested more than {MAX_DEPTH} deep")


def _nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    """Yield a node and all below it, an alias as often as it stands there: what a bomb would become."""
    waiting, found = [node], 0
    while waiting and found <= MAX_NODES:
        one = waiting.pop()
        found += 1
        yield one
        if isinstance(one, yaml.MappingNode):
            waiting += [part for pair in one.value for part in pair]
        elif isinstance(one, yaml.SequenceNode):
            waiting += one.value


def _field(node: yaml.Node, name: str) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                return value, key.start_mark.line + 1
    return None


def _item(node: yaml.Node, index: int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.SequenceNode) and index < len(node.value):
        return node.value[index], node.value[index].start_mark.line + 1
    return None
