"""Plain data as JSON and back, by its type. What is secret in it stays readable: the file is for its owner's eyes."""

from typing import Any

import msgspec


class UnreadableError(Exception):
    """The bytes are not what this version writes for the type."""


def encode(value: object) -> bytes:
    """Return the value as JSON: dataclasses of text, numbers, bytes, instants, and collections of these."""
    return msgspec.json.encode(value)


def decode(data: bytes, wanted: Any) -> Any:
    """Return the value of the type `wanted` that `encode` wrote. UnreadableError where it is something else."""
    try:
        return msgspec.json.decode(data, type=wanted)
    except msgspec.MsgspecError as refusal:
        raise UnreadableError("a row is not what this version writes") from refusal
