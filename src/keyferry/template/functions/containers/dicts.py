"""Maps: made, looked into, changed in place, reduced to some of their keys. Keys come in the order of their bytes."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.functions.text.strval import strval
from keyferry.template.values import ANY, DICT, STRING, Map, Slice, Value, type_of

_LEAST_DIG: Final = 3


@named("dict", variadic=ANY, knows_world=True)
def _dict(world: Surroundings, *pairs: Value) -> Value:
    """Make a map of keys and values in turn; a last key without a value gets an empty string."""
    costs.entries(world, len(pairs) // 2 + 1)
    values = [*pairs[1::2], b""] if len(pairs) % 2 else pairs[1::2]
    return Map({strval(world, key): value for key, value in zip(pairs[::2], values, strict=True)})


@named("get", DICT, STRING)
def _get(mapping: Map | None, key: bytes) -> Value:
    return _entries(mapping).get(key, b"")


@named("set", DICT, STRING, ANY, knows_world=True)
def _set(world: Surroundings, mapping: Map | None, key: bytes, value: Value) -> Value:
    if mapping is None or mapping.is_nil:
        raise Fault("nothing can be set in a nil map")
    costs.items(world, 1)
    mapping.items[key] = value
    return mapping


@named("unset", DICT, STRING)
def _unset(mapping: Map | None, key: bytes) -> Value:
    _entries(mapping).pop(key, None)
    return mapping


@named("hasKey", DICT, STRING)
def _has_key(mapping: Map | None, key: bytes) -> bool:
    return key in _entries(mapping)


@named("pluck", STRING, variadic=DICT, knows_world=True)
def _pluck(world: Surroundings, key: bytes, *mappings: Map | None) -> Value:
    costs.items(world, len(mappings))
    return Slice([each.items[key] for each in mappings if each is not None and key in each.items])


@named("keys", variadic=DICT, knows_world=True)
def _keys(world: Surroundings, *mappings: Map | None) -> Value:
    found: list[Value] = []
    for each in mappings:
        costs.items(world, len(_entries(each)))
        found += sorted(_entries(each))
    return Slice(found, STRING)


@named("values", DICT, knows_world=True)
def _values(world: Surroundings, mapping: Map | None) -> Value:
    entries = _entries(mapping)
    costs.items(world, len(entries))
    return Slice([entries[key] for key in sorted(entries)])


@named("pick", DICT, variadic=STRING, knows_world=True)
def _pick(world: Surroundings, mapping: Map | None, *keys: bytes) -> Value:
    entries = _entries(mapping)
    costs.entries(world, len(keys))
    return Map({key: entries[key] for key in keys if key in entries})


@named("omit", DICT, variadic=STRING, knows_world=True)
def _omit(world: Surroundings, mapping: Map | None, *keys: bytes) -> Value:
    entries, left_out = _entries(mapping), frozenset(keys)
    costs.entries(world, len(entries))
    return Map({key: value for key, value in entries.items() if key not in left_out})


@named("dig", variadic=ANY)
def _dig(*path: Value) -> Value:
    """Follow keys into maps in maps: the keys, what to give where one is missing, the map."""
    if len(path) < _LEAST_DIG:
        raise Fault("dig needs a key, a default and a map")
    *keys, default, found = path
    if not all(isinstance(key, bytes) for key in keys):
        raise Fault("the keys to follow must be strings")
    for key in keys:
        if not isinstance(found, Map) or type_of(found) != DICT:
            raise Fault(f"dig follows {DICT} alone, and met {type_of(found)}")
        if key not in found.items:
            return default
        found = found.items[key]
    return found


def _entries(mapping: Map | None) -> dict[bytes, Value]:
    return {} if mapping is None else mapping.items


FUNCTIONS: Final[tuple[Function, ...]] = (
    _dict,
    _get,
    _set,
    _unset,
    _has_key,
    _pluck,
    _keys,
    _values,
    _pick,
    _omit,
    _dig,
)
