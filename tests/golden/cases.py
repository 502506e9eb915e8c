"""Reads the golden cases: one JSON object a line, recorded from the Go code that upstream runs."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parent


def cases(file: str, *ops: str) -> list[Any]:
    """Return the cases of a file as parameters, those of the given ops alone where any is given."""
    lines = (_FOLDER / file).read_text(encoding="utf-8").split("\n")
    found = [json.loads(line) for line in lines if line]
    return [pytest.param(case, id=case["id"]) for case in found if not ops or case["op"] in ops]


def as_bytes(case: dict[str, Any], field: str) -> bytes:
    """Return a text field as bytes, whichever way it was recorded."""
    encoded = case.get(f"{field}_b64")
    return base64.b64decode(encoded) if encoded is not None else str(case[field]).encode()


def as_entries(case: dict[str, Any], field: str) -> dict[str, bytes]:
    """Return a field of keys and values as bytes, whichever way each was recorded."""
    plain = {key: value.encode() for key, value in case.get(field, {}).items()}
    return plain | {key: base64.b64decode(value) for key, value in case.get(f"{field}_b64", {}).items()}
