import asyncio
import json
from typing import Any

import pytest

from keyferry.cli.session import Session
from tests.fakes import command_line
from tests.fakes.command_line import Ended

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def typed(session: Session, *arguments: str) -> Ended:
    """Run `keyferry lab ARGUMENTS…` beside the lab."""
    return await asyncio.to_thread(command_line.run, "lab", *arguments, "--dir", str(session.lab.folder))


async def told(session: Session, *arguments: str) -> dict[str, Any]:
    """The JSON that a command prints."""
    ended = await typed(session, *arguments)
    assert ended.code == 0, ended.errors
    answer: dict[str, Any] = json.loads(ended.output)
    return answer


async def test_knobs_are_shown_and_turned(session: Session) -> None:
    assert (await told(session, "knobs"))["roleAssignmentDelaySeconds"] == 0
    turned = await told(session, "knobs", "roleAssignmentDelaySeconds=300", "eventsUnordered=true")
    assert (turned["roleAssignmentDelaySeconds"], turned["eventsUnordered"]) == (300, True)
    assert session.lab.azure.assignments.delay.total_seconds() == 300


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        pytest.param("volume=11", "'volume' is not known", id="unknown"),
        pytest.param("eventsUnordered", "has no =", id="no-value"),
        pytest.param("vaultDnsSeconds=soon", "'soon' is no number", id="no-number"),
    ],
)
async def test_a_knob_that_is_none(session: Session, setting: str, words: str) -> None:
    ended = await typed(session, "knobs", setting)
    assert ended.code == 2
    assert words in ended.errors


async def test_limits_are_shown_and_scaled(session: Session) -> None:
    assert (await told(session, "throttle"))["vaults"]["kv-one"]["limitPercent"] == 100
    scaled = await told(session, "throttle", "kv-one", "--limit-percent", "5", "--retry-after", "date")
    assert scaled["vaults"]["kv-one"] == {"limitPercent": 5, "retryAfter": "date"}
    assert "there is no vault" in (await typed(session, "throttle", "kv-none", "--limit-percent", "5")).errors


async def test_tokens_are_revoked_until_that_is_taken_back(session: Session) -> None:
    revoked = (await told(session, "revoke", "--vault", "kv-one", "--principal", "p"))["revocations"]
    assert [(each["vault"], each["principal_id"]) for each in revoked] == [("kv-one", "p")]
    assert await told(session, "revoke", "--clear") == {"revocations": []}


async def test_entra_signs_with_a_new_key(session: Session) -> None:
    kids = (await told(session, "rotate-keys"))["kids"]
    assert len(kids) == len(set(kids)) == 2
