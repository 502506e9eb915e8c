"""What a watch says, and to whom."""

import asyncio
import logging
import queue
from pathlib import Path

import pytest

from keyferry.files import notices, watching
from keyferry.files.snapshot import Change, Snapshot
from keyferry.files.watching import AsyncChanges, Looker, Watch
from tests.fakes.patience import PATIENCE


class Clock:
    """Goes on by one second with every look at it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def put(path: Path, text: str) -> None:
    """Write a file in one step: a watch may look at any moment."""
    unseen = path.with_name("..unseen")
    unseen.write_text(text)
    unseen.rename(path)


class TestLooker:
    """Compares with what was seen last."""

    def test_a_change_is_told_once(self, tmp_path: Path) -> None:
        looker = Looker(tmp_path, Snapshot({}))
        (tmp_path / "a").write_text("1")
        assert looker.look() == Change(added=frozenset({"a"}))
        assert looker.look() == Change()

    def test_a_file_that_was_only_touched_has_not_changed(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_text("1")
        looker = Looker(tmp_path, Snapshot({"a": b"1"}))
        assert not looker.look()
        (tmp_path / "a").unlink()
        (tmp_path / "a").write_text("1")
        assert not looker.look()

    def test_a_folder_that_is_gone_is_no_change(self, tmp_path: Path) -> None:
        looker = Looker(tmp_path / "volume", Snapshot({"a": b"1"}))
        assert not looker.look()
        (tmp_path / "volume").mkdir()
        assert looker.look() == Change(removed=frozenset({"a"}))


def test_what_a_callback_raises_is_logged_without_its_text(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    told: queue.Queue[Change] = queue.Queue()

    def fails(change: Change) -> None:
        told.put(change)
        raise ValueError("hunter2")

    (tmp_path / "a").write_text("1")
    with caplog.at_level(logging.ERROR), Watch(tmp_path, fails, Snapshot({}), notices.of(tmp_path)):
        told.get(timeout=PATIENCE)
        put(tmp_path / "b", "1")
        told.get(timeout=PATIENCE)
    assert "ValueError" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_callback_may_close_its_own_watch(tmp_path: Path) -> None:
    told: queue.Queue[Change] = queue.Queue()
    watches: queue.Queue[Watch] = queue.Queue()

    def once(change: Change) -> None:
        watches.get(timeout=PATIENCE).close()
        told.put(change)

    (tmp_path / "a").write_text("1")
    watch = Watch(tmp_path, once, Snapshot({}), notices.of(tmp_path))
    watches.put(watch)
    assert told.get(timeout=PATIENCE).added == {"a"}
    watch.close()
    watch.close()


async def test_changes_come_in_their_order_until_closed(tmp_path: Path) -> None:
    async with AsyncChanges(tmp_path, Snapshot({}), notices.of(tmp_path)) as changes:
        seen = []
        await asyncio.to_thread(put, tmp_path / "a", "1")
        async for change in changes:
            seen.append(change)
            if len(seen) == 2:
                break
            await asyncio.to_thread(put, tmp_path / "a", "22")
    assert [change.names for change in seen] == [{"a"}, {"a"}]
    assert [change async for change in changes] == []


def test_waiting_ends_at_its_time(tmp_path: Path) -> None:
    told = notices.of(tmp_path)
    told.wake()
    assert watching.wait(Looker(tmp_path, Snapshot({})), told, Clock(), until=2.0) is None
    told.close()
