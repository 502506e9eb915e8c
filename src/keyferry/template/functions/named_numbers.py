"""Whole numbers that print as names, such as months and days of the week."""

from dataclasses import dataclass

from keyferry.template.values import Opaque


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedNumber(Opaque):
    """A number of a Go type of its own, and the name that it prints."""

    type_name: str
    name: bytes
    number: int

    @property
    def go_type(self) -> str:
        """The Go type."""
        return self.type_name

    def text(self) -> bytes:
        """The name."""
        return self.name
