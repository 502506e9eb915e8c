from pathlib import Path

import pytest

from keyferry.cli import examples
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES

pytestmark = pytest.mark.asyncio(loop_scope="module")


def text(path: Path) -> str:
    return path.read_text()


async def test_installs_then_applies_in_order(session: Session) -> None:
    installed = await session.install()
    assert {str(SECRET_STORES), str(EXTERNAL_SECRETS)} <= set(installed)
    applied = await session.apply([examples.find("sync-per-key.yaml")])
    assert applied[:2] == ["Namespace app", "Namespace external-secrets"]
    assert "ExternalSecret app/app-db-credentials" in applied
    key = Key(namespace="app", name="app-db-credentials")
    assert b"app-prod-db-password" in await session.client.get(EXTERNAL_SECRETS, key, bytes)


async def test_programs_in_the_lab_meet_nothing_but_the_lab(session: Session) -> None:
    environment = session.environment
    assert environment["KUBECONFIG"] == str(session.lab.kubeconfig)
    assert environment["HTTPS_PROXY"] == session.lab.environment["HTTPS_PROXY"]
    assert environment["PATH"], "the rest is as it was"


async def test_its_operator_serves_this_lab(session: Session) -> None:
    await session.install()
    log = session.lab.folder / "operator.log"
    operator = session.operator(log, "--nonsense")
    assert operator.pid == 0
    await operator.start()
    assert await operator.wait() == 2, "flags are passed on"
    assert "--nonsense" in text(log)
