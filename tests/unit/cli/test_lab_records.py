import asyncio
import json
import os
import signal

import pytest

from keyferry.cli import lab_records
from keyferry.cli.output import Output
from keyferry.cli.session import Session
from keyferry.lab.azure.eventgrid.delivery import Attempt, DeadLetter
from tests.fakes import command_line
from tests.fakes.command_line import Ended
from tests.fakes.patience import patient

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def typed(session: Session, *arguments: str) -> Ended:
    """Run `keyferry lab ARGUMENTS…` beside the lab."""
    return await asyncio.to_thread(command_line.run, "lab", *arguments, "--dir", str(session.lab.folder))


async def test_the_audit_log_is_shown(session: Session) -> None:
    await typed(session, "rotate", "kv-one", "db-password")
    lines = (await typed(session, "audit", "--vault", "kv-one")).output.splitlines()
    assert " 200 SecretSet https://kv-one.vault.azure.net/secrets/db-password" in lines[-1]
    records = [json.loads(line) for line in (await typed(session, "audit", "-o", "json")).output.splitlines()]
    assert records[-1]["operationName"] == "SecretSet"
    assert (await typed(session, "audit", "--vault", "kv-none")).output == ""


async def test_it_goes_on_until_it_is_told_to_stop(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    following = asyncio.create_task(lab_records._audit(session.lab.folder, "kv-one", Output.TEXT, follow=True))
    seen = ""
    async with patient():
        while "kv-one" not in seen:
            seen += capsys.readouterr().out
            await asyncio.sleep(0)
        before = seen.count("SecretSet")
        await typed(session, "rotate", "kv-one", "db-password")
        while seen.count("SecretSet") == before:
            seen += capsys.readouterr().out
            await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        await following


async def test_events_that_were_not_delivered_yet(session: Session) -> None:
    assert (await typed(session, "events")).output == "nothing was delivered yet\n"
    assert json.loads((await typed(session, "events", "-o", "json")).output) == {"deliveries": [], "givenUp": []}


async def test_events_are_shown_with_what_came_of_them(session: Session) -> None:
    grid = session.lab.azure.grid
    attempt = Attempt(
        at=session.lab.now(),
        subscription="/s",
        address="https://hooks.example/one",
        kind="Notification",
        events=("e",),
        subjects=("db-password",),
        types=("Microsoft.KeyVault.SecretNewVersionCreated",),
        attempt=1,
        status=None,
        outcome="TimedOut",
    )
    lost = DeadLetter(
        at=session.lab.now(), subscription="/s", event="e0", reason="MaxAttempts", kept=False, container="", line=b""
    )
    grid._attempts.append(attempt)
    grid._given_up.append(lost)
    shown = (await typed(session, "events")).output
    words = ["https://hooks.example/one", "SecretNewVersionCreated", "db-password", "none", "TimedOut", "MaxAttempts"]
    assert [word for word in words if word not in shown] == []
