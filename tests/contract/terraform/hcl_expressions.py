"""What an expression of HCL refers to: `var.x`, `module.y["a"].z`, `local.w`.

Strings are looked into where they are templates. Text is as python-hcl2 gives it. https://developer.hashicorp.com/terraform/language/expressions/references
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_HEREDOC = re.compile(r"<<-?(\w+)\n")
_BINDING = re.compile(r"\bfor\s+(?:(\w+)\s*,\s*)?(\w+)\s+in\s+([\w.-]*)")
_KEY = re.compile(r"\s*(=(?![=>])|:)")
_WORDS = frozenset({"true", "false", "null", "for", "in", "if", "else", "endif", "endfor"})
_CLOSING = {"[": "]", "(": ")", "{": "}"}


@dataclass(slots=True)
class _Scan:
    text: str
    at: int = 0
    found: list[tuple[str, ...]] = field(default_factory=list)


def references(text: str) -> frozenset[tuple[str, ...]]:
    """Return each chain of names as a tuple, without what stands in brackets and without splats."""
    scan = _Scan(text)
    if text.startswith(('"<<', "<<")):
        _template(scan, len(text))
    else:
        _expression(scan, len(text))
    keys = {match[1] for match in _BINDING.finditer(text)}
    over = {match[2]: tuple(match[3].split(".")) for match in _BINDING.finditer(text)}
    resolved = (_resolved(chain, over) for chain in scan.found if chain[0] not in keys)
    return frozenset(chain for chain in resolved if chain)


def _resolved(chain: tuple[str, ...], over: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What `x.y` is where a `for` goes over modules or resources as x; nothing where it goes over other things."""
    if chain[0] not in over:
        return chain
    collection = over[chain[0]]
    is_known = collection[0] not in {"", "var", "local", "each"} and collection[0] not in over and len(collection) > 1
    return (*collection, *chain[1:]) if is_known else ()


def templates(value: object) -> Iterator[str]:
    """Return every text in a body or a value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "__comments__":
                yield from templates(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from templates(inner)


def _expression(scan: _Scan, end: int) -> None:
    while scan.at < end:
        if heredoc := _HEREDOC.match(scan.text, scan.at):
            _heredoc(scan, heredoc)
        elif scan.text[scan.at] == '"':
            _string(scan)
        elif name := _NAME.match(scan.text, scan.at):
            _chain(scan, name)
        elif scan.text[scan.at].isdigit():
            scan.at = re.compile(r"[\w.]+").match(scan.text, scan.at).end()  # type: ignore[union-attr]  # a digit is there
        else:
            scan.at += 1


def _heredoc(scan: _Scan, opening: re.Match[str]) -> None:
    scan.at = opening.end()
    closing = re.compile(rf"^\s*{opening[1]}\b", re.MULTILINE).search(scan.text, scan.at)
    _template(scan, closing.start() if closing else len(scan.text))
    scan.at = closing.end() if closing else len(scan.text)


def _string(scan: _Scan) -> None:
    scan.at += 1
    while scan.at < len(scan.text) and scan.text[scan.at] != '"':
        if scan.text[scan.at] == "\\":
            scan.at += 2
        else:
            _character(scan)
    scan.at += 1


def _template(scan: _Scan, end: int) -> None:
    while scan.at < end:
        _character(scan)


def _character(scan: _Scan) -> None:
    if scan.text.startswith(("$${", "%%{"), scan.at):
        scan.at += 3
    elif scan.text.startswith(("${", "%{"), scan.at):
        scan.at += 1
        _bracketed(scan)
    else:
        scan.at += 1


def _bracketed(scan: _Scan) -> None:
    """Scan what a bracket holds, and step behind it."""
    end = _end_of_bracket(scan.text, scan.at)
    scan.at += 1
    _expression(scan, end)
    scan.at = end + 1


def _end_of_bracket(text: str, start: int) -> int:
    opening, closing = text[start], _CLOSING[text[start]]
    inner = _Scan(text, start + 1)
    while inner.at < len(text) and text[inner.at] != closing:
        if text[inner.at] == opening:
            inner.at = _end_of_bracket(text, inner.at) + 1
        elif text[inner.at] == '"':
            _string(inner)
        else:
            inner.at += 1
    return inner.at


def _chain(scan: _Scan, name: re.Match[str]) -> None:
    before = scan.text[: scan.at].rstrip(" ")
    names = [name[0]]
    scan.at = name.end()
    while _link(scan, names):
        pass
    is_function = scan.text.startswith("(", scan.at)
    is_key = len(names) == 1 and before.endswith(("{", ",", "\n")) and _KEY.match(scan.text, scan.at) is not None
    if not (is_function or is_key or names[0] in _WORDS):
        scan.found.append(tuple(names))


def _link(scan: _Scan, names: list[str]) -> bool:
    """Take one more `.name`, `[index]` or splat of a chain; whether there was one."""
    if scan.text.startswith((".*", "[*]"), scan.at):
        scan.at = scan.text.index("*", scan.at) + 1 + scan.text.startswith("[", scan.at)
        return True
    if scan.text.startswith("[", scan.at):
        _bracketed(scan)
        return True
    if scan.text.startswith(".", scan.at) and (name := _NAME.match(scan.text, scan.at + 1)):
        names.append(name[0])
        scan.at = name.end()
        return True
    return False
