"""YAML in templates: `fromYaml` and `toYaml`, which never fail.

Errors of the first stand in what it returns, under `Error`; the second returns nothing.
"""

import re
from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Fault, Surroundings, named
from keyferry.template.functions.marshalling import Marshaller
from keyferry.template.values import ANY, STRING, Map, Slice, Value
from keyferry.template.yaml import floats, reading, writing
from keyferry.template.yaml.errors import YamlError
from keyferry.template.yaml.reading import Json

_BROKEN_BYTE: Final = re.compile("[\udc80-\udcff]")
_UINT64: Final = range(-(1 << 63), 1 << 64)


@named("fromYaml", STRING, knows_world=True)
def from_yaml(world: Surroundings, text: bytes) -> Value:
    """Return the mapping that the text says, its numbers as floats; in Go's words under `Error`, why it says none."""
    try:
        found = reading.mapping(text, world.meter)
    except YamlError as error:
        return Map({b"Error": error.words.encode()})
    return _value(found)


@named("toYaml", ANY, knows_world=True)
def to_yaml(world: Surroundings, value: Value) -> bytes:
    """Return the value as YAML without a line end, nothing where YAML cannot say it."""
    try:
        tree = _tree(world, value, 0)
    except Fault:
        return b""
    return writing.dump(tree, world.meter).removesuffix("\n").encode()


FUNCTIONS: Final = (from_yaml, to_yaml)


def _value(tree: Json) -> Value:
    match tree:
        case dict():
            return Map({key.encode(): _value(member) for key, member in tree.items()})
        case list():
            return Slice(_value(item) for item in tree)
        case str():
            return tree.encode()
        case bool() | None:
            return tree
        case _:
            return float(tree)


def _tree(world: Surroundings, value: Value, depth: int) -> Json:
    """Return what JSON makes of the value and YAML reads from that: Go's way to YAML leads through JSON."""
    world.meter.step()
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case float():
            return _number(value)
        case bytes():
            return _text(value)
        case Slice() | Map():
            return _collection(world, value, costs.deeper(depth))
        case Marshaller():
            return _tree(world, value.plain(), costs.deeper(depth))
        case _:
            raise Fault("a value of this type cannot be written as YAML")


def _collection(world: Surroundings, value: Slice | Map, depth: int) -> Json:
    if value.is_nil:
        return None
    if isinstance(value, Map):
        return {_text(key): _tree(world, member, depth) for key, member in value.items.items()}
    return [_tree(world, item, depth) for item in value.items]


def _number(value: float) -> float:
    try:
        whole = floats.whole(value)
    except OverflowError:
        raise Fault("JSON has no such number") from None
    return value if whole is None or whole not in _UINT64 else whole


def _text(value: bytes) -> str:
    return _BROKEN_BYTE.sub("\ufffd", value.decode(errors="surrogateescape"))
