"""JSON that an administrator sends and gets: each reading function names the key that is wrong."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from keyferry.lab.world.http import Response

E = TypeVar("E", bound=StrEnum)


class BadRequestError(Exception):
    """The text says what is wrong."""


class NotThereError(Exception):
    """What the path names does not exist; the text says so."""


def answer(status: int, document: object) -> Response:
    """Return the document as an answer."""
    headers = (("Content-Type", "application/json"),)
    return Response(status=status, headers=headers, body=json.dumps(document).encode() + b"\n")


def read(body: bytes, known: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the JSON object in `body`, which has no keys but the known ones. No body is an empty object."""
    try:
        document = json.loads(body or b"{}")
    except ValueError as refusal:
        raise BadRequestError("the body is not JSON") from refusal
    if not isinstance(document, Mapping):
        raise BadRequestError("the body is not a JSON object")
    unknown = sorted(set(document) - set(known))
    if unknown:
        raise BadRequestError(f"'{unknown[0]}' is not known; known are {', '.join(known)}")
    return document


def number(document: Mapping[str, Any], key: str, *, least: float, most: float, default: float = 0.0) -> float:
    """Return the number at `key`, the default where it is left out or null."""
    given = document.get(key)
    if given is None:
        return default
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise BadRequestError(f"'{key}' must be a number from {least:g} to {most:g}")
    return float(given)


def text(document: Mapping[str, Any], key: str, default: str = "") -> str:
    """Return the text at `key`."""
    given = document.get(key, default)
    if not isinstance(given, str):
        raise BadRequestError(f"'{key}' must be a text")
    return given


def flag(document: Mapping[str, Any], key: str) -> bool:
    """Return the truth at `key`, false where it is left out."""
    given = document.get(key, False)
    if not isinstance(given, bool):
        raise BadRequestError(f"'{key}' must be true or false")
    return given


def choice(given: object, what: str, choices: type[E]) -> E:
    """Return the member of `choices` that `given` names."""
    try:
        return choices(str(given))
    except ValueError as refusal:
        raise BadRequestError(f"{what} is none of {', '.join(choices)}") from refusal
