"""Which files are manifests: those named, and those below folders that are named.

Called by cli.manifest_files.
"""

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import yaml

from keyferry.advice import parts
from keyferry.kube import yaml_lines

SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
STDIN: Final = "-"
_CHART: Final = "Chart.yaml"
_TEMPLATES: Final = "templates"
_KUSTOMIZATIONS: Final = frozenset({"kustomization.yaml", "kustomization.yml"})
_MAX_KUSTOMIZATION: Final = 1024 * 1024


def paths(names: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield every file named, and every manifest below a folder that is named, each once; True for the former."""
    seen: set[Path] = set()
    for path, is_named in _all(names):
        resolved = _resolved(path)
        if resolved not in seen:
            seen.add(resolved)
            yield path, is_named


def _all(names: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    for name in names:
        if str(name) != STDIN and _number(name) is not None:
            yield from ((path, False) for path in _below(name, frozenset(filter(None, [_number(name)]))))
        else:
            yield name, True


def _resolved(path: Path) -> Path:
    """Return the one name of a file that may have several, by links or because it is named beside its folder."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return path


def _below(folder: Path, above: frozenset[tuple[int, int]]) -> Iterator[Path]:
    """Walk through links as well, but into no folder that stands above.

    The templates of a chart are no manifests, and neither are the patches of a kustomization.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder  # reading it will tell why not
        return
    is_chart = any(entry.name == _CHART for entry in entries)
    patches = {patch for entry in entries if entry.name in _KUSTOMIZATIONS for patch in _patches(entry)}
    for entry in entries:
        if entry.name.startswith(".") or entry.name in patches:
            continue
        number = _number(entry)
        if number is None:
            if entry.suffix in SUFFIXES and _is_file(entry):
                yield entry
        elif not (is_chart and entry.name == _TEMPLATES) and number not in above:
            yield from _below(entry, above | {number})


def _patches(kustomization: Path) -> Iterator[str]:
    """Yield the names of patches beside a kustomization. Of one that cannot be read, its own reading tells."""
    try:
        documents = [found.content for found in yaml_lines.documents(kustomization.read_text()[:_MAX_KUSTOMIZATION])]
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return
    for document in documents:
        yield from (parts.text(patch, "path") for _, patch in parts.entries(document, "patches"))
        yield from (parts.text(patch, "path") for _, patch in parts.entries(document, "patchesJson6902"))
        named = document.get("patchesStrategicMerge")
        yield from (str(name) for name in (named if isinstance(named, list) else ()))


def _number(path: Path) -> tuple[int, int] | None:
    """Return what tells a folder from all others, None where it is none, or none that can be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _is_file(path: Path) -> bool:
    """Pipes and devices below a folder are no manifests, and links that lead nowhere neither."""
    try:
        return path.is_file()
    except OSError:
        return True  # reading it will tell why not
