import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.persistence import codec
from keyferry.lab.azure.persistence.journal import Changes
from keyferry.lab.azure.persistence.tables import RowKey
from keyferry.lab.serve.keeping import Keeper, NotKeptError, Origin
from keyferry.lab.serve.state_file import StateFile, StateFileError
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, later

REQUEST = Request(method="DELETE", host="kv-one.vault.azure.net", path="/secrets/off")


class FullDisk(StateFile):
    """A file that takes no more, once it is full."""

    full = False

    def write(self, changes: Changes) -> None:
        """Refuse as SQLite does."""
        if self.full and changes:
            raise sqlite3.OperationalError("database or disk is full")
        super().write(changes)


@contextmanager
def kept(path: Path) -> Iterator[tuple[Azure, Keeper, FullDisk, Origin]]:
    """An Azure in a file."""
    file = FullDisk.open(path)
    origin = Origin.of(file, lab_azure.declared(), NOW)
    azure = Azure(origin.seed, NOW, lab_azure.sources())
    keeper = Keeper(file, azure, origin)
    try:
        yield azure, keeper, file, origin
    finally:
        keeper.close()


def delete(azure: Azure) -> None:
    """Do what `REQUEST` asks for."""
    vault = azure.vaults.by_name("kv-one")
    assert vault is not None
    vault.objects.secrets.delete("off", int(NOW.timestamp()), hidden_seconds=0, kept_seconds=10**6)


def holds(azure: Azure) -> bool:
    """Tell whether the secret is there."""
    vault = azure.vaults.by_name("kv-one")
    assert vault is not None
    return "off" in vault.objects.secrets.live


def test_seed_authority_clock_and_changes_come_back(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with kept(path) as (azure, keeper, _, first):
        delete(azure)
        keeper.after(REQUEST)
        first.clock.advance(timedelta(hours=5))
        keeper.estate()
    with kept(path) as (azure, _, _, second):
        assert not holds(azure)
        assert second.clock.now(NOW) == later(hours=5)
        assert second.authority.certificate_pem == first.authority.certificate_pem
        assert second.seed == first.seed


def test_the_last_changes_are_written_at_the_end(tmp_path: Path) -> None:
    with kept(tmp_path / "s") as (azure, _, _, _):
        delete(azure)
    with kept(tmp_path / "s") as (azure, _, _, _):
        assert not holds(azure)


async def test_what_needs_no_request_is_written_too(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with kept(path) as (azure, keeper, file, _):
        delete(azure)
        keeper.watch()
        assert RowKey("secrets.deleted", "kv-one", "off") in file.read()


async def test_what_cannot_be_written_is_told_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "s"
    with kept(path) as (azure, keeper, file, _):
        delete(azure)
        file.full = True
        with pytest.raises(NotKeptError):
            keeper.after(REQUEST)
        keeper.watch()
        assert "the state file cannot be written: OperationalError" in caplog.text
        file.full = False
        keeper.watch()
        assert RowKey("secrets.deleted", "kv-one", "off") in file.read()
        file.full = True
        azure.vaults.live.clear()
    assert "the last changes are lost" in caplog.text
    with kept(path) as (azure, _, _, _):
        assert not holds(azure)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(Changes(gone={RowKey("lab.authority", "", "")}), id="no-authority"),
        pytest.param(Changes(put={RowKey("lab.seed", "", ""): b"[]"}), id="no-seed"),
        pytest.param(Changes(put={RowKey("lab.clock", "", ""): codec.encode("soon")}), id="no-clock"),
        pytest.param(Changes(put={RowKey("vaults", "", "kv-one"): b"[]"}), id="no-vault"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, changes: Changes) -> None:
    path = tmp_path / "s"
    with kept(path):
        pass
    file = StateFile.open(path)
    file.write(changes)
    file.close()
    file = StateFile.open(path)
    try:
        with pytest.raises(StateFileError, match="holds what this lab does not write"):
            begin(file)
    finally:
        file.close()


def begin(file: StateFile) -> Keeper:
    """Begin with what a file holds."""
    origin = Origin.of(file, lab_azure.declared(), NOW)
    return Keeper(file, Azure(origin.seed, NOW, lab_azure.sources()), origin)
