"""HCL as values: a module's files → its blocks, by address.

Parsed by python-hcl2, which keeps expressions as text. Nothing is evaluated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One block. `address` is what refers to it, as `var.name`, `module.site`, `data.azurerm_key_vault.existing`."""

    address: str
    file: str
    body: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The last part of its address."""
        return self.address.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """The blocks of one folder."""

    folder: str
    elements: tuple[Element, ...]

    def of(self, kind: str) -> dict[str, Element]:
        """Return those whose address begins with `kind` and a dot, by name."""
        return {one.name: one for one in self.elements if one.address.startswith(f"{kind}.")}

    @property
    def resources(self) -> tuple[Element, ...]:
        """Resources and data sources."""
        own = ("var.", "local.", "output.", "module.", "provider.", "terraform.")
        return tuple(one for one in self.elements if not one.address.startswith(own))


def read(folder: Path, name: str) -> Module:
    """Return the module of a folder's *.tf."""
    return parse({path.name: path.read_text() for path in sorted(folder.glob("*.tf"))}, name)


def parse(files: Mapping[str, str], name: str) -> Module:
    """Return the module of these texts."""
    elements = [element for file, text in files.items() for element in _elements(file, hcl2.loads(text))]
    return Module(folder=name, elements=tuple(elements))


def arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set by `=`."""
    return {name: value for name, value in body.items() if not name.startswith("__") and not _are_blocks(value)}


def blocks(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """Return the blocks within, by name, and whether each is a dynamic one, which may come any number of times."""
    for name, value in body.items():
        if not name.startswith("__") and _are_blocks(value):
            yield from (found for one in value for found in _block(name, one))


def iterators(body: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that dynamic blocks, however deep, give to what they go over."""
    found = set()
    for name, value in body.items():
        if name == "dynamic":
            found |= {label.strip('"') for one in value for label in one if not label.startswith("__")}
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                found |= iterators(inner)
    return frozenset(found)


def _block(name: str, body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    if name != "dynamic":
        yield name, body, False
        return
    for label, inner in body.items():
        if not label.startswith("__"):
            yield from ((label.strip('"'), content, True) for content in inner["content"])


def _are_blocks(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(one, dict) and _is_block(one) for one in value)


def _is_block(value: Mapping[str, Any]) -> bool:
    labels = (inner for name, inner in value.items() if name.startswith('"'))
    return "__is_block__" in value or any(isinstance(inner, dict) and "__is_block__" in inner for inner in labels)


def _elements(file: str, document: Mapping[str, Any]) -> Iterator[Element]:
    for kind, found in document.items():
        for one in found if isinstance(found, list) and not kind.startswith("__") else []:
            yield from (Element(address=address, file=file, body=body) for address, body in _addressed(kind, one))


def _addressed(kind: str, one: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    match kind:
        case "locals":
            yield from ((f"local.{name}", {"value": value}) for name, value in one.items() if not name.startswith("__"))
        case "resource" | "data":
            prefix = "data." if kind == "data" else ""
            for type_, named in one.items():
                yield from (
                    (f"{prefix}{type_.strip(chr(34))}.{name.strip(chr(34))}", body) for name, body in named.items()
                )
        case "terraform":
            yield "terraform.settings", one
        case _:
            word = "var" if kind == "variable" else kind
            yield from ((f"{word}.{name.strip(chr(34))}", body) for name, body in one.items())
