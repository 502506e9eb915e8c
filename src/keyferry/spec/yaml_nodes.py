"""YAML as nodes whose scalars keep their source text, so `0755` stays those four characters. Bounded in every way.

Called by mount_objects. No anchors, aliases or tags: nothing in such a document means more than it shows, and none can
grow. Within that, what is read is what Go's yaml.v3 reads (https://pkg.go.dev/gopkg.in/yaml.v3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

from keyferry.model.errors import SpecError, foreign

MAX_BYTES: Final = 256 * 1024
MAX_NODES: Final = 20_000
MAX_DEPTH: Final = 10
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One value. `plain` is whether it stands without quotes; `line` counts from 1, as in every node."""

    text: str
    plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Whether it says that there is nothing."""
        return self.plain and self.text in _NULLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list."""

    items: tuple["YamlNode", ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A mapping by the text of its keys, each of which occurs once."""

    fields: dict[str, "YamlNode"]
    line: int


YamlNode: TypeAlias = Scalar | Listing | Fields


def parse(text: str) -> YamlNode:
    """Return the one document in `text`, where an empty one is null; raise `SpecError` where there is none to read."""
    try:
        size = len(text.encode())
        if size > MAX_BYTES:
            raise _refusal(f"it has {size} bytes, {MAX_BYTES} are allowed", "shorten it")
        return _document(_Events(text))
    except UnicodeEncodeError:
        raise _refusal("it holds half of a character", "write the character itself") from None
    except yaml.YAMLError as error:
        raise _refusal(_place(error), "mend it there; mind how deep each line is indented") from None


class _Events:
    """The parser's events, one after the other, counted."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.CBaseLoader))
        self._left = MAX_NODES

    def next(self) -> Any:
        event = next(self._events)
        self._left -= 1
        if self._left < 0:
            raise _refusal(f"it has more than {MAX_NODES} entries", "shorten it")
        if isinstance(event, yaml.NodeEvent):
            _check_plain(event)
        return event


def _document(events: _Events) -> YamlNode:
    events.next()  # the stream begins
    if isinstance(events.next(), yaml.StreamEndEvent):
        return Scalar(text="", plain=True, line=1)
    node = _node(events, events.next(), MAX_DEPTH)
    events.next()  # the document ends
    event = events.next()
    if not isinstance(event, yaml.StreamEndEvent):
        raise _refusal(f"a second document begins in line {_line(event)}", "remove the line of three dashes")
    return node


def _node(events: _Events, event: Any, depth: int) -> YamlNode:
    line = _line(event)
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(text=event.value, plain=event.implicit[0] and event.tag is None, line=line)
    if depth == 0:
        raise _refusal(f"line {line} is nested deeper than {MAX_DEPTH} levels", "write it flat")
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(following := events.next(), yaml.SequenceEndEvent):
            items.append(_node(events, following, depth - 1))
        return Listing(items=tuple(items), line=line)
    fields: dict[str, YamlNode] = {}
    while not isinstance(following := events.next(), yaml.MappingEndEvent):
        key = _key(following, fields)
        fields[key] = _node(events, events.next(), depth - 1)
    return Fields(fields=fields, line=line)


def _key(event: Any, fields: dict[str, YamlNode]) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _refusal(f"line {_line(event)} has a key that is no text", "write such as objectName: db-password")
    key: str = event.value
    if key in fields:
        raise _refusal(f'line {_line(event)} has "{foreign(key)}" for the second time', "remove one of them")
    return key


def _check_plain(event: Any) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _refusal(
            f"line {_line(event)} has a & or * that begins an anchor or an alias",
            "write the value itself, in quotes where it begins so",
        )
    if getattr(event, "tag", None) not in {None, "!", "tag:yaml.org,2002:str"}:
        raise _refusal(f"line {_line(event)} has a tag, which begins with !", "remove it, or put the value in quotes")


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _place(error: yaml.YAMLError) -> str:
    """Return the parser's own words, which hold nothing of the document, with the line."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    if mark is None or not problem:
        return "it holds a character that no YAML may have"
    return f"{foreign(str(problem))} in line {mark.line + 1}"


def _refusal(cause: str, remedy: str) -> SpecError:
    return SpecError(what="it is not YAML that can be read", cause=cause, remedy=remedy)
