"""YAML in templates: `fromYaml` and `toYaml`, which never fail.

Errors of the first stand in what it returns, under `Error`; the second returns nothing.
"""

import json
from typing import TYPE_CHECKING, Final

from keyferry.template.functions.containers import json_writing
from keyferry.template.functions.function import Fault, Surroundings, named
from keyferry.template.values import ANY, STRING, Map, Slice, Value

if TYPE_CHECKING:
    from keyferry.template.yaml.reading import Json

_UINT64: Final = range(-(1 << 63), 1 << 64)


@named("fromYaml", STRING, knows_world=True)
def from_yaml(world: Surroundings, text: bytes) -> Value:
    """Return the mapping that the text says, its numbers as floats; in Go's words under `Error`, why it says none."""
    from keyferry.template.yaml import reading  # noqa: PLC0415  (with PyYAML, and most templates read no YAML)
    from keyferry.template.yaml.errors import YamlError  # noqa: PLC0415  (see above)

    try:
        found = reading.mapping(text, world.meter)
    except YamlError as error:
        return Map({b"Error": error.words.encode()})
    return _value(found)


@named("toYaml", ANY, knows_world=True)
def to_yaml(world: Surroundings, value: Value) -> bytes:
    """Return the value as YAML without a line end, nothing where JSON cannot say it: Go's way to YAML leads there."""
    from keyferry.template.yaml import writing  # noqa: PLC0415  (as above)

    try:
        text = json_writing.write(world, value)
    except Fault:
        return b""
    tree = json.loads(text, parse_int=_integer)
    return writing.dump(tree, world.meter).removesuffix("\n").encode()


FUNCTIONS: Final = (from_yaml, to_yaml)


def _value(tree: "Json") -> Value:
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


def _integer(digits: str) -> int | float:
    """Return what YAML makes of an integer: beyond 64 bits, a float."""
    number = int(digits)
    return number if number in _UINT64 else float(digits)
