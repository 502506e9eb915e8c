"""Which volumes are published, across restarts."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError, Unavailable
from keyferry.model.secrets import SecretValue
from keyferry.mount.disk import ledger as ledgers
from keyferry.mount.disk.ledger import Ledger
from keyferry.mount.state import PodToken
from tests.fakes.volumes import request

SECRETS = {"clientsecret": SecretValue(b"hunter2")}
TOKENS = {"api://x": PodToken(token=SecretValue(b"eyJhbGciOi"), expires=datetime(2026, 3, 1, tzinfo=UTC))}


def test_entries_outlive_the_process_without_tokens_and_secrets(tmp_path: Path) -> None:
    asked = request("/a", tokens="x")
    Ledger(tmp_path / "new").remember(replace(asked, secrets=SECRETS, tokens=TOKENS))

    assert Ledger(tmp_path / "new").load() == (asked,)
    (path,) = (tmp_path / "new").iterdir()
    assert path.stat().st_mode & 0o7777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o7777 == 0o700
    assert not {b"hunter2", b"eyJhbGciOi"} & {path.read_bytes()}
    assert b"hunter2" not in path.read_bytes()
    assert b"eyJ" not in path.read_bytes()


def test_tokens_and_secrets_do_not_stay_in_memory_either(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.remember(replace(request("/a"), secrets=SECRETS, tokens=TOKENS))
    assert ledger.load() == (request("/a"),)


def test_the_last_word_counts(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.remember(request("/a"))
    ledger.remember(request("/a", more="1"))
    assert ledger.knows("/a")
    assert Ledger(tmp_path).load() == (request("/a", more="1"),)
    ledger.forget("csi-1")
    ledger.forget("csi-1")
    assert not ledger.knows("/a")
    assert Ledger(tmp_path).load() == ()


@pytest.mark.parametrize(
    ("volume_id", "target_path", "is_fine"),
    [
        pytest.param("csi-1", "/a", True, id="as-known"),
        pytest.param("csi-2", "/b", True, id="both-unknown"),
        pytest.param("csi-1", "/b", False, id="at-another-target"),
        pytest.param("csi-2", "/a", False, id="anothers-target"),
    ],
)
def test_a_volume_and_its_target_belong_together(
    volume_id: str, target_path: str, is_fine: bool, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path)
    ledger.remember(request("/a"))
    if is_fine:
        ledger.check(volume_id, target_path)
        ledger.remember(request(target_path, volume_id=volume_id))
        return
    with pytest.raises(SpecError, match="belong together"):
        ledger.remember(request(target_path, volume_id=volume_id))
    assert len(list(tmp_path.iterdir())) == 1


@given(garbage=st.binary(max_size=200))
def test_garbage_is_dropped(garbage: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = Ledger(folder)
    ledger.remember(request("/a"))
    (whole,) = folder.iterdir()
    (folder / f"{'0' * 64}.json").write_bytes(garbage)
    (folder / f"{'1' * 64}.json").write_bytes(whole.read_bytes())  # another's name
    (folder / f"{'2' * 64}.json").write_bytes(whole.read_bytes()[:-3])
    (folder / "half.tmp").write_bytes(garbage)
    assert Ledger(folder).load() == (request("/a"),)
    assert list(folder.iterdir()) == [whole]


def test_two_entries_for_one_target_are_one(tmp_path: Path) -> None:
    for volume_id in ("csi-1", "csi-2"):
        Ledger(tmp_path).remember(request("/a", volume_id=volume_id))
    assert len(Ledger(tmp_path).load()) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_entries_are_bounded(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with pytest.raises(SpecError, match="too large"):
        ledger.remember(request("/a", more="x" * ledgers.MAX_ENTRY_BYTES))
    assert not ledger.knows("/a")
    ledger.remember(request("/a"))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes() + b" " * ledgers.MAX_ENTRY_BYTES)
    assert Ledger(tmp_path).load() == ()


def test_volume_ids_with_tricks_are_file_names_all_the_same(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "own")
    for number, volume_id in enumerate(["../../x", "/etc/passwd", "", "\x00", "a" * 5000, "ä\n"]):
        ledger.remember(request(f"/{number}", volume_id=volume_id))
    assert len(list((tmp_path / "own").iterdir())) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ledger = Ledger(tmp_path / "file" / "volumes")
    for call in (ledger.load, lambda: ledger.remember(request("/a")), lambda: ledger.forget("csi-1")):
        with pytest.raises(Unavailable, match="published volumes"):
            call()
