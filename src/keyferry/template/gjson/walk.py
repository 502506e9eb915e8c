"""One walk through a JSON text along one path, forgiving whatever is not JSON.

Called by gjson.get, which hands itself in for the paths within queries and behind `#`. Each step down counts against a
shared budget, so no path or nesting exhausts the stack.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from keyferry.model.errors import SpecError
from keyferry.template.gjson import glob as gjson_glob
from keyferry.template.gjson import query as gjson_query
from keyferry.template.gjson import steps as gjson_steps
from keyferry.template.gjson import values as gjson_values
from keyferry.template.gjson.steps import ArrayStep, ObjectStep
from keyferry.template.gjson.values import ABSENT, Kind, Result

MAX_STEPS: Final = 100
MAX_BYTES: Final = 4 * 2**20  # a value of Key Vault has 25 KB: enough to read it 160 times, and less than a second
MAX_BYTES_TOGETHER: Final = 32 * 2**20  # a thousand paths into values of 25 KB
Get: TypeAlias = Callable[[bytes, bytes], Result]

_KEY_OR_END: Final = re.compile(rb'["}]')
_ELEMENT_OR_END: Final = re.compile(rb'["{\[ntf+\-0-9iIN\]]')
_SPACE: Final = re.compile(rb"[ \t\r\n]*+")


class Allowance:
    """What all paths that one object follows may read together: each by itself may be small, and they be many."""

    def __init__(self, bytes_left: int = MAX_BYTES_TOGETHER) -> None:
        self._bytes_left = bytes_left

    def spend(self, size: int) -> None:
        """Count a text that is about to be read. Raises `SpecError` where nothing is left."""
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise SpecError(
                what="the GJSON paths read too much of values",
                cause="each of them reads its value anew, and together they passed their limit",
                remedy="extract all members of a value at once (dataFrom.extract), or use several ExternalSecrets",
            )


class Budget:
    """Counts the steps that are open at a time, and all text that is read; too much of either raises `SpecError`.

    `with budget:` opens a step. Without the second count a short path could keep the process busy for minutes:
    modifiers double a text, selectors read it once each.
    """

    def __init__(self, together: Allowance | None = None) -> None:
        self._together = together
        self._open = 0
        self._read = 0

    def reads(self, text: bytes) -> None:
        """Count a text that is about to be read."""
        if self._together is not None:
            self._together.spend(len(text))
        self._read += len(text)
        if self._read > MAX_BYTES:
            raise SpecError(
                what="a GJSON path makes too much of a value",
                cause=f"following it reads more than {MAX_BYTES // 2**20} MiB",
                remedy="use fewer selectors and modifiers in one path",
            )

    def __enter__(self) -> None:
        self._open += 1
        if self._open > MAX_STEPS:
            raise SpecError(
                what="a GJSON path goes too deep", cause=f"more than {MAX_STEPS} steps", remedy="shorten the path"
            )

    def __exit__(self, *_: object) -> None:
        self._open -= 1


class Walk:
    """The walk and what it found: `value`, and in `pipe` the path that continues from it, None without one."""

    def __init__(self, json: bytes, get: Get, budget: Budget) -> None:
        self._json = json
        self._get = get
        self._budget = budget
        self.value = ABSENT
        self.pipe: bytes | None = None

    def into_object(self, position: int, path: bytes) -> tuple[int, bool]:
        """Walk the members that begin at `position`; return where it ended and whether the value was found."""
        with self._budget:
            step = gjson_steps.object_step(path)
            if step.pipe is not None:
                self.pipe = step.pipe
            while found := _KEY_OR_END.search(self._json, position):
                if found[0] == b"}":
                    return found.end(), False
                end = gjson_values.string_end(self._json, found.end())
                if end is None:
                    break
                is_match = _key_matches(step, self._json[found.start() : end])
                position, hit = self._member(end, step.rest, is_match=is_match)
                if hit:
                    return position, True
            return len(self._json), False

    def into_array(self, position: int, path: bytes) -> tuple[int, bool]:
        """Walk the elements that begin at `position`; return where it ended and whether the value was found."""
        with self._budget:
            step = gjson_steps.array_step(path)
            if step.pipe is not None:
                self.pipe = step.pipe
            if step.query is not None:
                return self._query(position, step)
            if step.has_hash:
                return self._every(position, step)
            return self._indexed(position, step)

    def _member(self, position: int, rest: bytes | None, *, is_match: bool) -> tuple[int, bool]:
        """Read the value after a key; go into it, take it or pass over it."""
        found = gjson_values.next_start(self._json, position)
        if found is None:
            return len(self._json), False
        first = self._json[found]
        if is_match and rest is not None and first in b"{[":
            return (self.into_object if first == ord("{") else self.into_array)(found + 1, rest)
        value, end = gjson_values.value_at(self._json, found)
        if value is None or not is_match or rest is not None:
            return end, False
        self.value = value
        return end, True

    def _indexed(self, position: int, step: ArrayStep) -> tuple[int, bool]:
        count = 0
        while (start := self._next_element(position)) is not None:
            position, hit = self._member(start, step.rest, is_match=count == step.index)
            if hit:
                return position, True
            count += 1
        return self._after_array(position), False

    def _every(self, position: int, step: ArrayStep) -> tuple[int, bool]:
        """Count the elements, or collect what a path finds in each."""
        starts = [position]
        while (start := self._next_element(position)) is not None:
            value, position = gjson_values.value_at(self._json, start)
            if value is None:
                return position, False
            starts.append(position)
        end = self._after_array(position)
        if step.part != b"#":
            return end, False
        if step.each is None:
            self.value = Result(Kind.NUMBER, str(len(starts) - 1).encode())
        else:
            self.value = self._collected(starts, step.each)
        return end, True

    def _collected(self, starts: list[int], path: bytes) -> Result:
        path, pipe = gjson_steps.split_pipe(path)
        if pipe is not None:
            self.pipe = pipe
        found = (self._get(element.raw, path) for element in map(self._element_at, starts) if element is not None)
        return Result(Kind.JSON, b"[" + b",".join(result.raw for result in found if result.exists) + b"]")

    def _element_at(self, start: int) -> Result | None:
        space = _SPACE.match(self._json, start)
        position = space.end() if space else start
        if self._json[position : position + 1] in {b"", b"]"}:
            return None
        return gjson_values.next_value(self._json, position)[0]

    def _query(self, position: int, step: ArrayStep) -> tuple[int, bool]:
        query = step.query
        assert query is not None
        rest, found = step.rest, list[bytes]()
        while (start := self._next_element(position)) is not None:
            value, position = gjson_values.value_at(self._json, start)
            if value is None:
                return position, False
            if not self._meets(step, value):
                continue
            if rest is not None:
                rest, pipe = gjson_steps.split_pipe(rest)
                self.pipe = self.pipe if pipe is None else pipe
                value = self._get(value.raw, rest)
            if not query.all:
                self.value = value
                return position, True
            found.append(value.raw or value.output)
        if query.all and not self.value.exists:
            self.value = Result(Kind.JSON, b"[" + b",".join(filter(None, found)) + b"]")
        return self._after_array(position), False

    def _meets(self, step: ArrayStep, value: Result) -> bool:
        query = step.query
        assert query is not None
        if value.type is Kind.JSON:
            return gjson_query.matches(query, self._get(value.raw, query.path))
        return not query.path and gjson_query.matches(query, value)

    def _next_element(self, position: int) -> int | None:
        """Return where the next element begins, None at the closing bracket or the end."""
        found = _ELEMENT_OR_END.search(self._json, position)
        return found.start() if found and found[0] != b"]" else None

    def _after_array(self, position: int) -> int:
        end = self._json.find(b"]", position)
        return end + 1 if end >= 0 else len(self._json)


def _key_matches(step: ObjectStep, quoted: bytes) -> bool:
    key = gjson_values.key_text(quoted)
    return gjson_glob.matches(key, step.key) if step.is_pattern else key == step.key
