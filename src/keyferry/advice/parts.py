"""Parts of a document that may hold anything anywhere: what is not of the type asked for counts as absent. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_NOTHING: Final[Mapping[str, Any]] = {}


def mapping(value: object, *way: str) -> Mapping[str, Any]:
    """Return the mapping that the fields of `way` lead to, an empty one where there is none."""
    for step in way:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else _NOTHING


def text(value: object, *way: str) -> str:
    """Return the text that the fields of `way` lead to, "" where there is none."""
    *fields, last = way
    found = mapping(value, *fields).get(last)
    return found if isinstance(found, str) else ""


def entries(value: object, *way: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the mappings of the list that the fields of `way` lead to, each with its index."""
    *fields, last = way
    found = mapping(value, *fields).get(last)
    for index, entry in enumerate(found if isinstance(found, list) else ()):
        if isinstance(entry, dict):
            yield index, entry


def namespace(document: Mapping[str, Any]) -> str:
    """Return the namespace that a document names, "" where it leaves it open."""
    return text(document, "metadata", "namespace")


def name(document: Mapping[str, Any]) -> str:
    """Return the name of a document, "" where it has none yet."""
    return text(document, "metadata", "name")
