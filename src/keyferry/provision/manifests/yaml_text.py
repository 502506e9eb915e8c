"""YAML as people write it: keys in the order given, texts quoted wherever some reader takes them for something else.

Pure. Writers of YAML 1.1 leave `1e3` bare, which Go reads as a number, and those of 1.2 `yes`, which others read as
true. Here every text that does not begin with a letter, `_` or `/` is quoted, and every word that is a value somewhere.
https://yaml.org/type/bool.html
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./+@-]|:(?=[A-Za-z0-9_./+@-]))*")
_TAKEN: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_STEP: Final = "  "
_WIDTH: Final = 100  # of a list on one line
_REMEMBERED: Final = 4096  # texts: an estate says the same ones again and again


def text(value: dict[str, Any]) -> str:
    """Return one document of dicts, lists and scalars, with a line end at its end."""
    lines: list[str] = []
    _mapping(lines, value, "")
    lines.append("")
    return "\n".join(lines)


def documents(header: Iterable[str], found: Iterable[tuple[dict[str, Any], Iterable[str]]]) -> bytes:
    """Return a file of documents, each with its comments, below comments of its own."""
    parts = ["".join(f"{_comment(line)}\n" for line in comments) + text(value) for value, comments in found]
    return ("".join(f"{_comment(line)}\n" for line in header) + "---\n".join(parts)).encode()


def _comment(line: str) -> str:
    printable = line if line.isprintable() else "".join(each if each.isprintable() else " " for each in line)
    return f"# {printable}".rstrip()


def _mapping(lines: list[str], value: dict[str, Any], indent: str) -> None:
    for key, entry in value.items():
        _entry(lines, f"{indent}{_text(key)}:", entry, indent)


def _entry(lines: list[str], start: str, value: Any, indent: str) -> None:
    """Add a value behind a key or a dash; `indent` is theirs."""
    if isinstance(value, dict):
        lines.append(start if value else f"{start} {{}}")
        _mapping(lines, value, indent + _STEP)
    elif isinstance(value, list):
        _sequence(lines, start, value, indent + _STEP)
    elif isinstance(value, str) and _is_block(value):
        lines.append(f"{start} |")
        lines.extend(indent + _STEP + line if line else "" for line in value[:-1].split("\n"))
    else:
        lines.append(f"{start} {_scalar(value)}")


def _sequence(lines: list[str], start: str, value: list[Any], indent: str) -> None:
    """Add a list: on one line where it holds nothing but a few words."""
    line = f"{start} [{', '.join(map(_scalar, value))}]" if all(map(_is_word, value)) else ""
    if not value or (line and len(line) <= _WIDTH):
        lines.append(line)
        return
    lines.append(start)
    for item in value:
        _item(lines, item, indent)


def _item(lines: list[str], value: Any, indent: str) -> None:
    """Add a list's item: the first line of a mapping stands beside the dash."""
    if isinstance(value, dict) and value:
        first = len(lines)
        _mapping(lines, value, indent + _STEP)
        lines[first] = f"{indent}- {lines[first].lstrip()}"
    else:
        _entry(lines, f"{indent}-", value, indent)


def _is_block(value: str) -> bool:
    """Whether a text can stand as a block: lines of its own, and nothing that a reader would cut."""
    if not value.endswith("\n"):
        return False
    lines = value[:-1].split("\n")
    return (
        bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith(" ")
        and all(line.isprintable() for line in lines)
    )


def _is_word(value: Any) -> bool:
    return not isinstance(value, dict | list) and not (isinstance(value, str) and _is_block(value))


def _scalar(value: Any) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)


@lru_cache(_REMEMBERED)
def _text(value: str) -> str:
    return value if _PLAIN.fullmatch(value) and value.lower() not in _TAKEN else _quoted(value)


def _quoted(value: str) -> str:
    if value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    return '"' + "".join(_escaped(each) for each in value) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
