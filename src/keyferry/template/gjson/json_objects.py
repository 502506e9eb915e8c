"""A secret whose value is a JSON object, taken apart into the values of its members (`dataFrom.extract`)."""

import json as standard_json
import re
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.template.gjson import json_validity
from keyferry.template.gjson import values as gjson_values
from keyferry.template.gjson.values import Kind, Result

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def members(value: bytes) -> dict[str, bytes]:
    """Return each member: strings without quotes, null as nothing, the rest to the letter, spaces within included.

    Of a key that occurs twice the last counts; a value of null has no members. Raises `SpecError`, which does not tell
    the value, where it is not a JSON object.
    """
    if not json_validity.is_valid(value):
        raise _not_an_object("it is not JSON")
    parsed = gjson_values.parse(value)
    if parsed.type is Kind.NULL:
        return {}
    if not parsed.is_object:
        raise _not_an_object(f"it is JSON of the type {_type_name(parsed)}")
    return {_text(key): _output(member) for key, member in gjson_values.members(parsed)}


def _output(member: Result) -> bytes:
    match member.type:
        case Kind.STRING:
            return _text(member.raw).encode()
        case Kind.NULL:
            return b""
        case _:
            return member.raw


def _text(quoted: bytes) -> str:
    """Return the text of a valid JSON string; what is no character becomes U+FFFD."""
    text: str = standard_json.loads(quoted.decode("utf-8", "surrogateescape"), strict=False)
    return _LONE_SURROGATE.sub("\ufffd", text)


def _type_name(value: Result) -> str:
    return "Array" if value.is_array else str(value.type)


def _not_an_object(cause: str) -> SpecError:
    return SpecError(
        what="the value is not a JSON object",
        cause=cause,
        remedy='store an object such as {"username": "…", "password": "…"}, or read the value whole with spec.data',
    )
