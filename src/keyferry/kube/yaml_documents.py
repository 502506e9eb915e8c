"""YAML as the documents that a cluster would read in it, bounded in depth and size. Pure.

Called by manifests and config, and by the command line's checks. The C library of PyYAML nests on the machine's stack
and ends the process at some ten thousand levels, so every text is first walked through as events, which do not nest.
"""

from collections.abc import Hashable, Iterator
from typing import Any, Final, TypeAlias

import yaml
from yaml.constructor import SafeConstructor

MAX_REPEATED: Final = 50_000  # values of one document that aliases bring
MAX_DEPTH: Final = 100
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"
_EQUALS: Final = "tag:yaml.org,2002:value"


class _Constructor(SafeConstructor):
    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return the value of a node; the library leaves it to Python what a wrong tag brings."""
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError):
            raise _mistake("the value is not of the type that it claims to be", node) from None


class Loader(_Constructor, yaml.CSafeLoader):
    """Reads what the Go libraries of Kubernetes read: dates are texts, and no key comes twice.

    What is wrong with a value is a yaml.MarkedYAMLError with its place.
    """


class _SlowLoader(_Constructor, yaml.SafeLoader):
    """Takes an anchor that is set anew in a document, as YAML 1.2 §6.9.2 has it; the C library refuses it."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node, whose anchor takes the place of an earlier one."""
        if not self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # (the stubs leave it open)
            self.anchors.pop(event.anchor, None)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


AnyLoader: TypeAlias = Loader | _SlowLoader
_ANCHORED: Final = (yaml.ScalarEvent, yaml.CollectionStartEvent)


def documents(text: str | bytes) -> list[Any]:
    """Return the content of every document. yaml.YAMLError where it is no YAML, or too much of it."""
    loader = opened(text)
    try:
        found = []
        while (node := loader.get_node() if loader.check_node() else None) is not None:
            found.append(content(loader, node))
        return found
    finally:
        loader.dispose()


def opened(text: str | bytes) -> AnyLoader:
    """Return what reads a text. yaml.YAMLError where it is no YAML, or nests deeper than any manifest."""
    depth, anchors, is_repeating = 0, set[str](), False
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            anchors.clear()
        if depth > MAX_DEPTH:
            raise _mistake(f"it is nested more than {MAX_DEPTH} deep", event)
        if isinstance(event, _ANCHORED) and event.anchor is not None:
            is_repeating = is_repeating or event.anchor in anchors
            anchors.add(event.anchor)
    return _SlowLoader(text) if is_repeating else Loader(text)


def content(loader: AnyLoader, node: yaml.Node) -> Any:
    """Return the content of a document that an opened text has. yaml.YAMLError where it is none."""
    left, seen = MAX_REPEATED, set[int]()  # what stands there itself is bounded by the text: a cluster's is long
    for one in _nodes(node):
        left -= id(one) in seen
        seen.add(id(one))
        if left < 0:
            raise _mistake(f"its aliases bring the document more than {MAX_REPEATED} values", node)
        if isinstance(one, yaml.MappingNode):
            _check_keys(one)
    return loader.construct_document(node)


def _nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    """Yield a node and all below it, an alias as often as it stands there: what a bomb would become."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, yaml.MappingNode):
            waiting += [part for pair in one.value for part in pair]
        elif isinstance(one, yaml.SequenceNode):
            waiting += one.value


def _check_keys(mapping: yaml.MappingNode) -> None:
    seen: set[Hashable] = set()
    for key, _ in mapping.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _mistake("a key is a mapping or a list, as {{ }} of an unrendered template is", key)
        if (key.tag, key.value) in seen:
            raise _mistake("a key stands there twice", key)
        seen.add((key.tag, key.value))


def _mistake(problem: str, place: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=place.start_mark)


def _as_text(loader: Any, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


for _loader in (Loader, _SlowLoader):
    _loader.add_constructor(_TIMESTAMP, _as_text)
    _loader.add_constructor(_EQUALS, _as_text)
