"""Waiting ends when something happens, when woken, and in time."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from keyferry.files import notices
from keyferry.files.notices import Inotify, Looks, Notices
from tests.fakes.patience import PATIENCE

LONG = 20.0  # far more than a test waits


@pytest.fixture(params=["inotify", "looks"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Notices:
    return notices.of(tmp_path, inotify=request.param == "inotify")


def waits(told: Notices, seconds: float, meanwhile: Callable[[], object]) -> None:
    """Wait in a thread, do something, and see the wait end."""
    thread = threading.Thread(target=told.wait, args=(seconds,))
    thread.start()
    meanwhile()
    thread.join(timeout=PATIENCE)
    assert not thread.is_alive()
    told.close()


def test_a_wake_ends_a_wait_and_is_not_lost(told: Notices) -> None:
    waits(told, LONG, told.wake)


def test_a_short_wait_ends_by_itself(told: Notices) -> None:
    waits(told, 0.001, lambda: None)


def test_the_kernel_tells_of_a_swap(tmp_path: Path) -> None:
    told = Inotify(tmp_path)
    (tmp_path / "..data_tmp").symlink_to("..version")
    (tmp_path / "..data_tmp").rename(tmp_path / "..data")
    waits(told, LONG, lambda: None)


def test_a_folder_may_come_later(tmp_path: Path) -> None:
    told = Inotify(tmp_path / "later")
    told.wait(0.001)
    (tmp_path / "later").mkdir()
    told.wait(0.001)
    (tmp_path / "later" / "a").touch()
    waits(told, LONG, lambda: None)


def test_full_wakes_do_no_harm(tmp_path: Path) -> None:
    told = Inotify(tmp_path)
    for _ in range(100_000):
        told.wake()
    waits(told, LONG, lambda: None)


def test_without_inotify_there_are_looks(tmp_path: Path) -> None:
    assert isinstance(notices.of(tmp_path, inotify=False), Looks)
