"""JSON Pointer, RFC 6901: text to reference tokens and back, and one step along them."""

import re
from typing import Any

from keyferry.lab.kubernetes.patches.errors import PatchError

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_BAD_ESCAPE = re.compile(r"~(?![01])")


def parse(text: str) -> tuple[str, ...]:
    """Return the pointer's reference tokens, `()` for the whole document. Raises PatchError where it is no pointer."""
    if text == "":
        return ()
    if not text.startswith("/") or _BAD_ESCAPE.search(text):
        raise PatchError(f"{text!r} is not a JSON pointer")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))


def render(tokens: tuple[str, ...]) -> str:
    """Return the pointer's text, the inverse of `parse`."""
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def index(token: str, *, size: int) -> int:
    """Return the array index that `token` names, below `size`. Raises PatchError for anything else."""
    if not _INDEX.fullmatch(token) or int(token) >= size:
        raise PatchError(f"{token!r} is not an index of an array of {size}")
    return int(token)


def resolve(document: Any, tokens: tuple[str, ...]) -> Any:
    """Return the value that the tokens lead to. Raises PatchError where the document has none."""
    value = document
    for depth, token in enumerate(tokens):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list):
            value = value[index(token, size=len(value))]
        else:
            raise PatchError(f"the document has no value at {render(tokens[: depth + 1])!r}")
    return value
