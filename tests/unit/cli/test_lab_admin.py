from pathlib import Path

import pytest

from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.session import Session
from keyferry.lab.world.faults import Service
from keyferry.model.errors import NotFound, SpecError

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_faults_come_and_go(session: Session) -> None:
    async with LabAdmin(session.lab.folder) as admin:
        await admin.put_fault("vault", {"status": 429})
        await admin.put_fault("entra", {"kind": "reset"})
        assert set(session.lab.faults.rules) == {Service.VAULT, Service.ENTRA}
        assert set(await admin.clear_faults("vault")) == {"entra"}
        assert await admin.clear_faults() == {}
    assert session.lab.faults.rules == {}


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
