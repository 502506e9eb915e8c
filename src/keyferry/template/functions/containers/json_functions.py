"""The functions that read and write JSON. Those without `must` swallow errors: nil, or an empty text."""

from typing import Final

from keyferry.template.functions.containers import json_reading, json_writing
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import ANY, STRING, Value

_INDENT: Final = b"  "


@named("fromJson", STRING, knows_world=True)
def _from_json(world: Surroundings, text: bytes) -> Value:
    return json_reading.read(world, text).value


@named("mustFromJson", STRING, knows_world=True)
def _must_from_json(world: Surroundings, text: bytes) -> Value:
    found = json_reading.read(world, text)
    if not found.whole:
        raise Fault("the text is no valid JSON")
    return found.value


@named("toJson", ANY, knows_world=True)
def _to_json(world: Surroundings, value: Value) -> bytes:
    try:
        return json_writing.write(world, value)
    except Fault:
        return b""


@named("mustToJson", ANY, knows_world=True)
def _must_to_json(world: Surroundings, value: Value) -> bytes:
    return json_writing.write(world, value)


@named("toPrettyJson", ANY, knows_world=True)
def _to_pretty_json(world: Surroundings, value: Value) -> bytes:
    try:
        return json_writing.write(world, value, indent=_INDENT)
    except Fault:
        return b""


@named("mustToPrettyJson", ANY, knows_world=True)
def _must_to_pretty_json(world: Surroundings, value: Value) -> bytes:
    return json_writing.write(world, value, indent=_INDENT)


def _to_raw_json(world: Surroundings, value: Value) -> bytes:
    """Write JSON that leaves `<`, `>` and `&` as they are."""
    return json_writing.write(world, value, escapes_html=False)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _from_json,
    _must_from_json,
    _to_json,
    _must_to_json,
    _to_pretty_json,
    _must_to_pretty_json,
    named("toRawJson", ANY, knows_world=True)(_to_raw_json),
    named("mustToRawJson", ANY, knows_world=True)(_to_raw_json),
)
