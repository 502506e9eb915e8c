"""A certificate with its key, as sprig's functions return it."""

from dataclasses import dataclass
from typing import Final

from keyferry.template.functions.marshalling import Marshaller
from keyferry.template.values import Map, Value

TYPE: Final = "sprig.certificate"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Certificate(Marshaller):
    """Both are PEM; templates take them as `.Cert` and `.Key`."""

    certificate: bytes
    key: bytes

    @property
    def go_type(self) -> str:
        """The Go type."""
        return TYPE

    def text(self) -> bytes:
        """Both, as Go prints a struct."""
        return b"{%s %s}" % (self.certificate, self.key)

    def field(self, name: str) -> Value:
        """Return `Cert` or `Key`."""
        return {"Cert": self.certificate, "Key": self.key}[name]

    def plain(self) -> Value:
        """Return both by their names."""
        return Map({b"Cert": self.certificate, b"Key": self.key})
