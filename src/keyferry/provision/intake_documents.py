"""A text's YAML or JSON as documents that know their lines: an estate, or sites each with its place.

Called by intake.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from keyferry.kube import yaml_documents, yaml_lines
from keyferry.provision.intake_texts import Text, Unreadable
from keyferry.spec.estate.origins import Origin, SiteSource

_SITES: Final = "sites"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a text: its content, and the node that knows the place of each of its parts."""

    content: Any
    node: yaml.Node

    def line_of(self, path: str) -> int:
        """Return the line of what `path` names, or of what would hold it; the first line is 1."""
        return yaml_lines.place_of(self.node, path).line


def documents(text: Text) -> list[Document]:
    """Return the documents of a text. Unreadable where it is neither YAML nor JSON."""
    try:
        return list(_documents(text.text))
    except (yaml.YAMLError, RecursionError) as refusal:
        mistake = yaml_lines.mistake(refusal)
        message = f"is neither YAML nor JSON: {mistake.why}"
        remedy = "correct it there; mind how deep each line is indented"
        raise Unreadable(text.name, message, remedy, line=mistake.line) from None


def estate(name: str, found: Sequence[Document]) -> Mapping[str, Any]:
    """Return the content of the one document of keyferry.yaml. Unreadable where there is another number."""
    if len(found) == 1 and isinstance(found[0].content, dict):
        return found[0].content
    message = f"has {len(found)} documents, where an estate is one" if len(found) != 1 else "is no mapping"
    remedy = "write apiVersion, kind, metadata and spec in one document; more sites go into files of siteFiles"
    raise Unreadable(name, message, remedy)


def sites(name: str, found: Sequence[Document]) -> Iterator[SiteSource]:
    """Yield the sites of a text: each document is one, a list of them, or has them under `sites`."""
    for number, document in enumerate(found):
        if document.content is not None:
            yield from _sites(document.content, Origin(file=name, document=number))


def _documents(text: str) -> Iterator[Document]:
    loader = yaml_documents.opened(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            assert node is not None  # check_node said that there is one
            yield Document(content=yaml_documents.content(loader, node), node=node)
    finally:
        loader.dispose()


def _sites(content: Any, origin: Origin) -> Iterator[SiteSource]:
    path = ""
    if isinstance(content, dict) and set(content) == {_SITES} and isinstance(content[_SITES], list):
        path, content = _SITES, content[_SITES]
    if not isinstance(content, list):
        yield SiteSource(content=content, origin=origin, path=path)
        return
    for index, entry in enumerate(content):
        yield SiteSource(content=entry, origin=origin, path=f"{path}[{index}]")
