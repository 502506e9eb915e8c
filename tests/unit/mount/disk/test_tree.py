"""Sets of files, whole."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.secrets import SecretValue
from keyferry.mount.disk import tree
from keyferry.mount.disk.folder import Folder, StoredFile

GROUP = os.getegid()
MODES = st.integers(min_value=0, max_value=0o777)
PATHS = st.lists(st.sampled_from(["a", "b", "c", "ä"]), min_size=1, max_size=4).map("/".join)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with Folder.root(str(tmp_path)) as opened:
        yield opened


def free_of_clashes(found: dict[str, tuple[bytes, int]]) -> bool:
    return not any(one != other and other.startswith(one + "/") for one in found for other in found)


@settings(max_examples=40)
@given(contents=st.dictionaries(PATHS, st.tuples(st.binary(max_size=50), MODES), max_size=6).filter(free_of_clashes))
def test_what_is_written_is_read_back(
    contents: dict[str, tuple[bytes, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    wanted = {
        path: StoredFile(content=SecretValue(content), mode=mode | 0o400, gid=GROUP)
        for path, (content, mode) in contents.items()
    }
    root = tmp_path_factory.mktemp("tree")
    with Folder.root(str(root)) as folder:
        tree.write(folder, wanted, gid=GROUP)
        assert tree.read(folder) == wanted
        tree.clear(folder)
    assert list(root.iterdir()) == []


def test_odd_things_are_not_read(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "link").symlink_to("/etc/passwd")
    assert tree.read(folder) is None


def test_removal_does_not_follow_links(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "link").symlink_to(outside)
    tree.remove(folder, "tree")
    tree.remove(folder, "tree")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside"]
    assert (outside / "precious").exists()


class Unreadable(Folder):
    """A folder of a user that is not root, whose own files may be closed to it."""

    def read(self, name: str) -> StoredFile:
        raise PermissionError


def test_a_file_that_its_owner_may_not_read_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "closed").touch(mode=0)
    with Unreadable.root(str(tmp_path)) as folder:
        assert tree.read(folder) is None
