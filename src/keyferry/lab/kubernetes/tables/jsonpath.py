"""JSONPath of printer columns: `.spec.x`, `.a["b.c"]`, `[0]`, `[-1]`, `[1:3]`, `[*]`, `..x`, `[?(@.type=="Ready")]`.

Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/. A path that cannot be read finds nothing.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

Step = Callable[[Any], Iterator[Any]]

_TOKEN = re.compile(
    r"""\.\.(?P<deep>[\w$-]+|\*)
      | \.?\[\?\(\s*@(?P<operand>[^=!<>)]*?)\s*
        (?:(?P<operator>==|!=|<=|>=|<|>)\s*(?P<literal>"[^"]*"|'[^']*'|[^)\s]+)\s*)?\)\]
      | \.?\[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\]
      | \.?\[(?P<slice>-?\d*:-?\d*)\]
      | \.?\[(?P<index>-?\d+)\]
      | \.?\[\*\] | \.\*
      | \.(?P<key>(?:\\.|[^.\[\\])+)""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def find(document: Any, path: str) -> list[Any]:
    """Return every value that `path` finds in `document`, in order."""
    steps = _steps(path)
    found = [document] if steps else []
    for step in steps:
        found = [value for item in found for value in step(item)]
    return found


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[Step, ...]:
    text = path.strip().removeprefix("{").removesuffix("}").removeprefix("$")
    if text and text[0] not in ".[":
        text = f".{text}"
    steps, position = [], 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            return ()
        steps.append(_step(token))
        position = token.end()
    return tuple(steps)


def _step(token: re.Match[str]) -> Step:
    kind = token.lastgroup
    if token["deep"] is not None:
        return _deep(token["deep"])
    if token["operand"] is not None:
        return _filter(token["operand"], token["operator"], token["literal"])
    if kind in ("quoted", "quote"):
        return _key(token["quoted"])
    if token["slice"] is not None:
        return _slice(token["slice"])
    if token["index"] is not None:
        return _index(int(token["index"]))
    return _key(re.sub(r"\\(.)", r"\1", token["key"])) if token["key"] is not None else _children


def _key(name: str) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, dict) and name in value:
            yield value[name]

    return step


def _index(position: int) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, list) and -len(value) <= position < len(value):
            yield value[position]

    return step


def _slice(text: str) -> Step:
    first, _, last = text.partition(":")
    part = slice(int(first) if first else None, int(last) if last else None)

    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, list):
            yield from value[part]

    return step


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _deep(name: str) -> Step:
    wanted = _children if name == "*" else _key(name)

    def step(value: Any) -> Iterator[Any]:
        yield from wanted(value)
        for child in _children(value):
            yield from step(child)

    return step


def _filter(operand: str, operator: str | None, literal: str | None) -> Step:
    def holds(item: Any) -> bool:
        found = find(item, operand) if operand else [item]
        if operator is None or literal is None:
            return bool(found)
        try:
            return bool(found) and _COMPARE[operator](found[0], _literal(literal))
        except TypeError:
            return False

    def step(value: Any) -> Iterator[Any]:
        yield from (item for item in _children(value) if holds(item))

    return step


def _literal(text: str) -> Any:
    if text[0] in "'\"":
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d+", text) else text
