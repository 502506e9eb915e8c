"""The schema of keyferry.yaml for editors, and its reference: both say what the fields say of themselves."""

import json
from collections.abc import Iterator
from pathlib import Path

from keyferry.spec.estate import json_schema
from keyferry.spec.estate.fields import estate as fields
from keyferry.spec.schema import Flag, Integer, Items, Node, Table, Text, Texts

SCHEMA = Path("deploy", "schemas", "estate.schema.json")
REFERENCE = Path("docs", "reference", "estate.md")
EXAMPLES = Path(__file__).parents[2] / "examples"
HEAD = """\
# keyferry.yaml

<!-- Generated from src/keyferry/spec/estate/fields/ by `make generate`. -->

One file, kind `Estate`, says each fact of a team's identities, vaults and sites once. `keyferry init` writes one;
`keyferry provision` makes Terraform, manifests and the install of it. Everything in it is checked before anything is
made, and every problem is told with its file, line and remedy. No value of a secret may stand in it.

Editors complete and check it by a schema: begin the file with
`# yaml-language-server: $schema=estate.schema.json` and put beside it what `keyferry provision schema` prints, which is
also in [deploy/schemas](../../deploy/schemas/estate.schema.json).

More sites come from `siteFiles`, from `--sites FILE` or `--sites -` (standard input), and from `--sites-from-env NAME`,
an environment variable: YAML or JSON, each document one site, a list of sites, or `sites:` with such a list.

A site that names no identity gets one of its own, which no other site can use. An identity that several share holds at
most 20 of them, as Entra allows no more federated credentials.
"""
EXAMPLE = "## Examples\n\nThe three below show every field. They are in [examples](../../examples).\n"


def generate(into: Path) -> None:
    """Write the schema and the reference into `into`."""
    for path, text in ((SCHEMA, schema()), (REFERENCE, reference())):
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        (into / path).write_text(text)


def schema() -> str:
    """The schema as it is published."""
    return json.dumps(json_schema.document(), indent=2) + "\n"


def reference() -> str:
    """Every table of the document, and the examples."""
    shown = [f"```yaml\n{(EXAMPLES / name).read_text()}```\n" for name in _NAMES]
    return "\n".join([HEAD, *_sections("", fields.WHOLE), EXAMPLE, *shown])


_NAMES = ("estate-new.yaml", "estate-shared.yaml", "estate.yaml")


def _sections(path: str, node: Node) -> Iterator[str]:
    """Yield a section for each mapping, those of a list as one of its entries."""
    inner = node.of if isinstance(node, Items) else node
    if not isinstance(inner, Table):
        return
    path = f"{path}[]" if isinstance(node, Items) else path
    yield _section(path, node.doc, inner)
    for name, field in inner.fields.items():
        yield from _sections(f"{path}.{name}" if path else name, field)


def _section(path: str, doc: str, table: Table) -> str:
    if table.min_properties == 1:
        doc = f"{doc} Exactly one of them."
    rows = "\n".join(_row(name, field, is_required=name in table.required) for name, field in table.fields.items())
    heading = f"## `{path}`" if path else "## The document"
    return f"{heading}\n\n{doc}\n\n| Field | Type | Default | What it says |\n|---|---|---|---|\n{rows}\n"


def _row(name: str, node: Node, *, is_required: bool) -> str:
    doc, _, told = node.doc.replace("|", "\\|").partition(" Default: ")
    default = "required" if is_required else _default(node) or _code(told.removesuffix("."))
    return f"| `{name}` | {_type(node)} | {default} | {doc} |"


def _type(node: Node) -> str:
    match node:
        case Text(enum=()):
            return "text"
        case Text():
            return ", ".join(f"`{choice}`" for choice in node.enum)
        case Flag():
            return "`true`, `false`"
        case Integer():
            return f"number{_bounds(node)}"
        case Items():
            return "list" if isinstance(node.of, Table) else f"list of {_type(node.of)}"
        case Texts():
            return "texts by name"
        case _:
            return "mapping"


def _bounds(node: Integer) -> str:
    match node.least, node.most:
        case int(), int():
            return f", {node.least} to {node.most}"
        case int(), None:
            return f", at least {node.least}"
    return ""


def _default(node: Node) -> str:
    default = node.default if isinstance(node, Text | Flag | Integer) else None
    return "" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _code(told: str) -> str:
    """What is one word is what stands in the file."""
    return f"`{told}`" if told and " " not in told else told
