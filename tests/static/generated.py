"""Holds generated files against their generators, or writes them: `python -m tests.static.generated [--write]`."""

import filecmp
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.static import chart, crds, estates, protobuf, readme, rules

ROOT = Path(__file__).parents[2]
GENERATORS: tuple[Callable[[Path], None], ...] = (
    chart.generate,
    crds.generate,
    estates.generate,
    protobuf.generate,
    readme.generate,
    rules.generate,
)


def main(arguments: list[str]) -> int:
    """Generate into an empty folder, which mirrors the repository, and hold every file there against ours."""
    with TemporaryDirectory() as folder:
        fresh = Path(folder)
        for generate in GENERATORS:
            generate(fresh)
        names = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
        differing = [name for name in names if not _same(fresh / name, ROOT / name)]
        if "--write" in arguments:
            for name in differing:
                (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(fresh / name, ROOT / name)
                print(f"wrote {name}")  # noqa: T201  (a command's output)
            return 0
    for name in differing:
        print(f"{name} is not what its generator writes: run `make generate`")  # noqa: T201  (a command's output)
    return 1 if differing else 0


def _same(fresh: Path, ours: Path) -> bool:
    return ours.is_file() and filecmp.cmp(fresh, ours, shallow=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
