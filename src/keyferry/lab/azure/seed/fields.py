"""Reading a YAML document field by field, so that each error names the path and what to write there."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from re import Pattern
from typing import Any, TypeVar

T = TypeVar("T")


class SeedError(ValueError):
    """The seed is wrong at `path`. The text says what is wrong and what belongs there, and never shows a value."""

    def __init__(self, path: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path or 'the document'}: {problem}; {remedy}")
        self.path = path
        self.problem = problem
        self.remedy = remedy


class Fields:
    """One mapping of the document. `done` complains of every key that nobody asked for."""

    def __init__(self, document: object, path: str) -> None:
        self.path = path
        if not isinstance(document, Mapping) or not all(isinstance(key, str) for key in document):
            raise SeedError(path, "is not a mapping", "write `key: value` lines")
        self._content: Mapping[str, Any] = document
        self._known: set[str] = set()

    def at(self, key: str) -> str:
        """Return the path of `key` in the document."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Tell whether `key` is there and not null."""
        self._known.add(key)
        return self._content.get(key) is not None

    def raw(self, key: str) -> object:
        """Return what is at `key`, None where nothing is."""
        self._known.add(key)
        return self._content.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; SeedError where it is missing and there is no default."""
        return self._read(key, str, "a string", default)

    def matching(self, key: str, pattern: Pattern[str], meaning: str, default: str | None = None) -> str:
        """Return a string that `pattern` matches wholly; `meaning` says in words what that is."""
        text = self.text(key, default)
        if not pattern.fullmatch(text):
            raise SeedError(self.at(key), f"{text[:80]!r} does not fit", f"write {meaning}")
        return text

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        return self._read(key, bool, "true or false", default)

    def number(self, key: str, default: int | None, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`."""
        value = self._read(key, int, f"a whole number from {least} to {most}", default)
        if isinstance(value, bool) or not least <= value <= most:
            raise SeedError(self.at(key), "is out of range", f"write a whole number from {least} to {most}")
        return value

    def instant(self, key: str) -> datetime | None:
        """Return an instant, from YAML's own form or RFC 3339; None where it is missing."""
        if not self.has(key):
            return None
        value = self.raw(key)
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError as refusal:
            raise SeedError(self.at(key), "is not an instant", "write it as 2030-01-31T12:00:00Z") from refusal
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)

    def inner(self, key: str) -> "Fields":
        """Return the mapping at `key`, an empty one where it is missing."""
        return Fields(self.raw(key) if self.has(key) else {}, self.at(key))

    def each(self, key: str, parse: Callable[["Fields"], T]) -> tuple[T, ...]:
        """Parse each mapping of the list at `key`."""
        return tuple(parse(item) for item in self._items(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list of strings at `key`."""
        items = self.raw(key) if self.has(key) else []
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise SeedError(self.at(key), "is not a list of strings", "write `- text` lines")
        return tuple(items)

    def names(self) -> tuple[str, ...]:
        """Return the keys that are there, in the document's order."""
        return tuple(self._content)

    def named(self) -> Iterator[tuple[str, "Fields"]]:
        """Yield each key with the mapping below it."""
        for key in self._content:
            yield key, self.inner(key)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return a mapping of strings to strings."""
        inner = self.inner(key)
        return tuple((name, inner.text(name)) for name in inner.names())

    def done(self) -> None:
        """Refuse keys that were never asked for: a misspelt key is an error, not a default."""
        unknown = sorted(set(self._content) - self._known)
        if unknown:
            raise SeedError(
                self.at(unknown[0]), "is not known here", f"known keys are {', '.join(sorted(self._known))}"
            )

    def _items(self, key: str) -> Iterator["Fields"]:
        items = self.raw(key) if self.has(key) else []
        if not isinstance(items, list):
            raise SeedError(self.at(key), "is not a list", "write `- ` before each entry")
        for number, item in enumerate(items):
            yield Fields(item, f"{self.at(key)}[{number}]")

    def _read(self, key: str, kind: type[T], meaning: str, default: T | None) -> T:
        if not self.has(key):
            if default is None:
                raise SeedError(self.at(key), "is missing", f"write {meaning}")
            return default
        value = self.raw(key)
        if not isinstance(value, kind):
            raise SeedError(self.at(key), f"is not {meaning}", f"write {meaning}")
        return value
