import stat
from pathlib import Path

from keyferry.lab.serve.kubelet import folders


def test_every_missing_folder_is_the_nodes_own(tmp_path: Path) -> None:
    folders.make(tmp_path / "a" / "b")
    folders.make(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) & ~0o750 == 0
    assert (tmp_path / "a" / "b").is_dir()
    folders.remove(tmp_path / "a")
    folders.remove(tmp_path / "a")
    assert not (tmp_path / "a").exists()
