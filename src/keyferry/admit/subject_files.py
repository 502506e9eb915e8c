"""The subjects of federated credentials from a file: one a line, or JSON as `az` and Terraform print it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from keyferry.model.errors import SpecError, foreign

_MAX_BYTES: Final = 16 * 1024 * 1024
_SUBJECT: Final = "subject"


def read(path: Path) -> frozenset[str]:
    """Return the subjects in a file. SpecError where it cannot be read, or is another file."""
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as refusal:
        cause = foreign(refusal.strerror or "")
        raise SpecError(what=f"{path} cannot be read", cause=cause, remedy="correct --subjects") from None
    except UnicodeDecodeError:
        raise _refusal(path, "it is no text") from None
    if len(content) > _MAX_BYTES:
        raise _refusal(path, f"it is larger than {_MAX_BYTES >> 20} MiB")
    if text.lstrip()[:1] not in {"[", "{"}:
        return _of_lines(path, text)
    try:
        value = json.loads(text)
        found = frozenset(_subjects(value))
    except (ValueError, RecursionError):
        raise _refusal(path, "it begins as JSON and is none") from None
    if isinstance(value, list) and value and not found and f'"{_SUBJECT}"' not in text:
        raise _refusal(path, f"nothing in its list has a {_SUBJECT}")  # as the lists of az's other commands
    return found


def _of_lines(path: Path, text: str) -> frozenset[str]:
    found = {number: line.partition("#")[0].strip() for number, line in enumerate(text.splitlines(), start=1)}
    for number, line in found.items():
        if line and ":" not in line:  # whoever may be trusted: of GitHub repo:…, of Kubernetes system:serviceaccount:…
            raise _refusal(path, f"line {number} is none, as system:serviceaccount:NAMESPACE:NAME is one")
    return frozenset(line for line in found.values() if line)


def _refusal(path: Path, cause: str) -> SpecError:
    remedy = "write a subject in each line, or save what `az identity federated-credential list` prints"
    return SpecError(what=f"{path} holds no subjects", cause=cause, remedy=remedy)


def _subjects(value: Any) -> Iterator[str]:
    """Yield texts of the list itself, and what is called a subject at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from (item,) if isinstance(item, str) else _subjects(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == _SUBJECT and isinstance(inner, str):
                yield inner
            elif isinstance(inner, dict) or (isinstance(inner, list) and any(isinstance(each, dict) for each in inner)):
                yield from _subjects(inner)
