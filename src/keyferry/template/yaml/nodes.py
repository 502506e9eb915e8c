"""The nodes of the first document of a YAML text, from the events of libyaml's parser: bounded in size and depth."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.yaml.errors import YamlError, broken

MOST_DEPTH: Final = 100
NODE_BYTES: Final = 128  # what a node takes in memory, about


@dataclass(slots=True, kw_only=True, eq=False)
class Scalar:
    """A scalar as it stands there. `plain` where nothing but its text tells its type."""

    text: str
    tag: str = ""
    plain: bool = True


@dataclass(slots=True, kw_only=True, eq=False)
class Sequence:
    """A list."""

    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Mapping:
    """A mapping: keys and values in turn."""

    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Alias:
    """A node that stands elsewhere too."""

    name: str
    target: "Scalar | Sequence | Mapping"


Node = Scalar | Sequence | Mapping | Alias


def compose(text: bytes, meter: Meter) -> Node | None:
    """Return the root of the first document, None where there is none; YamlError where it is no YAML.

    LimitReached for what is nested too deeply, or is too large for the meter. What follows the document is not read.
    """
    meter.charge(len(text))
    try:
        return _Composer(meter).root(yaml.parse(text or b"\n", Loader=yaml.CLoader))
    except yaml.reader.ReaderError as error:
        raise broken(error.reason) from None
    except yaml.MarkedYAMLError as error:
        raise _marked(error) from None


class _Composer:
    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._anchors: dict[str, Scalar | Sequence | Mapping] = {}

    def root(self, events: Iterator[Any]) -> Node | None:
        """Steps through the events with a stack of its own, as deep nesting must not use up Python's."""
        document = Sequence()
        open_nodes: list[Sequence | Mapping] = [document]
        for event in events:
            match event:
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    open_nodes.pop()
                case yaml.NodeEvent():
                    node = self._node(event)
                    open_nodes[-1].items.append(node)
                    if isinstance(node, Sequence | Mapping):
                        open_nodes.append(node)
                    if len(open_nodes) > MOST_DEPTH:
                        raise LimitReached("depth")
                case yaml.DocumentEndEvent():
                    break
        return document.items[0] if document.items else None

    def _node(self, event: Any) -> Node:
        self._meter.step()
        self._meter.charge(NODE_BYTES)
        node: Scalar | Sequence | Mapping
        match event:
            case yaml.AliasEvent():
                target = self._anchors.get(event.anchor or "")
                if target is None:
                    raise broken(f"unknown anchor '{event.anchor}' referenced")
                return Alias(name=event.anchor or "", target=target)
            case yaml.ScalarEvent():
                node = Scalar(
                    text=event.value, tag="" if event.tag in (None, "!") else event.tag, plain=event.implicit[0]
                )
            case yaml.SequenceStartEvent():
                node = Sequence()
            case _:
                node = Mapping()
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node


def _marked(error: yaml.MarkedYAMLError) -> YamlError:
    """Return the error with the line that Go's parser names: the scanner's counts from 1, the parser's from 0.

    Of a place in the first line neither says anything.
    """
    line = 0
    if error.problem_mark is not None and error.problem_mark.line:
        line = error.problem_mark.line + isinstance(error, yaml.scanner.ScannerError)
    elif error.context_mark is not None:
        line = error.context_mark.line
    return broken(error.problem or "unknown problem parsing YAML content", line=line)
