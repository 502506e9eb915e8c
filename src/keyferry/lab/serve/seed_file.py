"""The seed file of a lab: YAML that says what exists in Azure when it starts for the first time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from keyferry.lab.azure.seed import Seed, SeedError, parse


def read_seed(path: Path) -> Seed:
    """Read and check a seed file. SeedError says what is wrong where, also when it cannot be read at all."""
    return parse(document(path))


def document(path: Path) -> Any:
    """Return what a seed file holds, unchecked. SeedError when it is no YAML, or cannot be read at all."""
    try:
        return _document(path.read_bytes())
    except OSError as refusal:
        raise SeedError("", f"{path} cannot be read: {refusal.strerror}", "name a seed file with --seed") from refusal
    except yaml.YAMLError as refusal:
        mark = getattr(refusal, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark is not None else ""
        raise SeedError("", f"{path} is not YAML{line}", "mend its syntax") from None


def _document(raw: bytes) -> object:
    loader = yaml.CSafeLoader(raw)
    try:
        root = loader.get_single_node()
        if root is None:
            return None
        for key in _repeated(root):
            problem = f"the key {key.value[:80]!r} is there twice, at line {key.start_mark.line + 1}"
            raise SeedError("", problem, "leave one of them")
        try:
            return loader.construct_document(root)
        except ValueError:  # of a date such as 2030-02-31
            raise SeedError(
                "", "there is a number or a date that is none", "write it in quotes if it is text"
            ) from None
    finally:
        loader.dispose()


def _repeated(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Yield each key that its mapping has already: YAML forbids it, and the reader would take the last one silently."""
    waiting, known = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        inside = node.value if isinstance(node, yaml.CollectionNode) else []
        if isinstance(node, yaml.MappingNode):
            seen: set[tuple[str, str]] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and (key.tag, key.value) in seen:
                    yield key
                seen.add((key.tag, str(key.value)))
            inside = [value for _, value in node.value]
        for each in inside:
            if id(each) not in known:  # an alias is the node itself
                known.add(id(each))
                waiting.append(each)
