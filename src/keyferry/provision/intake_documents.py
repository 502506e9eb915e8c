"""A text's YAML or JSON as an estate's document, or as sites, each with its place. Called by intake."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from keyferry.kube import yaml_documents, yaml_lines
from keyferry.provision.intake_texts import Text, Unreadable
from keyferry.spec.estate.origins import Origin, SiteSource

_SITES: Final = "sites"


def estate(text: Text) -> Mapping[str, Any]:
    """Return the one document of keyferry.yaml. Unreadable where it is none."""
    found = _documents(text)
    if len(found) == 1 and isinstance(found[0], dict):
        return found[0]
    message = f"has {len(found)} documents, where an estate is one" if len(found) != 1 else "is no mapping"
    remedy = "write apiVersion, kind, metadata and spec in one document; more sites go into files of siteFiles"
    raise Unreadable(text.name, message, remedy)


def sites(text: Text) -> list[SiteSource]:
    """Return the sites of a text: each document is one, a list of them, or has them under `sites`.

    Unreadable where it is no YAML.
    """
    return [
        source
        for number, content in enumerate(_documents(text))
        if content is not None
        for source in _sites(content, Origin(file=text.name, document=number))
    ]


def _sites(content: Any, origin: Origin) -> Iterator[SiteSource]:
    path = ""
    if isinstance(content, dict) and set(content) == {_SITES} and isinstance(content[_SITES], list):
        path, content = _SITES, content[_SITES]
    if not isinstance(content, list):
        yield SiteSource(content=content, origin=origin, path=path)
        return
    for index, entry in enumerate(content):
        yield SiteSource(content=entry, origin=origin, path=f"{path}[{index}]")


def _documents(text: Text) -> list[Any]:
    try:
        return yaml_documents.documents(text.text)
    except (yaml.YAMLError, RecursionError) as refusal:
        mistake = yaml_lines.mistake(refusal)
        message = f"is neither YAML nor JSON: {mistake.why}"
        remedy = "correct it there; mind how deep each line is indented"
        raise Unreadable(text.name, message, remedy, line=mistake.line) from None
