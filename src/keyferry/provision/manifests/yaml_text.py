"""YAML as people write it: keys in the order given, texts quoted wherever some reader takes them for something else.

Pure. Writers of YAML 1.1 leave `1e3` bare, which Go reads as a number, and those of 1.2 `yes`, which others read as
true. Here every text that does not begin with a letter, `_` or `/` is quoted, and every word that is a value somewhere.
https://yaml.org/type/bool.html
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./+@-]|:(?=[A-Za-z0-9_./+@-]))*")
_TAKEN: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_STEP: Final = "  "
_WIDTH: Final = 100  # of a list on one line


def text(value: Mapping[str, Any]) -> str:
    """Return one document, with a line end at its end."""
    return "\n".join(_mapping(value, "")) + "\n"


def documents(header: Iterable[str], found: Iterable[tuple[Mapping[str, Any], Iterable[str]]]) -> bytes:
    """Return a file of documents, each with its comments, below comments of its own."""
    parts = ["".join(f"{_comment(line)}\n" for line in comments) + text(value) for value, comments in found]
    return ("".join(f"{_comment(line)}\n" for line in header) + "---\n".join(parts)).encode()


def _comment(line: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in line)
    return f"# {printable}".rstrip()


def _mapping(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, entry in value.items():
        yield from _entry(f"{indent}{_scalar(key)}:", entry, indent)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a value behind a key; `indent` is the key's."""
    deeper = indent + _STEP
    if isinstance(value, str) and _is_block(value):
        yield f"{start} |"
        yield from (deeper + line if line else "" for line in value[:-1].split("\n"))
    elif isinstance(value, Mapping) and value:
        yield start
        yield from _mapping(value, deeper)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from _sequence(start, value, deeper)
    else:
        yield f"{start} {'{}' if isinstance(value, Mapping) else _scalar(value)}"


def _sequence(start: str, value: Sequence[Any], indent: str) -> Iterator[str]:
    """Yield a list: on one line where it holds nothing but a few words."""
    line = f"{start} [{', '.join(map(_scalar, value))}]" if all(map(_is_word, value)) else ""
    if not value or (line and len(line) <= _WIDTH):
        yield line
        return
    yield start
    for item in value:
        yield from _item(item, indent)


def _item(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a list's item: those of a mapping begin beside the dash."""
    if isinstance(value, Mapping) and value:
        lines = _mapping(value, indent + _STEP)
        yield f"{indent}- {next(lines).lstrip()}"
        yield from lines
    else:
        yield from _entry(f"{indent}-", value, indent)


def _is_block(value: str) -> bool:
    """Whether a text can stand as a block: lines of its own, and nothing that a reader would cut."""
    lines = value[:-1].split("\n")
    return (
        value.endswith("\n")
        and bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith(" ")
        and all(line.isprintable() for line in lines)
    )


def _is_word(value: Any) -> bool:
    return not isinstance(value, Mapping | list | tuple) and not (isinstance(value, str) and _is_block(value))


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and value.lower() not in _TAKEN else _quoted(value)
    return json.dumps(value)


def _quoted(value: str) -> str:
    if value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    return '"' + "".join(_escaped(each) for each in value) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
