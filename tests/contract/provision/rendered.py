"""The manifests of sites that get secrets in every way, as objects, whatever form they were written in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from keyferry.provision.manifests import render
from keyferry.provision.manifests.state import Form
from keyferry.spec.estate.estate import Estate
from tests.fakes import placements

Json: TypeAlias = dict[str, Any]
Objects: TypeAlias = dict[tuple[str, str, str], Json]

ESTATE = placements.mixed()
PLAIN = "manifests/plain/"
PATCHES = "manifests/patches/"


def files(form: Form, estate: Estate = ESTATE) -> Mapping[str, bytes]:
    """What is written of an estate of which all was made."""
    return render.render(estate, placements.outputs(estate), form).files


def below(folder: str, written: Mapping[str, bytes]) -> list[Json]:
    """The documents of all files of a folder."""
    return [each for path, text in written.items() if path.startswith(folder) for each in documents(text)]


def documents(text: bytes | str) -> list[Json]:
    """The documents of a file."""
    return [each for each in yaml.safe_load_all(text) if each is not None]


def by_name(found: Iterable[Json]) -> Objects:
    """Objects by kind, namespace and name, of which there is one each."""
    objects: Objects = {}
    for each in found:
        metadata = each["metadata"]
        name = (each["kind"], metadata.get("namespace", ""), metadata["name"])
        assert name not in objects, f"{name} comes twice"
        objects[name] = each
    return objects


def write(written: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder."""
    for path, text in written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
