"""A volume's files change all at once, and any crash is survived."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.mount.disk import atomic
from keyferry.mount.disk.atomic import Changes
from keyferry.mount.disk.folder import Folder, StoredFile
from keyferry.mount.state import MountedFile
from tests.fakes.volumes import NOW, files, shown

OWN_GROUP = os.getegid()


def write(volume: Path, wanted: Sequence[MountedFile], group: int | None = None) -> Changes:
    with Folder.root(str(volume)) as folder:
        return atomic.write(folder, wanted, group=group, now=NOW)


def tidy(volume: Path) -> None:
    with Folder.root(str(volume)) as folder:
        atomic.tidy(folder)


def finish(volume: Path) -> None:
    with Folder.root(str(volume)) as folder:
        atomic.finish(folder, group=None)


def hidden(volume: Path) -> list[str]:
    return sorted(path.name for path in volume.iterdir() if path.name.startswith("..") and path.name != "..data")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_the_layout_is_kubelets(tmp_path: Path) -> None:
    changes = write(tmp_path, files({"user": "ada", "tls/key": "k"}))

    version = (tmp_path / "..data").readlink()
    assert changes == Changes(added=frozenset({"user", "tls/key"}))
    assert str(version).startswith("..2026_03_01_12_00_00.")
    assert (tmp_path / "user").readlink() == Path("..data/user")
    assert (tmp_path / "tls").readlink() == Path("..data/tls")
    assert hidden(tmp_path) == [str(version)]
    assert shown(tmp_path) == {"user": "ada", "tls/key": "k"}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param({"a": "1"}, {"a": "1"}, Changes(), id="nothing"),
        pytest.param({"a": "1"}, {"a": "2"}, Changes(changed=frozenset({"a"})), id="content"),
        pytest.param({"a": "1"}, {"b": "1"}, Changes(added=frozenset({"b"}), removed=frozenset({"a"})), id="a-name"),
        pytest.param({"a/b": "1"}, {"a": "1"}, Changes(added=frozenset({"a"}), removed=frozenset({"a/b"})), id="flat"),
        pytest.param({"a": "1", "b": "2"}, {}, Changes(removed=frozenset({"a", "b"})), id="everything-goes"),
    ],
)
def test_a_write_tells_what_changed(
    first: dict[str, str], second: dict[str, str], expected: Changes, tmp_path: Path
) -> None:
    write(tmp_path, files(first))

    assert write(tmp_path, files(second)) == expected
    assert shown(tmp_path) == second
    assert write(tmp_path, files(second)) == Changes()


def test_the_same_payload_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, files({"a": "1"}))
    version = (tmp_path / "..data").readlink()

    assert not write(tmp_path, files({"a": "1"}))
    assert (tmp_path / "..data").readlink() == version
    assert hidden(tmp_path) == [str(version)]


def test_modes_are_exact_whatever_the_umask(tmp_path: Path) -> None:
    wanted = [
        MountedFile(path="foo", mode=0o666, content=SecretValue(b"")),
        MountedFile(path="bar", mode=0o444, content=SecretValue(b"")),
        MountedFile(path="baz/qux", mode=0o777, content=SecretValue(b"")),
        MountedFile(path="high", mode=0o4600, content=SecretValue(b"")),
    ]
    old = os.umask(0o077)
    try:
        write(tmp_path, wanted)
    finally:
        os.umask(old)

    assert {name: oct(mode(tmp_path / name)) for name in ("foo", "bar", "baz/qux", "high", "baz", "..data", ".")} == {
        "foo": "0o666",
        "bar": "0o444",
        "baz/qux": "0o777",
        "high": "0o600",
        "baz": "0o755",
        "..data": "0o755",
        ".": "0o755",
    }


def test_a_mode_alone_is_a_change(tmp_path: Path) -> None:
    write(tmp_path, files({"a": "1"}, mode=0o644))

    assert write(tmp_path, files({"a": "1"}, mode=0o400)) == Changes(changed=frozenset({"a"}))
    assert mode(tmp_path / "a") == 0o400


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to a group that it is not in")
def test_a_group_gets_everything_and_may_read(tmp_path: Path) -> None:
    write(tmp_path, files({"a": "1", "b/c": "2"}, mode=0o400))
    changes = write(tmp_path, files({"a": "1", "b/c": "2"}, mode=0o400), group=4711)

    assert changes == Changes(changed=frozenset({"a", "b/c"}))
    assert {(tmp_path / name).stat().st_gid for name in (".", "..data", "a", "b", "b/c")} == {4711}
    assert mode(tmp_path / "a") == 0o440
    assert write(tmp_path, files({"a": "1", "b/c": "2"}, mode=0o400)).changed == {"a", "b/c"}
    assert tmp_path.stat().st_gid == OWN_GROUP


def test_the_version_before_stays_until_tidy(tmp_path: Path) -> None:
    write(tmp_path, files({"a": "1"}))
    before = tmp_path / (tmp_path / "..data").readlink()
    write(tmp_path, files({"a": "2"}))
    assert (before / "a").read_text() == "1"

    tidy(tmp_path)
    assert not before.exists()
    assert shown(tmp_path) == {"a": "2"}


@pytest.mark.parametrize(
    "path", ["/dev/null", "..x", "a/../b", "", "a//b", "a" * 5000, ".", "a/" * 99 + "a", "a/b/" * 1000]
)
def test_bad_paths_leave_everything_as_it_is(path: str, tmp_path: Path) -> None:
    write(tmp_path, files({"a": "1"}))
    with pytest.raises(SpecError):
        write(tmp_path, files({"b": "2", path: "x"}))
    assert shown(tmp_path) == {"a": "1"}


class TestWhatLiesThere:
    """Leftovers of older providers, of crashes, and tricks."""

    def test_plain_files_and_folders_become_links(self, tmp_path: Path) -> None:
        (tmp_path / "user").write_text("old")
        (tmp_path / "tls").mkdir()
        (tmp_path / "tls" / "key").write_text("old")
        (tmp_path / "gone").write_text("old")
        write(tmp_path, files({"user": "new", "tls/key": "new"}))

        assert shown(tmp_path) == {"user": "new", "tls/key": "new"}
        assert (tmp_path / "user").is_symlink()
        assert (tmp_path / "tls").is_symlink()
        assert hidden(tmp_path) == [str((tmp_path / "..data").readlink())]

    @pytest.mark.parametrize("name", ["..data", "..data_tmp", "..link_tmp", "..replaced", "..2026_01_01_00_00_00.1"])
    @pytest.mark.parametrize("kind", ["file", "folder", "link"])
    def test_reserved_names_are_taken_back(self, name: str, kind: str, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "precious").write_text("untouched")
        volume = tmp_path / "volume"
        volume.mkdir()
        place = volume / name
        if kind == "file":
            place.write_text("x")
        elif kind == "folder":
            (place / "deep").mkdir(parents=True)
        else:
            place.symlink_to(outside)
        write(volume, files({"a": "1"}))

        assert shown(volume) == {"a": "1"}
        assert hidden(volume) == [str((volume / "..data").readlink())]
        assert (outside / "precious").read_text() == "untouched"

    @pytest.mark.parametrize("leads", ["/etc", "../outside", "..2026_01_01_00_00_00.7", "..data"])
    def test_data_that_leads_elsewhere_is_not_followed(self, leads: str, tmp_path: Path) -> None:
        (tmp_path / "..data").symlink_to(leads)
        write(tmp_path, files({"a": "1"}))
        assert shown(tmp_path) == {"a": "1"}

    def test_an_odd_thing_in_a_version_has_it_written_anew(self, tmp_path: Path) -> None:
        write(tmp_path, files({"a": "1", "b/c": "2"}))
        (tmp_path / "..data" / "b" / "odd").symlink_to("/etc/passwd")
        write(tmp_path, files({"a": "1", "b/c": "2"}))
        assert sorted(path.name for path in (tmp_path / "..data" / "b").iterdir()) == ["c"]

    def test_missing_and_foreign_links_are_mended(self, tmp_path: Path) -> None:
        write(tmp_path, files({"a": "1", "b": "2"}))
        (tmp_path / "a").unlink()
        (tmp_path / "b").unlink()
        (tmp_path / "b").symlink_to("/etc/passwd")
        (tmp_path / "more").symlink_to("..data/a")

        assert not write(tmp_path, files({"a": "1", "b": "2"}))
        assert shown(tmp_path) == {"a": "1", "b": "2"}
        assert not (tmp_path / "more").is_symlink()


def test_what_was_never_written_needs_no_finish(tmp_path: Path) -> None:
    (tmp_path / "of-a-vendor").write_text("kept")
    finish(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["of-a-vendor"]


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, its clean-up neither."""


class Mortal(Folder):
    """A folder whose process dies before its nth step, or in the middle of it where it writes a file."""

    steps: ClassVar[int] = 0
    dies_at: ClassVar[int] = 0
    in_the_middle: ClassVar[bool] = False

    @classmethod
    def lives(cls, steps: int, *, in_the_middle: bool = False) -> None:
        cls.steps, cls.dies_at, cls.in_the_middle = 0, steps, in_the_middle

    @classmethod
    def step(cls) -> None:
        cls.steps += 1
        if cls.steps > cls.dies_at:
            raise Killed

    def make(self, name: str, mode: int) -> None:
        self.step()
        super().make(name, mode)

    def create(self, name: str, file: StoredFile) -> None:
        try:
            self.step()
        except Killed:
            if self.in_the_middle and self.steps == self.dies_at + 1:
                super().create(name, StoredFile(content=SecretValue(b"half"), mode=0o600, gid=OWN_GROUP))
            raise
        super().create(name, file)

    def settle(self, mode: int, gid: int) -> None:
        self.step()
        super().settle(mode, gid)

    def link(self, name: str, to: str) -> None:
        self.step()
        super().link(name, to)

    def rename(self, name: str, to: str) -> None:
        self.step()
        super().rename(name, to)

    def unlink(self, name: str) -> None:
        self.step()
        super().unlink(name)

    def drop(self, name: str) -> None:
        self.step()
        super().drop(name)


def seen_through_data(volume: Path) -> dict[str, str] | None:
    """What a program sees that resolves `..data` once."""
    data = volume / "..data"
    if not data.is_symlink():
        return None
    version = volume / data.readlink()
    return {str(path.relative_to(version)): path.read_text() for path in sorted(version.rglob("*")) if path.is_file()}


NAMES = st.sampled_from(["a", "b", "c/x", "c/y", "d/e/f"])
CONTENTS = st.dictionaries(NAMES, st.sampled_from(["1", "2"]), max_size=4)


@settings(max_examples=8, deadline=None)
@example(first={"a": "1", "c/x": "1"}, second={"a": "2", "d/e/f": "1"}, third={"b": "1"}, in_the_middle=True)
@example(first={"c/x": "1"}, second={"a": "1"}, third={"c/x": "1"}, in_the_middle=False)
@given(first=CONTENTS, second=CONTENTS, third=CONTENTS, in_the_middle=st.booleans())
def test_a_crash_at_any_step_leaves_one_whole_set(
    first: dict[str, str],
    second: dict[str, str],
    third: dict[str, str],
    in_the_middle: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    lives, survived = 0, False
    while not survived:
        volume = tmp_path_factory.mktemp("volume")
        write(volume, files(first))
        Mortal.lives(lives, in_the_middle=in_the_middle)
        try:
            with Mortal.root(str(volume)) as folder:
                atomic.write(folder, files(second), group=None, now=NOW)
                atomic.tidy(folder)
            survived = True
        except Killed:
            lives += 1
        assert seen_through_data(volume) in (first, second)
        for path, content in shown(volume).items():  # name by name, too
            assert content in {first.get(path), second.get(path)}
        finish(volume)
        present = seen_through_data(volume) or {}
        assert present in (first, second)
        assert present.items() <= shown(volume).items(), "also without another write, every file is there by name"
        write(volume, files(third))
        tidy(volume)
        assert seen_through_data(volume) == third == shown(volume)
        assert hidden(volume) == [str((volume / "..data").readlink())]


def test_a_crash_while_links_replace_plain_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An older provider's files: each stays until its link is there. A folder may be away when the crash comes."""
    lives, survived = 0, False
    while not survived:
        volume = tmp_path_factory.mktemp("volume")
        (volume / "user").write_text("old")
        (volume / "tls").mkdir()
        (volume / "tls" / "key").write_text("old")
        Mortal.lives(lives)
        try:
            with Mortal.root(str(volume)) as folder:
                atomic.write(folder, files({"user": "new", "tls/key": "new"}), group=None, now=NOW)
            survived = True
        except Killed:
            lives += 1
        seen = shown(volume)
        assert seen["user"] in {"old", "new"}
        assert seen.get("tls/key", "old") in {"old", "new"}
        write(volume, files({"user": "new", "tls/key": "new"}))
        tidy(volume)
        assert shown(volume) == {"user": "new", "tls/key": "new"}
        assert hidden(volume) == [str((volume / "..data").readlink())]
    assert lives > 10


class Readers:
    """Real threads that read again and again. `turn_around` waits until each has begun and ended a round since."""

    def __init__(self, *rounds: Callable[[], None]) -> None:
        self.wrong: list[object] = []
        self._done = threading.Event()
        self._counts = [0] * len(rounds)
        self._threads = [threading.Thread(target=self._read, args=each) for each in enumerate(rounds)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def turn_around(self) -> None:
        wanted = [count + 2 for count in self._counts]  # the round under way may have begun before
        while not self.wrong and any(count < want for count, want in zip(self._counts, wanted, strict=True)):
            os.sched_yield()

    def _read(self, number: int, one_round: Callable[[], None]) -> None:
        while not self._done.is_set():
            try:
                one_round()
            except (OSError, AssertionError) as wrong:
                self.wrong.append(wrong)
                return
            self._counts[number] += 1


def test_readers_see_one_version_all_the_time(tmp_path: Path) -> None:
    """In any order through `..data` resolved once, and name by name."""
    names = ["a", "b", "c/d"]
    write(tmp_path, files(dict.fromkeys(names, "0")))

    def resolves_once(order: list[str]) -> None:
        version = tmp_path / (tmp_path / "..data").readlink()
        assert len({(version / name).read_text() for name in order}) == 1

    def by_name() -> None:
        assert all((tmp_path / name).read_text().isdigit() for name in names)

    with Readers(lambda: resolves_once(names), lambda: resolves_once(names[::-1]), by_name) as readers:
        for number in range(1, 30):
            write(tmp_path, files(dict.fromkeys(names, str(number))))
            readers.turn_around()
    assert readers.wrong == []
