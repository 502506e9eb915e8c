"""Which of keyferry's processes run in a lab, and with which flags."""

import asyncio

import pytest

from keyferry.cli import lab_serving, looking
from keyferry.cli.lab_serving import NOTHING, Parts
from tests.fakes.patience import PATIENCE
from tests.fakes.running_lab import running_session


@pytest.mark.parametrize(
    ("parts", "logs", "words"),
    [
        pytest.param(NOTHING, [], "", id="nothing"),
        pytest.param(
            Parts(webhook=False, node=False, flags=("--nonsense",)), ["operator.log"], "--nonsense", id="the-operator"
        ),
        pytest.param(Parts(operator=False, webhook=False), ["node-1.log"], "", id="the-node-plugin"),
    ],
)
async def test_runs_the_parts_that_are_asked_for(
    parts: Parts, logs: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_session(monkeypatch, nodes=1) as session:
        await session.install()
        folder = session.lab.folder

        async def begun() -> bool | None:
            written = {path.name: path.read_text() for path in folder.glob("*.log")}
            return (sorted(written) == logs and words in "".join(written.values())) or None

        async with lab_serving.serving(session, asyncio.Event(), parts):
            await looking.until(begun, seconds=PATIENCE, what="their logs")
