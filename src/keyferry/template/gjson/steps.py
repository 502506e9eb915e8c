"""A GJSON path taken apart: one step at a time, with what follows it."""

from dataclasses import dataclass, field
from typing import Final

from keyferry.template.gjson import text as gjson_text
from keyferry.template.gjson import values as gjson_values

MODIFIERS: Final = frozenset(b"pretty ugly reverse this flatten join valid keys values tostr fromstr group dig".split())
_MAX_INDEX_DIGITS: Final = 18
_BRACKETS: Final = {ord("("): ord(")"), ord("["): ord("]")}
_OPERATORS: Final = (b"!=", b"!%", b"<=", b">=", b"==", b"<", b">", b"=", b"%")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectStep:
    """A step into an object: `key` with its escapes resolved. `rest` is None at the end, `pipe` without one."""

    key: bytes
    is_pattern: bool
    rest: bytes | None = None
    pipe: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A condition on elements. With an empty `operator` the value must exist, no more."""

    path: bytes = b""
    operator: bytes = b""
    value: bytes = b""
    all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayStep:
    """A step into an array: an index, `#` for the length, `#` and a path for each element, or a query."""

    part: bytes
    has_hash: bool = False
    each: bytes | None = None
    query: Query | None = None
    rest: bytes | None = None
    pipe: bytes | None = None

    @property
    def index(self) -> int:
        """The index, -1 where the step is none."""
        is_index = not self.has_hash and self.part.isdigit() and len(self.part) <= _MAX_INDEX_DIGITS
        return int(self.part) if is_index else -1


@dataclass(slots=True)
class _Scan:
    """What was seen of a step so far."""

    part: bytearray = field(default_factory=bytearray)
    is_pattern: bool = False


def object_step(path: bytes) -> ObjectStep:
    """Return the first step of a path, read as a key."""
    scan, position = _Scan(), 0
    while position < len(path):
        char = path[position : position + 1]
        if char == b"|":
            return ObjectStep(key=bytes(scan.part), is_pattern=scan.is_pattern, pipe=path[position + 1 :])
        if char == b".":
            rest, pipe = _after_dot(path[position + 1 :])
            return ObjectStep(key=bytes(scan.part), is_pattern=scan.is_pattern, rest=rest, pipe=pipe)
        if char == b"\\":
            position += 1
            char = path[position : position + 1]
        elif char in {b"*", b"?"}:
            scan.is_pattern = True
        scan.part += char
        position += 1
    return ObjectStep(key=bytes(scan.part), is_pattern=scan.is_pattern)


def array_step(path: bytes) -> ArrayStep:
    """Return the first step of a path, read as what selects elements."""
    query: Query | None = None
    position = 0
    if path[:2] in {b"#(", b"#["}:
        query, position = _query(path)
        if position == 0:  # the query has no end: nothing else is read
            return ArrayStep(part=path, has_hash=True, query=query)
    end = min((at for at in (path.find(b"|", position), path.find(b".", position)) if at >= 0), default=len(path))
    part, after = path[:end], path[end + 1 :]
    has_hash = b"#" in part
    if end == len(path):
        return ArrayStep(part=part, has_hash=has_hash, query=query)
    if path[end : end + 1] == b"|":
        return ArrayStep(part=part, has_hash=has_hash, query=query, pipe=after)
    each = after if part == b"#" else None
    rest, pipe = (after, None) if has_hash else _after_dot(after)
    return ArrayStep(part=part, has_hash=has_hash, each=each, query=query, rest=rest, pipe=pipe)


def split_pipe(path: bytes) -> tuple[bytes, bytes | None]:
    """Return what stands before and after the first pipe of a path that is outside of queries, None without one."""
    if b"|" not in path:
        return path, None
    if path[:1] == b"{":
        end = gjson_values.squash_end(path[1:], 0) + 1
        return (path[:end], path[end + 1 :]) if path[end : end + 1] == b"|" else (path, None)
    position = 0
    while position < len(path):
        char = path[position : position + 1]
        if char == b"|":
            return path[:position], path[position + 1 :]
        if char == b"\\":
            position += 1
        elif char == b"." and path[position + 1 : position + 2] == b"#":
            position += 2
            if path[position : position + 1] in {b"(", b"["}:
                position = _query_end(path, position)
        position += 1
    return path, None


def _after_dot(path: bytes) -> tuple[bytes | None, bytes | None]:
    """Return what follows a dot as (rest, pipe): a modifier or selector takes the value whole, as after a pipe."""
    return (None, path) if _takes_value_whole(path) else (path, None)


def _takes_value_whole(path: bytes) -> bool:
    if path[:1] != b"@":
        return path[:1] in {b"[", b"{"}
    end = min((at for at in map(path.find, (b".", b"|", b":")) if at >= 0), default=len(path))
    return path[1:end] in MODIFIERS


def _query(path: bytes) -> tuple[Query, int]:
    """Return the query that a path begins with and where it ends, 0 where it has no end."""
    end, operator_at, has_escapes = _query_bounds(path)
    if end == 0:
        return Query(), 0
    all_of_them = path[end : end + 1] == b"#"
    if operator_at == 0:
        return Query(path=_trim(path[2 : end - 1]), all=all_of_them), end
    operator, value = _operator(_trim(path[operator_at : end - 1]))
    if len(value) >= 2 and value[:1] == value[-1:] == b'"':
        value = gjson_text.unescape(value[1:-1]) if has_escapes else value[1:-1]
    return Query(path=_trim(path[2:operator_at]), operator=operator, value=value, all=all_of_them), end


def _query_bounds(path: bytes) -> tuple[int, int, bool]:
    """Return where the query ends, where its operator begins (0 without one), and whether a string has escapes."""
    depth, operator_at, has_escapes, position = 1, 0, False, 2
    while position < len(path):
        char = path[position : position + 1]
        if depth == 1 and operator_at == 0 and char in {b"!", b"=", b"<", b">", b"%"}:
            operator_at = position
        elif char == b"\\":
            position += 1
        elif char in {b"[", b"("}:
            depth += 1
        elif char in {b"]", b")"}:
            depth -= 1
            if depth == 0:
                return position + 1, operator_at, has_escapes
        elif char == b'"':
            end = _quote_end(path, position)
            has_escapes = has_escapes or b"\\" in path[position:end]
            position = end
        position += 1
    return 0, 0, False


def _operator(text: bytes) -> tuple[bytes, bytes]:
    if len(text) == 1:
        return text, b""
    operator = next((each for each in _OPERATORS if text.startswith(each)), b"")
    return (b"=" if operator == b"==" else operator), _trim(text[len(operator) :])


def _query_end(path: bytes, position: int) -> int:
    """Return the place of the bracket that closes the one at `position`."""
    opening, closing = path[position], _BRACKETS[path[position]]
    depth = 1
    position += 1
    while position < len(path):
        char = path[position]
        if char == ord("\\"):
            position += 1
        elif char == opening:
            depth += 1
        elif char == closing:
            depth -= 1
            if depth == 0:
                break
        elif char == ord('"'):
            position = _quote_end(path, position)
        position += 1
    return position


def _quote_end(path: bytes, position: int) -> int:
    """Return the place of the quote that closes the one at `position`, the length of the path without one."""
    end = gjson_values.string_end(path, position + 1)
    return end - 1 if end is not None else len(path)


def _trim(text: bytes) -> bytes:
    return text.strip(bytes(range(0x21)))
