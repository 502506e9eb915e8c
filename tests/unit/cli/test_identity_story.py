"""The demo's chapter on workload identity, told whole, with the webhook as a process."""

import io
import re

import pytest
from rich.console import Console

from keyferry.cli import examples
from keyferry.cli.engineer import Engineer, read_facts
from keyferry.cli.identity_story import VARIABLES, IdentityStory, pod
from keyferry.identity.http import open_session
from keyferry.lab.serve.seed_file import read_seed
from tests.fakes.running_lab import running_session


async def test_a_pod_reads_its_secret_and_a_mistake_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    page = io.StringIO()
    async with (
        running_session(monkeypatch, read_seed(examples.find("lab.yaml")), nodes=1) as session,
        open_session() as http,
    ):
        await session.install()
        engineer = Engineer(read_facts(session.lab.folder), session.client, http)
        await engineer.arrive()
        webhook = session.webhook(session.lab.folder / "webhook.log")
        try:
            await webhook.start()
            await session.admit_by(webhook)
            await IdentityStory(session, webhook, Console(file=page, width=1000)).tell()
            await session.lab.kubelets[0].close()
        finally:
            await webhook.stop()
            await engineer.credentials.aclose()
        log = (session.lab.folder / "webhook.log").read_text()
    told = page.getvalue()
    assert f"it was given {', '.join(VARIABLES)}" in told
    assert "by DefaultAzureCredential it reads db-password" in told
    assert "Warning: use-label-not-on-pods" in told
    assert re.findall(r"eyJ[\w-]{8,}", told + log) == []


def test_the_pods_program_is_run_by_the_lab() -> None:
    assert pod()["metadata"]["annotations"] == {"keyferry.io/lab-process": "true"}
