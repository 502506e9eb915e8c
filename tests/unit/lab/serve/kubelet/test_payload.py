"""The `..data` layout, and a reader that never sees half of it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.kubelet.content import File
from keyferry.lab.serve.kubelet import payload
from tests.fakes.running_lab import short_folder

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = st.sampled_from(["a", "b", "c/d", "c/e"])


def file(text: str, mode: int = 0o644) -> File:
    return File(content=text.encode(), mode=mode)


def shown(folder: Path) -> dict[str, str]:
    """What a reader finds, by paths without the layout's own."""
    found = {}
    for top in folder.iterdir():
        if not top.name.startswith(".."):
            inside = [top] if top.is_file() else sorted(top.rglob("*"))
            found.update({str(path.relative_to(folder)): path.read_text() for path in inside})
    return found


def test_the_layout_is_kubelets(tmp_path: Path) -> None:
    payload.write(tmp_path, {"a": file("1", 0o400), "c/d": file("2")}, now=NOW)
    assert (tmp_path / "a").readlink() == Path("..data/a")
    assert (tmp_path / "c").readlink() == Path("..data/c")
    assert (tmp_path / "..data").readlink().name.startswith("..2026_03_01_12_00_00.")
    assert ((tmp_path / "a").stat().st_mode & 0o777) == 0o400


@given(versions=st.lists(st.dictionaries(NAMES, st.text("xyz", max_size=3), max_size=4), min_size=1, max_size=4))
def test_the_last_version_is_what_there_is(versions: list[dict[str, str]]) -> None:
    with short_folder() as folder:
        for version in versions:
            payload.write(folder, {name: file(text) for name, text in version.items()}, now=NOW)
        assert shown(folder) == versions[-1]
        assert len([path for path in folder.iterdir() if path.name.startswith("..")]) == 2


def test_files_belong_to_the_group(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files to any group")
    payload.write(tmp_path, {"a": file("1", 0o640)}, now=NOW, group=2000)
    assert (tmp_path / "a").stat().st_gid == 2000
