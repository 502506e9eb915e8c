"""What `keyferry template` does: reads a template and its data, and renders."""

import base64
import binascii
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from keyferry.cli.output import Output
from keyferry.kube import yaml_lines
from keyferry.model.errors import SpecError, foreign
from keyferry.template import live
from keyferry.template.errors import TemplateError
from keyferry.template.language.compiled import Template

MANIFESTS: Final = frozenset({".yaml", ".yml", ".json"})
TEMPLATE: Final = {"ExternalSecret": ("target", "template"), "PushSecret": ("template",)}
PARTS: Final = ("data", "metadata.labels", "metadata.annotations")

Delimiters = tuple[str, str]


def run(file: Path, data: Path | None, delimiters: Delimiters, output: Output) -> str:
    """Return what to print."""
    text = sys.stdin.read() if str(file) == "-" else _read(file)
    entries = {} if data is None else _entries(data)
    document = _manifest(file, text)
    if document is None:
        made = _render(text, entries, delimiters, str(file))
        return json.dumps({"output": _shown(made)}, indent=2) + "\n" if output is Output.JSON else _shown(made)
    rendered = {
        f"{part}.{key}": _shown(_render(template, entries, delimiters, f"{file}: {part}.{key}"))
        for part, templates in _templates(document)
        for key, template in templates.items()
    }
    if output is Output.JSON:
        return json.dumps(rendered, indent=2) + "\n"
    return str(yaml.safe_dump(rendered, allow_unicode=True, sort_keys=False))


def _render(text: str, entries: Mapping[bytes, bytes], delimiters: Delimiters, label: str) -> bytes:
    try:
        return Template(text, delimiters=delimiters).execute(entries, live.surroundings())
    except TemplateError as error:
        place = f"{label}:{error.line}:{error.column}" if error.line else label
        raise SpecError(what=f"{place}: {error.what}", cause=error.cause, remedy="correct the template") from None


def _shown(made: bytes) -> str:
    """Return text as it is, and bytes that are none as Base64, with a word that says so."""
    try:
        return made.decode()
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(made).decode()}"


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as refusal:
        cause = foreign(refusal.strerror or "")
        raise SpecError(what=f"{file} cannot be read", cause=cause, remedy="correct the path") from None
    except UnicodeDecodeError:
        raise SpecError(what=f"{file} is no text", remedy="name a file in UTF-8") from None


def _manifest(file: Path, text: str) -> Mapping[str, Any] | None:
    """Return the first document with a template, None where the file is a template itself."""
    if file.suffix not in MANIFESTS:
        return None
    try:
        found = [document.content for document in yaml_lines.documents(text)]
    except (yaml.YAMLError, ValueError):
        return None
    return next((document for document in found if document.get("kind") in TEMPLATE), None)


def _templates(document: Mapping[str, Any]) -> list[tuple[str, dict[str, str]]]:
    template: Any = document.get("spec")
    for step in TEMPLATE[document["kind"]]:
        template = template.get(step) if isinstance(template, dict) else None
    if not isinstance(template, dict):
        raise SpecError(what=f"the {document['kind']} has no template", remedy="add spec.target.template.data")
    found = []
    for part in PARTS:
        texts: Any = template
        for step in part.split("."):
            texts = texts.get(step) if isinstance(texts, dict) else None
        if isinstance(texts, dict):
            found.append((part, {str(key): str(text) for key, text in texts.items()}))
    literals = [one.get("literal") for one in template.get("templateFrom") or () if isinstance(one, dict)]
    texts = {f"[{index}].literal": text for index, text in enumerate(literals) if isinstance(text, str)}
    return [*found, ("templateFrom", texts)]


def _entries(file: Path) -> dict[bytes, bytes]:
    """Return the data: a mapping of texts, or of the manifest of a Secret. No message shows a value."""
    try:
        (document,) = yaml_lines.documents(_read(file))
    except (yaml.YAMLError, ValueError):
        raise SpecError(what=f"{file} is no mapping", remedy="write KEY: VALUE lines, or JSON") from None
    content = document.content
    if content.get("kind") != "Secret":
        return {str(key).encode(): _text(file, key, value) for key, value in content.items()}
    decoded = {str(key).encode(): _decoded(file, key, value) for key, value in (content.get("data") or {}).items()}
    plain = content.get("stringData") or {}
    return decoded | {str(key).encode(): _text(file, key, value) for key, value in plain.items()}


def _text(file: Path, key: object, value: object) -> bytes:
    if not isinstance(value, str):
        remedy = "put it in quotes; a value that is JSON is a text, too"
        raise SpecError(what=f"{file}: the value of {foreign(str(key))} is no text", remedy=remedy)
    return value.encode()


def _decoded(file: Path, key: object, value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        what = f"{file}: the value of {foreign(str(key))} is no Base64"
        raise SpecError(what=what, remedy="write stringData for plain text") from None
