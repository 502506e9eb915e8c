"""Manifests are found below folders, and what is none is left."""

import os
from pathlib import Path

import pytest

from keyferry.cli import manifest_folders
from tests.unit.cli.test_manifest_files import POD, only


def below(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path, _ in manifest_folders.paths([folder])]


def test_what_is_named_is_taken_as_it_is(tmp_path: Path) -> None:
    named = [Path("-"), tmp_path / "a.txt"]
    assert list(manifest_folders.paths(named)) == [(path, True) for path in named]


def test_what_is_named_twice_is_taken_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    assert list(manifest_folders.paths([tmp_path, tmp_path / "a.yaml"])) == [(tmp_path / "a.yaml", False)]


def test_folders(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.json", ".git/d.yaml", "e.txt", "chart/Chart.yaml", "chart/templates/f.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(POD if name != "sub/c.json" else '{"kind": "Pod"}')
    (tmp_path / "other.json").write_text("{ // a comment\n}")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nothing")
    (tmp_path / "linked").symlink_to(tmp_path / "sub")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert below(tmp_path) == ["a.yml", "b.yaml", "chart/Chart.yaml", "linked/c.json", "other.json"]


def test_patches_are_no_manifests(tmp_path: Path) -> None:
    for name in ("a", "patch", "older", "json"):
        (tmp_path / f"{name}.yaml").write_text(POD)
    (tmp_path / "kustomization.yaml").write_text(
        "kind: Kustomization\nresources: [a.yaml]\npatches: [{path: patch.yaml}, {patch: inline}]\n"
        "patchesStrategicMerge: [older.yaml]\npatchesJson6902: [{path: json.yaml}]\n"
    )
    assert below(tmp_path) == ["a.yaml", "kustomization.yaml"]
    (tmp_path / "kustomization.yaml").write_text("kind: [")
    assert len(below(tmp_path)) == 5
    (tmp_path / "kustomization.yaml").write_text("kind: Kustomization\npatchesStrategicMerge: 1\n")
    assert len(below(tmp_path)) == 5


def test_a_way_that_is_closed_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "around").symlink_to("around")
    for way in ("file/..", "around", "a" * 300):
        assert "cannot be read" in only(tmp_path / way).unread[0].message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert "cannot be read" in only(tmp_path).unread[0].message
