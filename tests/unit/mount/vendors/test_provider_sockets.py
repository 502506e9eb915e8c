import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyferry.model.errors import NotFound, SpecError
from keyferry.mount.vendors import provider_sockets
from tests.fakes.unix_sockets import short_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        for name in ("first", "second"):
            (path / name).mkdir()
        yield path


def listen(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def test_the_first_folder_wins(folder: Path) -> None:
    folders = (folder / "first", folder / "none", folder / "second")
    with pytest.raises(NotFound, match=r"provider not found.*second"):
        provider_sockets.find("vendor", folders)
    listen(folder / "second" / "vendor.sock")
    assert provider_sockets.find("vendor", folders).path == folder / "second" / "vendor.sock"
    listen(folder / "first" / "vendor.sock")
    assert provider_sockets.find("vendor", folders).path == folder / "first" / "vendor.sock"


def test_what_is_no_socket_is_passed_over(folder: Path) -> None:
    (folder / "first" / "vendor.sock").touch()
    with pytest.raises(NotFound):
        provider_sockets.find("vendor", [folder / "first"])


def test_a_socket_made_anew_is_another(folder: Path) -> None:
    path = folder / "first" / "vendor.sock"
    listen(path)
    before = provider_sockets.find("vendor", [folder / "first"])
    assert provider_sockets.find("vendor", [folder / "first"]) == before
    listen(folder / "first" / "new")
    (folder / "first" / "new").replace(path)
    assert provider_sockets.find("vendor", [folder / "first"]) != before


@pytest.mark.parametrize("name", ["", "a/b", "..", "x" * 31, "a.b", "vendor\n", "ü"])
def test_refuses_names_before_it_looks(name: str) -> None:
    with pytest.raises(SpecError, match="1 to 30 letters"):
        provider_sockets.find(name, [Path("/nowhere")])
