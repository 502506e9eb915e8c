"""Writes the CustomResourceDefinitions from `keyferry.spec.crd`, for kubectl and for the chart; CI compares."""

from pathlib import Path

import yaml

from keyferry.spec import crd

FOLDERS = (Path("deploy", "crds"), Path("deploy", "helm", "keyferry", "files", "crds"))
HEADER = "# Generated from src/keyferry/spec/crd.py by `make generate`: change it there.\n"


def generate(into: Path) -> None:
    """Write both folders into one that mirrors the repository, the same bytes each time."""
    for definition in crd.definitions():
        text = yaml.safe_dump(definition, sort_keys=False, allow_unicode=True, width=120)
        for folder in FOLDERS:
            (into / folder).mkdir(parents=True, exist_ok=True)
            (into / folder / f"{definition['metadata']['name']}.yaml").write_text(HEADER + text, encoding="utf-8")
