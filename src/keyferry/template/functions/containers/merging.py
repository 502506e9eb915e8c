"""Maps merged into the first of them, in depth, as dario.cat/mergo 1.0 does. The first map changes in place.

`merge` fills what is missing or empty (`0`, `""`, `false` and empty lists count as empty), `mergeOverwrite` lets later
maps win. Lists are never joined.
Source: https://pkg.go.dev/dario.cat/mergo.
"""

from dataclasses import dataclass
from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.containers.emptiness import is_empty
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import DICT, Map, Opaque, Value


class _Differ(Exception):
    """A pointer meets what is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Merge:
    """One way of merging."""

    overwrites: bool

    def maps(self, world: Surroundings, target: Map | None, *sources: Map | None) -> Value:
        """Merge maps into the first, an empty string where they cannot be merged."""
        try:
            return self._all(world, target, sources)
        except _Differ:
            return b""

    def must_maps(self, world: Surroundings, target: Map | None, *sources: Map | None) -> Value:
        """Merge maps into the first; Fault where they cannot be merged."""
        try:
            return self._all(world, target, sources)
        except _Differ:
            raise Fault("what is to be merged has different types") from None

    def _all(self, world: Surroundings, target: Map | None, sources: tuple[Map | None, ...]) -> Value:
        merged = target
        for source in sources:
            if source is None or source.is_nil:
                continue
            if merged is None or merged.is_nil:
                merged = Map()
            self._into(world, merged, source, 0)
        return Map(is_nil=True) if merged is None else merged

    def _into(self, world: Surroundings, target: Map, source: Map, depth: int) -> None:
        costs.entries(world, len(source.items))
        inside = costs.deeper(depth)
        for key, value in list(source.items.items()):
            present = target.items.get(key)
            if isinstance(value, Map) and isinstance(present, Map):
                self._into(world, present, value, inside)
                if not is_empty(present):
                    continue
            elif not self.overwrites and _is_structure(value) and _is_pointer(present) and not _is_pointer(value):
                raise _Differ
            if self._takes(target, key, value):
                target.items[key] = value

    def _takes(self, target: Map, key: bytes, value: Value) -> bool:
        if is_empty(target.items.get(key)):
            return value is not None or self.overwrites
        return self.overwrites


def _is_structure(value: Value) -> bool:
    return isinstance(value, Map | Opaque)


def _is_pointer(value: Value) -> bool:
    return isinstance(value, Opaque) and value.go_type.startswith("*")


_FILLING: Final = _Merge(overwrites=False)
_OVERWRITING: Final = _Merge(overwrites=True)

FUNCTIONS: Final[tuple[Function, ...]] = (
    named("merge", DICT, variadic=DICT, knows_world=True)(_FILLING.maps),
    named("mustMerge", DICT, variadic=DICT, knows_world=True)(_FILLING.must_maps),
    named("mergeOverwrite", DICT, variadic=DICT, knows_world=True)(_OVERWRITING.maps),
    named("mustMergeOverwrite", DICT, variadic=DICT, knows_world=True)(_OVERWRITING.must_maps),
)
