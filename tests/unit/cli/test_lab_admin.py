from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.session import Session
from keyferry.model.errors import NotFound, SpecError

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_faults_come_and_go(session: Session) -> None:
    async with LabAdmin(session.lab.folder) as admin:
        await admin.put_fault("vault", {"status": 429})
        await admin.put_fault("entra", {"kind": "reset"})
        await admin.add_fault("entra", {"latencySeconds": 1})
        assert services(await admin.faults()) == ["vault", "entra", "entra"]
        assert services(await admin.clear_faults("vault")) == ["entra", "entra"]
        assert services(await admin.clear_faults("2")) == ["entra"]
        assert services(await admin.clear_faults()) == []
        await admin.restart_chance(5)
    assert session.lab.faults.rules(session.lab.now()) == ()
    assert session.lab.faults.chance.seed == 5


def services(told: Mapping[str, Any]) -> list[str]:
    """Whose rules are in force."""
    return [rule["service"] for rule in told["rules"]]


async def test_the_clock_moves_ahead(session: Session) -> None:
    async with LabAdmin(session.lab.folder) as admin:
        before = (await admin.clock())["offsetSeconds"]
        assert (await admin.advance(60))["offsetSeconds"] == before + 60


async def test_the_audit_log_of_a_vault(session: Session) -> None:
    async with LabAdmin(session.lab.folder) as admin:
        assert (await admin.audit("kv-none"))["records"] == []


async def test_counters(session: Session) -> None:
    session.lab.azure.reset_counts()
    async with LabAdmin(session.lab.folder) as admin:
        assert await admin.counters() == {"counts": []}
        await admin.reset_counters()


async def test_a_refusal_in_the_labs_words(session: Session) -> None:
    async with LabAdmin(session.lab.folder) as admin:
        with pytest.raises(SpecError, match="429, or one from 500 to 599"):
            await admin.put_fault("vault", {"status": 200})


async def test_where_no_lab_runs(folder: Path) -> None:
    async with LabAdmin(folder) as admin:
        with pytest.raises(NotFound, match="no lab runs in") as caught:
            await admin.counters()
    assert "--dir" in caught.value.remedy
