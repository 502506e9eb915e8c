"""Nodes to values: merge keys, aliases and tags resolved as Go's YAML library does, and as bounded."""

import base64
import binascii
from typing import Final

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.yaml import resolving
from keyferry.template.yaml.errors import broken
from keyferry.template.yaml.nodes import MOST_DEPTH, NODE_BYTES, Alias, Mapping, Node, Scalar, Sequence
from keyferry.template.yaml.raw import Pairs, Raw, go_syntax

_MUCH: Final = 400_000  # values of a document from which on fewer of them may come from aliases
_TOO_MUCH: Final = 4_000_000


def decode(root: Node | None, meter: Meter) -> Raw:
    """Return the value of a document's root; YamlError where it has none."""
    return None if root is None else _Decoder(meter).value(root, 0)


class _Decoder:
    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._within: set[Alias] = set()
        self._count = self._from_aliases = 0

    def value(self, node: Node, depth: int) -> Raw:
        self._count_one(depth)
        match node:
            case Scalar():
                return _scalar(node)
            case Sequence():
                return [self.value(item, depth + 1) for item in node.items]
            case Mapping():
                pairs = Pairs()
                self._fill(pairs, node, depth)
                return pairs
            case _:
                self._enter(node)
                value = self.value(node.target, depth)
                self._within.remove(node)
                return value

    def _count_one(self, depth: int) -> None:
        if depth > MOST_DEPTH:  # an alias may stand as deep as what it stands for is high
            raise LimitReached("depth")
        self._meter.step()
        self._meter.charge(NODE_BYTES)
        self._count += 1
        self._from_aliases += bool(self._within)
        if self._from_aliases > 100 and self._count > 1000 and self._from_aliases > _share(self._count) * self._count:
            raise broken("document contains excessive aliasing")

    def _enter(self, alias: Alias) -> None:
        if alias in self._within:
            raise broken(f"anchor '{alias.name}' value contains itself")
        self._within.add(alias)

    def _fill(self, pairs: Pairs, mapping: Mapping, depth: int) -> None:
        """Set the mapping's pairs in order: what a merge key brings replaces what stood before it, nothing after."""
        for key, value in zip(mapping.items[::2], mapping.items[1::2], strict=True):
            if isinstance(key, Scalar) and key.text == "<<" and (key.plain or key.tag == resolving.MERGE):
                self._merge(pairs, value, depth)
                continue
            decoded = self.value(key, depth + 1)
            if isinstance(decoded, list | Pairs):
                raise broken(f"invalid map key: {go_syntax(decoded)}")
            pairs[decoded] = self.value(value, depth + 1)

    def _merge(self, pairs: Pairs, node: Node, depth: int) -> None:
        sources = node.items[::-1] if isinstance(node, Sequence) else [node]
        for source in sources:
            target = source.target if isinstance(source, Alias) else source
            if not isinstance(target, Mapping):
                raise broken("map merge requires map or sequence of maps as the value")
            self._count_one(depth + 1)
            if isinstance(source, Alias):
                self._enter(source)
            self._fill(pairs, target, depth + 1)
            if isinstance(source, Alias):
                self._within.remove(source)


def _scalar(node: Scalar) -> resolving.Resolved:
    if not node.tag and not node.plain:
        return node.text
    tag, value = resolving.resolve(node.tag, node.text)
    if tag != resolving.BINARY:
        return value
    try:
        encoded = node.text.encode().translate(None, b"\r\n")
        return base64.b64decode(encoded, validate=True).decode(errors="replace")
    except binascii.Error:
        raise broken("!!binary value contains invalid base64 data") from None


def _share(count: int) -> float:
    """Return which share of a document's values may come from aliases: 99 % of a small one, 10 % of a large one."""
    beyond = min(max(count - _MUCH, 0), _TOO_MUCH - _MUCH)
    return 0.99 - 0.89 * beyond / (_TOO_MUCH - _MUCH)
