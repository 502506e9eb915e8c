"""Writes the CustomResourceDefinitions of deploy/crds from `keyferry.spec.crd`; CI writes them anew and compares."""

from pathlib import Path

import yaml

from keyferry.spec import crd

HEADER = "# Generated from src/keyferry/spec/crd.py by `make generate`: change it there.\n"


def generate(into: Path) -> None:
    """Write deploy/crds into a folder that mirrors the repository, the same bytes each time."""
    folder = into / "deploy" / "crds"
    folder.mkdir(parents=True, exist_ok=True)
    for definition in crd.definitions():
        text = yaml.safe_dump(definition, sort_keys=False, allow_unicode=True, width=120)
        (folder / f"{definition['metadata']['name']}.yaml").write_text(HEADER + text, encoding="utf-8")
