"""The HCL that comes with keyferry, and the chart where it is installed, read as files of a root module."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from keyferry.provision import shipped
from keyferry.provision.tree import Files

_SUFFIXES: Final = (".tf",)


def read(*, with_chart: bool) -> Files:
    """Return the root module's own files, its modules below modules/, and the chart below helm/keyferry if wanted."""
    found = {
        **_below(shipped.find("terraform/root"), "", _SUFFIXES),
        **_below(shipped.find("terraform/modules"), "modules/", _SUFFIXES),
    }
    return {**found, **_below(shipped.find("helm/keyferry"), "helm/keyferry/", ())} if with_chart else found


def _below(folder: Path, prefix: str, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    return {f"{prefix}{path.relative_to(folder).as_posix()}": path.read_bytes() for path in _files(folder, suffixes)}


def _files(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yield what belongs to it, and nothing that a tool left there, as .terraform/."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") and part != ".helmignore" for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and (not suffixes or path.suffix in suffixes):
            yield path
