"""What is wrong with a field, in the words of Kubernetes' field errors.

The kinds, their texts and their reasons are those of `k8s.io/apimachinery/pkg/util/validation/field`, because users and
clients read both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from keyferry.lab.kubernetes import objects

_NO_VALUE = frozenset({"Required value", "Forbidden", "Too long"})
_REASONS = {
    "Required value": "FieldValueRequired",
    "Invalid value": "FieldValueInvalid",
    "Unsupported value": "FieldValueNotSupported",
    "Forbidden": "FieldValueForbidden",
    "Duplicate value": "FieldValueDuplicate",
    "Not found": "FieldValueNotFound",
    "Too long": "FieldValueTooLong",
    "Too many": "FieldValueTooMany",
    "Type invalid": "FieldValueTypeInvalid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One field error. `body` is what follows the path, ready to print; it holds no value of a Secret's data."""

    path: str
    title: str
    body: str

    def __str__(self) -> str:
        return f"{self.path}: {self.body}"

    def cause(self) -> objects.Object:
        """Return the entry of `details.causes` in a Status."""
        return {"reason": _REASONS[self.title], "message": self.body, "field": self.path}


def required(path: str, detail: str = "") -> Problem:
    """A value is missing."""
    return _problem(path, "Required value", detail)


def invalid(path: str, value: Any, detail: str) -> Problem:
    """A value is there and wrong."""
    return _problem(path, "Invalid value", detail, value)


def wrong_type(path: str, value: Any, detail: str) -> Problem:
    """A value has the wrong JSON type. Kubernetes prints these as invalid values."""
    return Problem(path=path, title="Type invalid", body=f"Invalid value: {_shown(value)}: {detail}")


def unsupported(path: str, value: Any, supported: Iterable[str]) -> Problem:
    """A value is none of the known ones."""
    known = ", ".join(f'"{one}"' for one in supported)
    return _problem(path, "Unsupported value", f"supported values: {known}", value)


def forbidden(path: str, detail: str) -> Problem:
    """A value must not be set, or not be changed."""
    return _problem(path, "Forbidden", detail)


def duplicate(path: str, value: Any) -> Problem:
    """A value repeats one that must be unique."""
    return _problem(path, "Duplicate value", "", value)


def not_found(path: str, value: Any) -> Problem:
    """A value names something that does not exist."""
    return _problem(path, "Not found", "", value)


def too_long(path: str, limit_bytes: int) -> Problem:
    """A text is longer than `limit_bytes`."""
    return _problem(path, "Too long", f"may not be more than {limit_bytes} bytes")


def too_many(path: str, count: int, limit: int) -> Problem:
    """A list has more than `limit` items."""
    return _problem(path, "Too many", f"must have at most {limit} items", count)


def _problem(path: str, title: str, detail: str, value: Any = None) -> Problem:
    body = title if title in _NO_VALUE else f"{title}: {_shown(value)}"
    return Problem(path=path, title=title, body=f"{body}: {detail}" if detail else body)


def _shown(value: Any) -> str:
    return objects.encode(value).decode()
