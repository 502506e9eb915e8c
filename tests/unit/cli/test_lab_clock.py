import asyncio
import json

import pytest

from keyferry.cli.session import Session
from tests.fakes import command_line
from tests.fakes.command_line import Ended

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def typed(session: Session, *arguments: str) -> Ended:
    """Run `keyferry lab clock ARGUMENTS…` beside the lab."""
    return await asyncio.to_thread(command_line.run, "lab", "clock", *arguments, "--dir", str(session.lab.folder))


async def test_the_clock_is_shown_and_moved(session: Session) -> None:
    assert (await typed(session)).output.endswith(", 0s ahead of this machine\n")
    assert (await typed(session, "advance", "1h30m")).output.endswith(", 1h30m0s ahead of this machine\n")
    assert json.loads((await typed(session, "-o", "json")).output)["offsetSeconds"] == 5400


@pytest.mark.parametrize(("by", "words"), [("soon", "is not a duration"), ("--by", "Error")])
async def test_what_is_no_duration(session: Session, by: str, words: str) -> None:
    ended = await typed(session, "advance", by)
    assert ended.code == 2
    assert words in ended.errors


async def test_it_does_not_run_back(session: Session) -> None:
    ended = await asyncio.to_thread(
        command_line.run, "lab", "clock", "advance", "--dir", str(session.lab.folder), "--", "-1h"
    )
    assert ended.code == 2
    assert "only moves ahead" in ended.errors
