"""JSON objects as templates read and write them, in the words of a spec. Pure, bounded by a meter."""

from collections.abc import Mapping

from keyferry.model.errors import SpecError
from keyferry.template.functions.containers import json_reading, json_writing
from keyferry.template.functions.function import LimitReached, Surroundings
from keyferry.template.printing import floats
from keyferry.template.values import Map, Value


def read_object(world: Surroundings, document: bytes) -> dict[str, Value]:
    """Return the members of a JSON object, none for null; SpecError, which does not tell the value, for all else."""
    try:
        read = json_reading.read(world, document)
    except LimitReached as limit:
        raise _no_object(f"it is too large or nested too deep ({limit})") from None
    if not read.whole:
        raise _no_object("it is not JSON, or holds a number that is too large")
    if read.value is None:
        return {}
    if not isinstance(read.value, Map):
        raise _no_object("it is JSON of another type")
    return {name.decode("utf-8", "replace"): member for name, member in read.value.items.items()}


def write(world: Surroundings, members: Mapping[str, Value], *, escapes_html: bool) -> bytes:
    """Return an object, compact and with its keys sorted. SpecError where it is too large."""
    return _written(world, Map({name.encode(): member for name, member in members.items()}), escapes_html=escapes_html)


def text(world: Surroundings, member: Value) -> bytes:
    """Return a member as the value of a key: text as it is, null as nothing, numbers without an exponent."""
    match member:
        case None:
            return b""
        case bytes():
            return member
        case float():
            return floats.format_float(member, "f").encode()
        case _:
            return _written(world, member, escapes_html=True)


def _written(world: Surroundings, value: Value, *, escapes_html: bool) -> bytes:
    try:
        return json_writing.write(world, value, escapes_html=escapes_html)
    except LimitReached as limit:
        raise SpecError(
            what="a JSON object is more than can be written",
            cause=f"all that is rendered together ran out of {limit}",
            remedy="take fewer keys at once",
        ) from None


def _no_object(cause: str) -> SpecError:
    return SpecError(
        what="a value is not a JSON object",
        cause=cause,
        remedy='store an object such as {"username": "…", "password": "…"}',
    )
