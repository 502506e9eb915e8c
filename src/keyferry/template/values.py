"""Go's values as templates see them: a Go type for each, so that what prints, compares and converts does as in Go.

| Go                     | here                                          |
|------------------------|-----------------------------------------------|
| string                 | `bytes`: Go's strings are bytes, and are cut inside characters |
| bool, float64, int     | `bool`, `float`, `int`                        |
| int64, uint8, ...      | `Sized`, an `int` that knows its type         |
| nil (interface)        | `None`                                        |
| []T                    | `Slice`                                       |
| map[string]T           | `Map`, in place mutable as `set` and `unset` ask |
| any other type         | a subclass of `Opaque`: times, versions, certificates, functions |

Source: https://pkg.go.dev/text/template, https://pkg.go.dev/reflect.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Self, TypeAlias

STRING: Final = "string"
INT: Final = "int"
INT64: Final = "int64"
UINT8: Final = "uint8"
FLOAT64: Final = "float64"
BOOL: Final = "bool"
ANY: Final = "interface {}"
LIST: Final = "[]interface {}"
STRINGS: Final = "[]string"
DICT: Final = "map[string]interface {}"
STRING_MAP: Final = "map[string]string"


class Sized(int):
    """An integer of another type than Go's `int`. Arithmetic gives a plain `int`: say the type of a result anew."""

    go_type: str

    def __new__(cls, value: int, go_type: str = INT64) -> Self:
        """Return the number as one of `go_type`."""
        made = super().__new__(cls, value)
        made.go_type = go_type
        return made


class NamedNumber(Sized):
    """An integer that prints as a name, such as a month."""

    name: bytes

    def __new__(cls, value: int, go_type: str = INT, name: bytes = b"") -> Self:
        """Return the number as one of `go_type`, with the name that it prints."""
        made = super().__new__(cls, value, go_type)
        made.name = name
        return made


class Slice:
    """A slice or list. `elem` is the type of its elements, `ANY` where they may differ; `is_nil` for Go's nil slice."""

    __slots__ = ("elem", "is_nil", "items")

    def __init__(self, items: Iterable["Value"] = (), elem: str = ANY, *, is_nil: bool = False) -> None:
        self.items: list[Value] = list(items)
        self.elem = elem
        self.is_nil = is_nil


class Map:
    """A map with string keys. `elem` is the type of its values, `ANY` where they may differ."""

    __slots__ = ("elem", "is_nil", "items")

    def __init__(self, items: Mapping[bytes, "Value"] | None = None, elem: str = ANY, *, is_nil: bool = False) -> None:
        self.items: dict[bytes, Value] = dict(items or {})
        self.elem = elem
        self.is_nil = is_nil


class Opaque:
    """A value of any other Go type. Subclasses say its type, its text, its fields and its methods."""

    __slots__ = ()

    @property
    def go_type(self) -> str:
        """The name that `%T` and `typeOf` print, such as `time.Time`."""
        raise NotImplementedError

    def text(self) -> bytes:
        """What `print` writes."""
        raise NotImplementedError

    def field(self, name: str) -> "Value":
        """Return an exported field; KeyError where there is none."""
        raise KeyError(name)

    def method(self, name: str, _arguments: "tuple[Value, ...]") -> "Value":
        """Call an exported method; KeyError where there is none, `function.Fault` where it returns an error."""
        raise KeyError(name)


Value: TypeAlias = "bool | int | float | complex | bytes | Slice | Map | Opaque | None"


def type_of(value: Value) -> str:
    """Return the Go type, `<nil>` of nil."""
    known = _TYPES.get(type(value))
    if known is not None:
        return known
    if isinstance(value, Slice):
        return f"[]{value.elem}"
    if isinstance(value, Map):
        return f"map[string]{value.elem}"
    if isinstance(value, Sized | Opaque):
        return value.go_type
    raise TypeError(type(value).__name__)


def zero_of(go_type: str) -> Value:
    """Return the type's zero value: an empty string, a nil list or map, nil for what may be anything."""
    if go_type.startswith("[]"):
        return Slice(elem=go_type[2:], is_nil=True)
    if go_type.startswith("map[string]"):
        return Map(elem=go_type[len("map[string]") :], is_nil=True)
    if go_type in _ZEROS:
        return _ZEROS[go_type]
    return Sized(0, go_type) if go_type.startswith(("int", "uint")) and go_type != ANY else None


_ZEROS: Final[dict[str, Value]] = {STRING: b"", INT: 0, FLOAT64: 0.0, BOOL: False}
_TYPES: Final[dict[type, str]] = {
    type(None): "<nil>",
    bytes: STRING,
    bool: BOOL,
    int: INT,
    float: FLOAT64,
    complex: "complex128",
}
