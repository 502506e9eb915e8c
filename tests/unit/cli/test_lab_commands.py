"""What one does to a running lab, typed as a person does."""

import asyncio
import io
import json
import sys
from pathlib import Path

import pytest

from keyferry.cli.session import Session
from tests.fakes import command_line
from tests.fakes.command_line import Ended

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def typed(session: Session, *arguments: str) -> Ended:
    """Run `keyferry lab ARGUMENTS…` beside the lab."""
    return await asyncio.to_thread(command_line.run, "lab", *arguments, "--dir", str(session.lab.folder))


async def test_rotate_stores_a_random_value_and_does_not_show_it(session: Session) -> None:
    first = await typed(session, "rotate", "kv-one", "db-password")
    second = await typed(session, "rotate", "kv-one", "db-password")
    assert (first.code, second.code) == (0, 0)
    assert first.output.startswith("kv-one/db-password has version ")
    assert "32 characters, digest " in first.output
    assert first.output != second.output


async def test_rotate_takes_a_value_from_standard_input(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("canary"))
    ended = await typed(session, "rotate", "kv-one", "db-password", "--from-stdin")
    assert "6 characters" in ended.output
    assert "canary" not in ended.output + ended.errors


async def test_rotate_refuses_an_empty_value(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    ended = await typed(session, "rotate", "kv-one", "db-password", "--from-stdin")
    assert ended.code == 2
    assert "standard input is empty" in ended.errors


async def test_rotate_in_a_vault_that_the_engineer_may_not_change(session: Session) -> None:
    ended = await typed(session, "rotate", "kv-none", "db-password")
    assert ended.code == 1
    assert "https://kv-none.vault.azure.net did not take" in ended.errors


async def test_counters(session: Session) -> None:
    session.lab.azure.reset_counts()
    assert "nothing was asked yet" in (await typed(session, "counters")).output
    await typed(session, "rotate", "kv-one", "db-password")
    counts = json.loads((await typed(session, "counters", "-o", "json")).output)
    assert {"kv-one", "login.microsoftonline.com"} <= {count["where"] for count in counts}
    assert "kv-one" in (await typed(session, "counters")).output


@pytest.mark.parametrize("arguments", [["rotate", "kv-one", "x"], ["counters"]])
async def test_where_no_lab_runs(folder: Path, arguments: list[str]) -> None:
    ended = await asyncio.to_thread(command_line.run, "lab", *arguments, "--dir", str(folder))
    assert ended.code == 1
    assert f"no lab runs in {folder}" in ended.errors
