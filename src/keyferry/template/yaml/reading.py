"""YAML texts as JSON can say them, in the three shapes that callers want. Errors are Go's, word for word.

`fromYaml` wants a mapping and turns every number into a float. templateFrom wants texts by name, or any value.
"""

import math
from typing import Final, TypeAlias

from keyferry.template.meter import Meter
from keyferry.template.printing.floats import format_float
from keyferry.template.yaml import floats
from keyferry.template.yaml.decoding import decode
from keyferry.template.yaml.errors import misshapen, unfit
from keyferry.template.yaml.nodes import compose
from keyferry.template.yaml.raw import Pairs, Raw, go_syntax
from keyferry.template.yaml.resolving import Resolved

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_DICT: Final = "map[string]interface {}"
_STRINGS: Final = "map[string]string"
_INT64: Final = range(-(1 << 63), 1 << 63)


def value(text: bytes, meter: Meter) -> Json:
    """Return whatever the text says, None where it says nothing. Numbers without a fraction are ints of 64 bits."""
    return _value(decode(compose(text, meter), meter))


def mapping(text: bytes, meter: Meter) -> dict[str, Json]:
    """Return a mapping, empty where the text says nothing; YamlError where it says something else."""
    raw = decode(compose(text, meter), meter)
    if raw is None:
        return {}
    if not isinstance(raw, Pairs):
        raise misshapen(_kind(raw), _DICT)
    return {_key(key, member): _value(member) for key, member in raw}


def texts(text: bytes, meter: Meter) -> dict[str, str]:
    """Return texts by name. A number or boolean becomes its text, null an empty one; YamlError for nested values."""
    raw = decode(compose(text, meter), meter)
    if raw is None:
        return {}
    if not isinstance(raw, Pairs):
        raise misshapen(_kind(raw), _STRINGS)
    found = {_key(key, member): member for key, member in raw}
    return {key: _text(member) for key, member in found.items()}


def _value(raw: Raw) -> Json:
    match raw:
        case list():
            return [_value(item) for item in raw]
        case Pairs():
            return {_key(key, member): _value(member) for key, member in raw}
        case bool():
            return raw
        case int():
            return raw if raw in _INT64 else float(raw)
        case float():
            return _number(raw)
        case _:
            return raw


def _number(number: float) -> int | float:
    """Return what Go makes of a float on its way through JSON: an integer, where its digits there are those of one."""
    if not math.isfinite(number):
        raise unfit(f"json: unsupported value: {format_float(number, 'g')}")
    whole = floats.whole(number)
    return number if whole is None or whole not in _INT64 else whole


def _key(key: Resolved, member: Raw) -> str:
    match key:
        case str():
            return key
        case bool():
            return str(key).lower()
        case int() if key in _INT64:
            return str(key)
        case float():
            return _float_key(key)
        case _:
            go_type = "%!s(<nil>)" if key is None else "uint64"
            raise unfit(f"unsupported map key of type: {go_type}, key: {_quoted(key)}, value: {_quoted(member)}")


def _float_key(key: float) -> str:
    text = floats.single(key)
    return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text)


def _quoted(raw: Raw) -> str:
    return "<nil>" if raw is None else go_syntax(raw)


def _text(raw: Raw) -> str:
    match raw:
        case None:
            return ""
        case str():
            return raw
        case bool():
            return str(raw).lower()
        case int():
            return str(raw)
        case float():
            return floats.single(raw)
        case _:
            raise misshapen(_kind(raw), "string")


def _kind(raw: Raw) -> str:
    match raw:
        case str():
            return "string"
        case bool():
            return "bool"
        case list():
            return "array"
        case Pairs():
            return "object"
        case _:
            return "number"
