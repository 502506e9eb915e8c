"""Where in a file each part of a document stands: paths such as `spec.data[0].remoteRef.key` to lines. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from keyferry.kube import yaml_documents

_STEP: Final = re.compile(r"[^.\[\]]+|\[\d+\]")


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
    yaml_documents.check_depth(text)
    loader = yaml_documents.Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if isinstance(node, yaml.MappingNode):
                yield Located(yaml_documents.content(loader, node), node)
    finally:
        loader.dispose()


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
