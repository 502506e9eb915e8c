"""Reading a client's JSON field by field, so that each refusal names the field. A null is as good as nothing."""

from collections.abc import Mapping
from typing import Any

from keyferry.lab.azure.eventgrid.definition import InvalidError


class Fields:
    """One JSON object. InvalidError from every method where a field is not what it must be."""

    def __init__(self, content: object, path: str) -> None:
        if not isinstance(content, Mapping):
            raise InvalidError(f"'{path}' must be an object.")
        self._content: Mapping[str, Any] = content
        self.path = path

    def at(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}"

    def has(self, name: str) -> bool:
        """Tell whether the field is there and not null."""
        return self._content.get(name) is not None

    def text(self, name: str, default: str | None = None, *, most: int = 2048) -> str:
        """Return a text of at most `most` characters; without a `default` it must be there and not empty."""
        value = self._content.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not _fits(value, most) or (not value and default is None):
            raise InvalidError(f"'{self.at(name)}' must be a text of at most {most} characters.")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        value = self._content.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise InvalidError(f"'{self.at(name)}' must be a whole number from {least} to {most}.")
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false where it is missing."""
        value = self._content.get(name)
        if value is not None and not isinstance(value, bool):
            raise InvalidError(f"'{self.at(name)}' must be true or false.")
        return bool(value)

    def inner(self, name: str) -> "Fields":
        """Return the object at `name`, an empty one where it is missing."""
        return Fields(self._content.get(name) or {}, self.at(name))

    def each(self, name: str, most: int) -> tuple["Fields", ...]:
        """Return the objects of a list of at most `most`."""
        items = self._items(name, most)
        return tuple(Fields(item, f"{self.at(name)}[{number}]") for number, item in enumerate(items))

    def texts(self, name: str, most: int, longest: int = 512) -> tuple[str, ...]:
        """Return a list of at most `most` texts."""
        items = self._items(name, most)
        if not all(isinstance(item, str) and _fits(item, longest) for item in items):
            raise InvalidError(f"'{self.at(name)}' must be texts of at most {longest} characters.")
        return tuple(items)

    def _items(self, name: str, most: int) -> list[Any]:
        items = self._content.get(name)
        if items is None:
            return []
        if not isinstance(items, list) or len(items) > most:
            raise InvalidError(f"'{self.at(name)}' must be a list of at most {most}.")
        return items


def _fits(text: str, most: int) -> bool:
    """Half a surrogate pair, which JSON can hold, is no text."""
    return len(text) <= most and text.encode(errors="replace").decode() == text
